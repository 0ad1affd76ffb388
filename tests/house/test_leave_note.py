from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.house import support_card
from ibasho.house import today as front_door
from ibasho.house.actions import forget_old_papers, leave_note
from ibasho.house.models import AnswerWish, HouseProfile, Note
from ibasho.house.today import Today
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person, Session
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs, KeeperClient

OPENING = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
CARD = 'data-code="support"'
HARD = {"text": "もう死にたい"}
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def next_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door, "_tellers", [lambda standpoint: Today(next_opening=OPENING)])


def _page(client: Client) -> str:
    return client.get("/note/").content.decode()


def test_a_note_is_tied_to_nobody(house: HouseProfile) -> None:
    note = leave_note("お茶が おいしかったです\r\nまた来ます")
    assert note.text == "お茶が おいしかったです\nまた来ます"
    assert not note.about_dying
    assert {field.name for field in Note._meta.fields} == {
        "id",
        "text",
        "written_on",
        "about_dying",
        "marks",
        "read_on",
    }


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), ("　\n ", "empty"), ("あ" * 1001, "too_long"), ("a\x00b", "malformed")]
)
def test_a_note_that_cannot_be_taken_is_refused(house: HouseProfile, text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        leave_note(text)
    assert refused.value.code == code
    assert not Note.objects.exists()


def test_notes_are_forgotten_after_thirty_days(house: HouseProfile, clock: time_machine.Traveller) -> None:
    leave_note("きょうのこと")
    clock.shift(dt.timedelta(days=30))
    forget_old_papers()
    assert Note.objects.exists()
    clock.shift(dt.timedelta(days=1))
    forget_old_papers()
    assert not Note.objects.exists()


def test_the_page_says_when_it_will_be_read(outsider: Client) -> None:
    assert "11月23日（月・祝） 13:00" in _page(outsider)


def test_somebody_passing_by_may_leave_a_note_and_gets_no_session(outsider: Client) -> None:
    answer = outsider.post("/note/", {"text": "ありがとう"})
    assert (answer.status_code, answer["Location"]) == (303, "/note/")
    page = outsider.get("/note/").content.decode()
    assert "受けとりました" in page
    assert CARD not in page
    assert not Session.objects.exists()


def test_words_come_back_when_a_note_is_refused(outsider: Client) -> None:
    page = outsider.post("/note/", {"text": "あ" * 1001})
    assert page.status_code == 422
    assert "あ" * 1001 in page.content.decode()


def test_help_is_offered_where_it_was_written_and_nowhere_else(outsider: Client) -> None:
    outsider.post("/note/", HARD)
    page = _page(outsider)
    assert CARD in page
    assert "0120-000-000" in page
    assert 'href="/help/"' in page
    assert "だれにも連絡はいきません" in page
    for elsewhere in ("/", "/help/", "/rules/", "/enter/"):
        assert CARD not in outsider.get(elsewhere).content.decode()
    assert CARD not in _page(Client())
    assert Session.objects.get().person is None
    assert Note.objects.get().about_dying


def test_help_is_offered_to_a_person_inside_as_well(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    client.post("/note/", HARD)
    assert CARD in _page(client)
    assert CARD not in client.get("/me/").content.decode()
    assert "死にたい" not in client.get("/me/download/").content.decode()


def test_the_card_is_put_away_by_hand(outsider: Client) -> None:
    outsider.post("/note/", HARD)
    assert outsider.post("/note/", {"close": "card"}).status_code == 303
    assert CARD not in _page(outsider)
    assert Note.objects.count() == 1


def test_the_card_goes_by_itself_after_a_day(outsider: Client, clock: time_machine.Traveller) -> None:
    outsider.post("/note/", HARD)
    clock.shift(dt.timedelta(hours=23, minutes=59))
    assert CARD in _page(outsider)
    clock.shift(dt.timedelta(minutes=1))
    assert CARD not in _page(outsider)


def test_after_quick_leave_the_card_never_comes_back(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    client.post("/note/", HARD)
    client.get("/away/")
    assert CARD not in _page(client)
    client.post("/away/", {"back": "on"})
    assert CARD not in _page(client)


def test_after_quick_leave_the_card_of_a_passer_by_is_gone_too(outsider: Client) -> None:
    outsider.post("/note/", HARD)
    assert CARD in _page(outsider)
    outsider.get("/away/")
    assert CARD not in _page(outsider)


def test_who_is_away_and_writes_again_is_shown_the_card_once(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    client.get("/away/")
    answer = client.post("/note/", HARD)
    assert answer.status_code == 200
    assert CARD in answer.content.decode()
    assert CARD not in _page(client)


def test_the_json_twin_carries_the_card_as_a_notice(outsider: Client) -> None:
    plain = outsider.post("/note/", {"text": "ありがとう"}, headers=JSON)
    assert plain.json() == {"next_opening": "2026-11-23T04:00:00Z", "notices": []}
    notice = outsider.post("/note/", HARD, headers=JSON).json()["notices"][0]
    assert notice["code"] == "support"
    assert "0120-000-000" in notice["text"]
    assert outsider.get("/note/", headers=JSON).json()["notices"][0]["id"] == notice["id"]
    refused = outsider.post("/note/", {"text": ""}, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (422, "empty")


def test_the_fourth_note_of_a_person_in_an_hour_waits(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    for _ in range(3):
        assert client.post("/note/", {"text": "きょうのこと"}).status_code == 303
    late = client.post("/note/", {"text": "つづきです"})
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 0
    assert "つづきです" in late.content.decode()
    assert Note.objects.count() == 3


def test_a_note_without_words_uses_up_no_try(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    for _ in range(5):
        assert client.post("/note/", {"text": ""}).status_code == 422
    assert client.post("/note/", {"text": "きょうのこと"}).status_code == 303


def test_a_passer_bys_card_is_not_tied_to_who_enters(outsider: Client) -> None:
    outsider.post("/note/", HARD)
    outsider.post("/enter/", {"rules_version": "1", "accept": "on", "standpoint": "person"})
    assert CARD not in _page(outsider)
    assert "support_card" not in Session.objects.get(person__isnull=False).data


def test_nothing_of_the_card_lies_in_the_table_after_a_day(
    newcomer: Person, enter_as: EnterAs, clock: time_machine.Traveller
) -> None:
    client = enter_as(Client(), newcomer)
    client.post("/note/", HARD)
    support_card.forget_old()
    assert "support_card" in Session.objects.get().data
    clock.shift(dt.timedelta(hours=24))
    support_card.forget_old()
    assert "support_card" not in Session.objects.get().data
    assert client.get("/me/").status_code == 200


def test_the_next_reading_is_the_same_for_every_standpoint(
    newcomer: Person, enter_as: EnterAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_door, "_tellers", [lambda who: Today(next_opening=None if who else OPENING)])
    assert "11月23日（月・祝） 13:00" in _page(enter_as(Client(), newcomer))


def test_who_would_like_an_answer_says_so_and_may_change_their_mind(
    newcomer: Person, enter_as: EnterAs
) -> None:
    client = enter_as(Client(), newcomer)
    client.post("/note/", {"text": "次は、いつですか。", "answer": "on"})
    client.post("/note/", {"text": "お茶がおいしかったです。"})
    assert [wish.note.text for wish in AnswerWish.objects.filter(person=newcomer)] == ["次は、いつですか。"]
    assert 'value="off"' in _page(client)
    assert client.post("/note/", {"wish": "off"}).status_code == 303
    page = _page(client)
    assert "返事は、いらないことにしました" in page
    assert 'value="off"' not in page
    assert not AnswerWish.objects.exists()
    assert Note.objects.count() == 2


ALONE = "このメモは、返事なしで、そのまま読みます"


def test_one_wish_waits_and_another_note_is_taken_without(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    assert 'name="answer"' in _page(client)
    client.post("/note/", {"text": "次は、いつですか。", "answer": "on"})
    page = _page(client)
    assert "受けとりました" in page
    assert ALONE not in page
    assert 'name="answer"' not in page, "no second is offered"
    assert client.post("/note/", {"text": "つづきです。", "answer": "on"}).status_code == 303
    page = _page(client)
    assert "受けとりました" in page
    assert ALONE in page
    assert [wish.note.text for wish in AnswerWish.objects.all()] == ["次は、いつですか。"]
    assert Note.objects.filter(text="つづきです。").exists()
    told = client.post("/note/", {"text": "もう一度。", "answer": "on"}, headers=JSON)
    assert (told.status_code, told.json()["answer"]) == (200, False)


def test_a_wish_comes_back_after_a_day_and_not_with_its_answer(
    newcomer: Person, regular: Person, enter_as: EnterAs
) -> None:
    client, wish = enter_as(Client(), newcomer), {"text": "次は、いつですか。", "answer": "on"}
    assert client.post("/note/", wish, headers=JSON).json()["answer"]
    client.post("/note/", {"wish": "off"})
    assert not client.post("/note/", wish, headers=JSON).json()["answer"]
    assert not AnswerWish.objects.exists()
    rate_limit.reset()  # the day is over
    assert client.post("/note/", wish, headers=JSON).json()["answer"]
    other = enter_as(Client(), regular)
    assert other.post("/note/", wish, headers=JSON).json()["answer"], "it counts by person"


def test_who_is_asked_first_has_not_used_up_the_wish(newcomer: Person, enter_as: EnterAs) -> None:
    client, wish = enter_as(Client(), newcomer), {"text": "090-1234-5678", "answer": "on"}
    assert client.post("/note/", wish).status_code == 409
    assert client.post("/note/", wish | {"as_is": "on"}).status_code == 303
    assert AnswerWish.objects.filter(person=newcomer).exists()


@pytest.mark.parametrize(
    ("is_kept", "until"),
    [
        (False, "ブラウザーを閉じるか、この端末から出るか、使わない日が7日つづくと、"),
        (True, "返事がないこともあります。この端末から出るか、使わない日が30日つづくと、"),
    ],
)
def test_who_has_no_phrase_reads_before_the_tick_until_when_an_answer_can_be_read(
    is_kept: bool, until: str, newcomer: Person, enter_as: EnterAs
) -> None:
    client = enter_as(Client(), newcomer)
    if is_kept:
        client.post("/me/settings/", {"keep": "on"})
    assert until in _page(client)
    client.post("/me/phrase/")
    assert "返事は読めなくなります" not in _page(client)


def test_no_answer_is_promised_where_none_could_arrive(
    outsider: Client, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    for client in (outsider, keeper_client(keeper)):
        assert "返事がほしい" not in _page(client)
        refused = client.post("/note/", {"text": "次は、いつですか。", "answer": "on"})
        page = refused.content.decode()
        assert refused.status_code == 400
        assert "次は、いつですか。" in page
        assert 'name="answer"' in page, "the mark can be taken off"
        assert client.post("/note/", {"wish": "off"}).status_code in (303, 401)
    assert not Note.objects.exists()


def test_who_is_asked_about_a_number_still_would_like_an_answer(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    asked = client.post("/note/", {"text": "090-1234-5678", "answer": "on"})
    assert asked.status_code == 409
    assert '<input type="hidden" name="answer" value="on">' in asked.content.decode()


def test_away_nothing_tells_of_a_note_that_waits(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    client.post("/note/", {"text": "次は、いつですか。", "answer": "on"})
    assert "返事を待っているメモ" in _page(client)
    client.get("/away/")
    assert "返事を待っているメモ" not in _page(client)
    assert "返事がほしい" not in _page(client)
