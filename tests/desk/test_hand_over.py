"""申し送り: reading, writing, and leaving with one."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.desk.actions import hand_over_and_leave
from ibasho.duty.actions import forget_late_handovers, read_handover
from ibasho.duty.models import Duty, HandoverNote, HandoverRead, LateHandover
from ibasho.duty.queries import duty_of
from ibasho.lib import clock as house_clock
from ibasho.moderation.actions import tell_keepers
from ibasho.people.models import Person, Session
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import step_out
from ibasho.rooms.models import Room
from tests.conftest import EnterAs, KeeperClient
from tests.desk.conftest import Says, page_of
from tests.duty.conftest import handed_over
from tests.people.keeping import sign_in


def test_reading_is_one_tap_and_counts_once(
    keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    note = handed_over(second_keeper, facts="静かでした。", plan="")
    client = keeper_client(keeper)
    assert f'action="/desk/handover/{note.pk}/read/"' in page_of(client, "/desk/")
    for _ in range(2):
        assert client.post(f"/desk/handover/{note.pk}/read/", {"next": "/desk/"}).status_code == 303
    assert HandoverRead.objects.count() == 1
    page = page_of(client, "/desk/")
    assert f'action="/desk/handover/{note.pk}/read/"' not in page
    assert "読んだ人：みどり" in page


def test_of_what_was_not_read_the_newest_five_stand_on_the_desk_and_all_of_it_a_tap_away(
    keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    for number in range(7):
        handed_over(second_keeper, facts=f"{number}番目の申し送りです。", plan="")
    client = keeper_client(keeper)

    def shown(page: str) -> list[int]:
        return [number for number in range(7) if f"{number}番目の申し送りです。" in page]

    desk = page_of(client, "/desk/")
    assert shown(desk) == [2, 3, 4, 5, 6]
    assert '<a href="/desk/handover/">' in desk
    assert shown(page_of(client, "/desk/handover/")) == list(range(7))


def test_what_was_read_stands_on_its_page_and_on_the_desk_the_newest_alone(
    keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    for number in range(7):
        note = handed_over(second_keeper, facts=f"{number}番目の申し送りです。", plan="")
        if number != 2:
            read_handover(keeper, note.pk)
    client = keeper_client(keeper)

    def shown(path: str) -> list[int]:
        page = page_of(client, path)
        return [number for number in range(7) if f"{number}番目の申し送りです。" in page]

    assert shown("/desk/handover/") == list(range(7))
    assert shown("/desk/") == [2, 6]


def test_writing_one(watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    answer = keeper_client(keeper).post("/desk/handover/", {"facts": "静かでした。", "plan": "見守る。"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/handover/")
    assert HandoverNote.objects.get().plan == "見守る。"


def test_what_was_written_is_said_to_be_kept(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    assert "のこしました。" not in page_of(client, "/desk/handover/")
    for fields in ({}, {"end": "on"}):
        answer = client.post("/desk/handover/", {"facts": "静かでした。", **fields}, follow=True)
        page = answer.content.decode()
        assert "のこしました。" in page[: page.index("<h2")]
    assert "当番は、おわりました。" in page
    assert "当番は、おわりました。" not in page_of(client, "/desk/")


def test_the_page_says_so_once_and_goes_on_saying_it_while_it_asks_what_changed(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    client.post("/desk/handover/", {"facts": "静かでした。"})
    page = page_of(client, "/desk/handover/")
    asks = "/desk/handover/?said=kept"
    assert f'data-desk="{asks}"' in page
    again = client.get(asks, headers={"x-again": "1"}).content.decode()
    assert ["のこしました。" in shown for shown in (page, again)] == [True, True]
    assert "のこしました。" not in page_of(client, asks)


def test_an_empty_one_comes_back_kindly(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    answer = keeper_client(keeper).post("/desk/handover/", {"facts": " ", "plan": ""})
    assert answer.status_code == 422
    assert "事実か方針の、どちらかを書いてください。" in answer.content.decode()


def test_what_is_too_long_comes_back_with_its_words(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    answer = keeper_client(keeper).post("/desk/handover/", {"facts": "あ" * 1001, "plan": "のこる言葉"})
    assert answer.status_code == 422
    assert "のこる言葉" in answer.content.decode()


def test_handing_over_and_leaving_is_one_thing(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    refused = client.post("/desk/handover/", {"end": "on"})
    assert refused.status_code == 422
    assert "書かずに、おわる" in refused.content.decode()
    assert duty_of(keeper.keeper_id) is not None
    answer = client.post("/desk/handover/", {"facts": "静かでした。", "end": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/")
    assert duty_of(keeper.keeper_id) is None
    assert HandoverNote.objects.count() == 1


def test_rooms_are_locked_before_the_note_holds_on_to_its_keeper(watched: Room, keeper: KeeperFacts) -> None:
    with CaptureQueriesContext(connection) as queries:
        hand_over_and_leave(keeper, facts="静かでした。", plan="")
    said = [query["sql"] for query in queries]
    ended = next(place for place, sql in enumerate(said) if sql.startswith('UPDATE "duty_duty"'))
    noted = next(place for place, sql in enumerate(said) if sql.startswith('INSERT INTO "duty_handovernote"'))
    assert ended < noted


def test_a_double_tap_hands_over_once(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    for _ in range(2):
        answer = client.post("/desk/handover/", {"facts": "静かでした。", "end": "on"})
        assert (answer.status_code, answer["Location"]) == (303, "/desk/")
    assert HandoverNote.objects.count() == 1


def test_earlier_ones_are_offered_when_there_are_some(
    keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    page = page_of(client, "/desk/")
    assert "申し送りは、まだありません。" in page
    assert "前の申し送りを読む" not in page
    handed_over(keeper, facts="静かでした。", plan="")
    assert "前の申し送りを読む" in page_of(client, "/desk/")


def test_whoever_may_not_end_yet_reads_why_at_the_desk_and_how_to_go_on(
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    newcomer: Person,
    says: Says,
    keeper_client: KeeperClient,
) -> None:
    tell_keepers(newcomer, watched, says(regular, watched, "川の音がします。").pk, reason="life")
    step_out(second_keeper)  # the other is the last who is there
    client = keeper_client(keeper)
    before = page_of(client, "/desk/handover/?end=on")
    answer = client.post("/desk/duty/end/")
    after = answer.content.decode()
    assert answer.status_code == 409
    for page in (before, after):
        assert "まだ当番です。" in page[: page.index('id="write"')]
        assert "申し送りをのこす</button>" in page
        assert 'name="end"' not in page
        assert "書かずに、おわる" not in page
        assert "終わるか、ほかの人にわたすまで、当番はつづきます。" in page[: page.index('id="write"')]
        for way in ("わたしが見ます", "当番をわたす人をさが&#8288;す", 'href="/desk/incidents/"'):
            assert way in page[: page.index('id="write"')]
    assert "いまおわっても" not in before


def test_the_note_of_a_duty_that_may_not_end_yet_is_kept(
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    newcomer: Person,
    says: Says,
    keeper_client: KeeperClient,
) -> None:
    client = keeper_client(keeper)
    ending = page_of(client, "/desk/handover/?end=on")
    assert "申し送りをのこして、おわる" in ending  # and then somebody tells
    tell_keepers(newcomer, watched, says(regular, watched, "川の音がします。").pk, reason="life")
    step_out(second_keeper)  # the other is the last who is there
    answer = client.post("/desk/handover/", {"facts": "静かでした。", "plan": "", "end": "on"}, follow=True)
    page = answer.content.decode()
    top = page[: page.index('id="write"')]
    assert top.index("のこしました。") < top.index("まだ当番です。") < top.index("まだだれも見ていません。")
    assert duty_of(keeper.keeper_id) is not None
    assert HandoverNote.objects.get().facts == "静かでした。"
    empty = client.post("/desk/handover/", {"facts": "", "plan": "", "end": "on"})
    assert (empty.status_code, "どちらかを書いてください。" in empty.content.decode()) == (422, True)


@pytest.fixture
def over(watched: Room, keeper: KeeperFacts) -> Client:
    """みどり signed in with both factors, and the session has ended by itself."""
    client = Client()
    sign_in(client)
    with transaction.atomic():
        Session.objects.all().delete()
    return client


def _come_back(client: Client, clock: time_machine.Traveller, login: str = "midori") -> None:
    clock.shift(dt.timedelta(minutes=1))  # a code counts once
    assert sign_in(client, login).status_code == 303


LATE = {"facts": "茶の間で、声かけが続きました。", "plan": "閉める10分前に知らせます。"}


def test_what_was_sent_after_the_session_had_ended_stands_there_again(
    over: Client, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    answer = over.post("/desk/handover/", LATE, headers={"referer": "http://testserver/desk/handover/"})
    assert answer["Location"] == "/keepers/sign-in/?next=%2Fdesk%2Fhandover%2F"
    said = over.get(answer["Location"]).content.decode()
    assert "30分とってあります" in said
    assert LATE["facts"] not in said, "nothing of it stands in the browser before both factors were shown"
    assert not any(words in LateHandover.objects.get().words for words in LATE.values()), "sealed"
    _come_back(over, clock)
    for _ in range(2):
        page = page_of(over, "/desk/handover/")
        assert "まだ、のこしていません" in page
        assert all(words in page for words in LATE.values())
    assert LATE["facts"] in over.get("/me/download/").content.decode()
    assert not HandoverNote.objects.exists()
    over.post("/desk/handover/", LATE)
    assert HandoverNote.objects.get().plan == LATE["plan"]
    assert not LateHandover.objects.exists()
    assert "まだ、のこしていません" not in page_of(over, "/desk/handover/")


def _end_duty(keeper: KeeperFacts, ago: dt.timedelta) -> None:
    with transaction.atomic():
        step = {"ended_at": house_clock.now() - ago, "there_at": None, "stepped_out_at": None}
        Duty.objects.filter(keeper=keeper.keeper_id).update(**step)


def test_what_came_in_time_is_written_also_where_the_half_hour_has_passed_since(
    over: Client, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    _end_duty(keeper, dt.timedelta(minutes=25))
    over.post("/desk/handover/", LATE)
    clock.shift(dt.timedelta(minutes=5))
    _come_back(over, clock)
    page = page_of(over, "/desk/handover/")
    assert "まだ、のこしていません" in page
    assert all(words in page for words in LATE.values())
    over.post("/desk/handover/", LATE)
    assert HandoverNote.objects.get().plan == LATE["plan"]
    assert over.post("/desk/handover/", {"facts": "もうひとつ。"}).status_code == 409
    assert "申し送りをのこす</button>" not in page_of(over, "/desk/handover/")


@pytest.mark.parametrize("is_left", [True, False], ids=["ended long ago", "no duty"])
def test_what_no_duty_is_left_for_is_not_kept_and_that_is_said(
    over: Client, keeper: KeeperFacts, is_left: bool
) -> None:
    _end_duty(keeper, dt.timedelta(minutes=30))
    if not is_left:
        with transaction.atomic():
            Duty.objects.filter(keeper=keeper.keeper_id).delete()
    answer = over.post("/desk/handover/", LATE)
    assert "書いた言葉も、残っていません" in over.get(answer["Location"]).content.decode()
    assert not LateHandover.objects.exists()


def test_another_keeper_in_that_browser_never_sees_it(
    over: Client, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    over.post("/desk/handover/", LATE)
    _come_back(over, clock, "susuki")
    assert LATE["facts"] not in page_of(over, "/desk/handover/")
    assert LATE["facts"] not in over.get("/me/download/").content.decode()


def test_after_half_an_hour_it_is_gone(over: Client, clock: time_machine.Traveller) -> None:
    over.post("/desk/handover/", LATE)
    clock.shift(dt.timedelta(minutes=29))
    forget_late_handovers()
    assert LateHandover.objects.exists()
    clock.shift(dt.timedelta(minutes=1))
    forget_late_handovers()
    assert not LateHandover.objects.exists()


@pytest.mark.parametrize("facts", [" ", "あ" * 1001, "\x00"], ids=["empty", "too long", "no text"])
def test_what_could_not_be_written_is_not_kept_and_that_is_said(over: Client, facts: str) -> None:
    answer = over.post("/desk/handover/", {"facts": facts})
    assert "書いた言葉も、残っていません" in over.get(answer["Location"]).content.decode()
    assert not LateHandover.objects.exists()


def test_only_a_form_of_the_house_in_a_keepers_own_browser_is_kept(
    over: Client, outsider: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    over.handler.enforce_csrf_checks = True
    answer = over.post("/desk/handover/", LATE)
    assert "書いた言葉も、残っていません" in over.get(answer["Location"]).content.decode()
    for client in (outsider, enter_as(Client(), newcomer)):
        assert client.post("/desk/handover/", LATE).status_code == 404
    over.handler.enforce_csrf_checks = False
    over.post("/away/")
    over.post("/desk/handover/", LATE)
    assert not LateHandover.objects.exists()
