"""利用を止める at the desk: one keeper asks, another sees and decides, both with a second factor just shown."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.house.queries import notices_for
from ibasho.moderation.models import Suspension, SuspensionProposal
from ibasho.people.models import Keeper, Person, Role
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms.models import Message, Room
from tests.conftest import KEEPERS_PASSWORD, KeeperClient, OpenRoom, SeatFor
from tests.desk.conftest import Says, page_of
from tests.people.keeping import code_now

WORDS = "きみの家を、知っています。"
WHY = "なんども、ほかの方をおどしました。"
LATE = dt.timedelta(minutes=6)


@pytest.fixture
def message(watched: Room, regular: Person, says: Says) -> Message:
    return says(regular, watched, WORDS)


@pytest.fixture
def ask(watched: Room, message: Message) -> str:
    """Where it is proposed."""
    return f"/desk/rooms/{watched.slug}/seats/{message.seat_id}/suspension/"


@pytest.fixture
def fields(message: Message) -> dict[str, str]:
    return {"days": "7", "rule": "listen", "words": WHY, "message": str(message.pk)}


@pytest.fixture
def proposal(
    ask: str, fields: dict[str, str], keeper: KeeperFacts, keeper_client: KeeperClient
) -> SuspensionProposal:
    """By みどり, in a browser that is closed again."""
    assert keeper_client(keeper).post(ask, fields).status_code == 303
    return SuspensionProposal.objects.get()


def _page(proposal: SuspensionProposal) -> str:
    return f"/desk/suspensions/{proposal.pk}/"


def _only(keeper: KeeperFacts, *roles: Role) -> KeeperFacts:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    with transaction.atomic():
        row.roles.all().delete()
        for role in roles:
            row.roles.create(role=role, given_on=row.began_on)
    return facts_of(Keeper.objects.get(pk=row.pk))


def _show_code(client: Client, way: str) -> str:
    """Follow `way` and show the number of the app; where it leads then."""
    assert way.startswith("/keepers/again/code/?next=")
    asked = client.get(way)
    found = re.search(r'name="next" value="([^"]+)"', asked.content.decode())
    assert found
    then = found[1].replace("&amp;", "&")
    return str(client.post("/keepers/again/code/", {"code": code_now(), "next": then})["Location"])


def test_from_words_it_is_asked_in_three_taps(
    watched: Room,
    message: Message,
    ask: str,
    fields: dict[str, str],
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    desk = keeper_client(keeper)
    way = f"{ask}?message={message.pk}"
    assert f'href="{way}"' in page_of(desk, f"/desk/rooms/{watched.slug}/messages/{message.pk}/")
    page = page_of(desk, way)
    assert 'name="days" value="365"' in page
    assert "本人にとどく文を見る" in page
    assert "（えらんだ時）まで、この場所の利用を止めることにしました。" in page
    answer = desk.post(ask, fields)
    proposal = SuspensionProposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, _page(proposal))
    shown = page_of(desk, answer["Location"])
    assert "ほかのスタッフを待っています。" in shown
    assert "withdrawal/" in shown
    assert 'value="approved"' not in shown
    assert desk.get(way)["Location"] == _page(proposal)


def test_the_second_factor_is_asked_first_and_leads_back(
    message: Message,
    ask: str,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    desk = keeper_client(keeper)
    clock.shift(LATE)
    way = f"{ask}?message={message.pk}"
    asked = desk.get(way)
    assert asked.status_code == 303
    assert _show_code(desk, asked["Location"]) == way
    assert 'name="days"' in page_of(desk, way)


def test_a_password_shown_just_now_is_not_enough(
    message: Message,
    ask: str,
    fields: dict[str, str],
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    desk = keeper_client(keeper)
    clock.shift(LATE)
    desk.post("/keepers/again/", {"password": KEEPERS_PASSWORD, "next": "/desk/"})
    assert desk.get(f"{ask}?message={message.pk}").status_code == 303
    answer = desk.post(ask, fields, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "asked")
    assert not SuspensionProposal.objects.exists()


def test_what_was_written_too_slowly_is_still_there(
    ask: str,
    fields: dict[str, str],
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    desk = keeper_client(keeper)
    clock.shift(LATE)
    answer = desk.post(ask, fields)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert WHY in page
    assert 'value="listen" required checked' in page
    found = re.search(r'href="(/keepers/again/code/[^"]+)" target="_blank"', page)
    assert found
    _show_code(desk, found[1].replace("&amp;", "&"))
    assert desk.post(ask, fields).status_code == 303


def test_it_waits_on_the_desk_of_those_who_may_decide_and_alerts_them(
    proposal: SuspensionProposal,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    elsewhere = _only(steward, Role.FACILITATOR)
    now, name = desk_now(), f"suspension-{proposal.pk}"
    found = [name in str(alerts_for(who, now)) for who in (keeper, second_keeper, elsewhere)]
    assert found == [False, True, False]
    assert f'href="{_page(proposal)}"' in page_of(keeper_client(second_keeper), "/desk/")
    assert "ほかのスタッフを待っています" in page_of(keeper_client(keeper), "/desk/")
    stranger = keeper_client(elsewhere)
    assert "利用を止める相談" not in page_of(stranger, "/desk/")
    assert stranger.get(_page(proposal)).status_code == 404
    assert stranger.post(f"{_page(proposal)}decision/", {"outcome": "approved"}).status_code == 404
    coordinator = _only(steward, Role.COORDINATOR)
    assert f'href="{_page(proposal)}"' in page_of(keeper_client(coordinator), "/desk/")
    clock.shift(dt.timedelta(hours=24))
    later = desk_now()
    assert later.version != now.version
    assert name not in str(alerts_for(coordinator, later))


def test_the_second_keeper_reads_words_reason_and_history_before_deciding(
    proposal: SuspensionProposal, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = page_of(keeper_client(second_keeper), _page(proposal))
    for words in (
        WORDS,
        WHY,
        "みどりさん",
        "「こもれび」",
        "約束一",
        "これまでの声かけ",
        "スタッフ2人が、それぞれ考えて決めました。",
    ):
        assert words in page
    assert re.search(rf'<details class="veil">.*{WORDS}', page, re.DOTALL)  # covered until somebody opens it


def test_agreed_with_a_number_shown_just_now_it_is_told_and_closes_the_house(
    proposal: SuspensionProposal,
    second_keeper: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    desk = keeper_client(second_keeper)
    clock.shift(LATE)
    page = page_of(desk, _page(proposal))
    assert 'value="approved"' not in page
    asked = desk.post(f"{_page(proposal)}decision/", {"outcome": "approved"})
    assert not Suspension.objects.exists()
    assert _show_code(desk, asked["Location"]) == _page(proposal)
    assert 'value="approved"' in page_of(desk, _page(proposal))
    for _ in range(2):  # a second tap, or a page sent again
        assert desk.post(f"{_page(proposal)}decision/", {"outcome": "approved"}).status_code == 303
    assert [notice["code"] for notice in notices_for(regular.pk)] == ["suspended"]
    shown = page_of(desk, _page(proposal))
    assert "利用を止めました" in shown
    assert "/lift/" not in shown


def test_who_proposed_it_cannot_agree_by_any_form(
    proposal: SuspensionProposal, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    answer = keeper_client(keeper).post(f"{_page(proposal)}decision/", {"outcome": "approved"})
    assert (answer.status_code, "ほかのスタッフが決めます" in answer.content.decode()) == (400, True)
    assert not Suspension.objects.exists()


def test_declined_it_says_why_to_who_proposed_it(
    proposal: SuspensionProposal,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    desk = keeper_client(second_keeper)
    clock.shift(LATE)  # what takes nothing away asks for no second factor
    assert desk.post(f"{_page(proposal)}decision/", {"outcome": "declined"}).status_code == 422
    words = "まず、少し休んでもらいましょう。"
    assert (
        desk.post(f"{_page(proposal)}decision/", {"outcome": "declined", "words": words}).status_code == 303
    )
    assert words in page_of(keeper_client(keeper), _page(proposal))
    late = desk.post(f"{_page(proposal)}decision/", {"outcome": "declined", "words": "もう一度。"})
    assert late["Location"] == _page(proposal)


def test_who_comes_late_is_told_that_their_answer_does_not_count(
    proposal: SuspensionProposal,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    keeper_client(second_keeper).post(f"{_page(proposal)}decision/", {"outcome": "approved"})
    desk = keeper_client(steward)
    answer = desk.post(f"{_page(proposal)}decision/", {"outcome": "declined", "words": "まだ早いです。"})
    assert "先に決まっていました" in page_of(desk, answer["Location"])


def test_who_opened_it_is_said_to_the_others(
    proposal: SuspensionProposal,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    page_of(keeper_client(second_keeper), _page(proposal))
    desk = keeper_client(steward)
    assert "すすきさん</span>が見ています" in page_of(desk, "/desk/suspensions/")
    answer = desk.post(f"{_page(proposal)}decision/", {"outcome": "approved"})
    assert (answer.status_code, "かわりに見ます" in answer.content.decode()) == (409, True)


def test_a_steward_finds_what_is_in_force_and_lifts_it(
    proposal: SuspensionProposal,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    watched: Room,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    keeper_client(second_keeper).post(f"{_page(proposal)}decision/", {"outcome": "approved"})
    assert _page(proposal) not in page_of(keeper_client(keeper), "/desk/suspensions/")
    desk = keeper_client(steward)
    listed = page_of(desk, "/desk/suspensions/")
    assert f'href="{_page(proposal)}"' in listed
    assert "みどりさんと、すすきさん" in listed
    assert "また使えるようにする" in page_of(desk, _page(proposal))
    for _ in range(2):
        assert desk.post(f"{_page(proposal)}lift/").status_code == 303
    regular.refresh_from_db()
    assert regular.suspended_until is None
    assert "また使えるようにしました" in page_of(desk, _page(proposal))
    log = page_of(desk, "/desk/log/")
    for words in (
        "ふたりが、それぞれ考えて、利用を止めました",
        "利用を、またはじめられるようにしました",
        "相談しました",
    ):
        assert words in log
    room = page_of(keeper_client(keeper), f"/desk/rooms/{watched.slug}/")
    assert "「こもれび」の方が、この場所をまた使えるようにしました" in room


def test_nobody_sees_more_than_the_seat(
    proposal: SuspensionProposal,
    second_keeper: KeeperFacts,
    regular: Person,
    open_room: OpenRoom,
    seat_for: SeatFor,
    keeper_client: KeeperClient,
) -> None:
    elsewhere = seat_for(regular, open_room(keepers_needed=2, title="本棚の部屋"), name="つくし")
    desk = keeper_client(second_keeper)
    for _ in ("waiting", "approved"):
        page = page_of(desk, _page(proposal))
        for words in ("つくし", str(elsewhere.pk), regular.key):
            assert words not in page
        desk.post(f"{_page(proposal)}decision/", {"outcome": "approved"})
