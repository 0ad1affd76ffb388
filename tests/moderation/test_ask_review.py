from __future__ import annotations

import re

import pytest
from django.test import Client

from ibasho.house.models import Notice
from ibasho.lib import clock, codes
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import ask_review, hide, rest, restore
from ibasho.moderation.models import Hiding, ReviewRequest
from ibasho.moderation.queries import reviews_waiting
from ibasho.people.models import Person, Session
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs
from tests.moderation.conftest import RULE, letters_to

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
CARD = 'data-code="support"'


@pytest.fixture
def code(keeper: KeeperFacts, room: Room, message: Message, regular: Person) -> str:
    """As it stands in the letter about hidden words."""
    hide(keeper, room.slug, message.pk, rule=RULE)
    found: str = letters_to(regular)[0]["act"]
    return found


def test_a_code_has_fifty_bits_and_no_symbols_that_look_alike() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert not set("01IO") & set(codes.ALPHABET)
    drawn = {codes.new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert all(re.fullmatch(rf"[{codes.ALPHABET}]{{5}}-[{codes.ALPHABET}]{{5}}", code) for code in drawn)


def test_only_a_keyed_fingerprint_of_it_is_in_the_table(code: str) -> None:
    act = Hiding.objects.get()
    assert act.code_hash == codes.fingerprint(code)
    assert code.replace("-", "") not in act.code_hash.upper()


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}　"]
)
def test_it_is_known_however_it_is_typed(code: str, change: object) -> None:
    assert callable(change)
    ask_review(change(code))
    assert ReviewRequest.objects.count() == 1


def test_it_waits_for_another_keeper(code: str, room: Room, message: Message) -> None:
    ask_review(code, "番号は、まちがえて書きました。\r\nごめんなさい。")
    [review] = reviews_waiting()
    assert review.words == "番号は、まちがえて書きました。\nごめんなさい。"
    assert (review.room_title, review.verb_words) == ("ひだまり", "書き込みをかくしました")
    assert (review.room, review.act.verb, review.act.who) == (room.slug, "hide", "みどり")
    assert review.act.message == message.pk


def test_a_second_adds_nothing(code: str) -> None:
    first = ask_review(code, "一度め")
    assert ask_review(code, "二度め") == first
    assert ReviewRequest.objects.get().words == "一度め"


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA", "x", "ああああああああああ", "A" * 5000, "\x00"])
def test_a_code_of_no_act_is_not_found(keeper: KeeperFacts, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask_review(code)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(("words", "refusal"), [("あ" * 1001, "too_long"), ("a\x00", "malformed")])
def test_words_that_cannot_be_taken_are_refused(code: str, words: str, refusal: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask_review(code, words)
    assert refused.value.code == refusal
    assert not ReviewRequest.objects.exists()


def test_words_about_dying_come_first(
    code: str, keeper: KeeperFacts, room: Room, reader: Seat, other_regular: Person
) -> None:
    rest(keeper, room.slug, reader.pk, minutes=10, rule=RULE)
    ask_review(code, "もう一度 見てください。")
    ask_review(letters_to(other_regular)[0]["act"], "もう死にたい。")
    assert [review.about_dying for review in reviews_waiting()] == [True, False]


def test_the_door_is_open_to_anybody_and_leaves_no_session(code: str, outsider: Client) -> None:
    assert 'name="code"' in outsider.get("/reviews/").content.decode()
    answer = outsider.post("/reviews/", {"code": code, "words": "おねがいします。"})
    assert (answer.status_code, answer["Location"]) == (303, "/reviews/")
    page = outsider.get("/reviews/").content.decode()
    assert "受けとりました" in page
    assert "声をかけた人とは別のスタッフが、もう一度見ます" in page
    assert CARD not in page
    assert "sessionid" not in outsider.cookies
    assert ReviewRequest.objects.get().words == "おねがいします。"


def test_the_button_of_the_letter_asks_without_a_script(
    code: str, regular: Person, room: Room, client: Client, enter_as: EnterAs
) -> None:
    browser = enter_as(client, regular)
    for path in ("/me/", f"/rooms/{room.slug}/"):
        page = browser.get(path).content.decode()
        assert re.search(rf'<form[^>]*action="/reviews/".*?name="code" value="{code}"', page, re.DOTALL)
    assert browser.post("/reviews/", {"code": code}).status_code == 303
    assert ReviewRequest.objects.count() == 1


def test_a_wrong_code_gets_a_kind_sentence_and_the_words_back(code: str, outsider: Client) -> None:
    answer = outsider.post("/reviews/", {"code": "AAAAA-AAAAA", "words": "おねがいします。"})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "その番号は、見つかりませんでした" in page
    assert "おねがいします。" in page
    assert 'value="AAAAA-AAAAA"' in page


def test_the_same_as_json(code: str, outsider: Client) -> None:
    answer = outsider.post("/reviews/", {"code": code}, headers=JSON)
    assert (answer.status_code, answer.json()["asked"], answer.json()["notices"]) == (200, True, [])
    again = outsider.post("/reviews/", {"code": code}, headers=JSON)
    assert again.json() == answer.json()
    wrong = outsider.post("/reviews/", {"code": "AAAAA-AAAAA"}, headers=JSON)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("typed", ["", "AAAAA-AAAAA"])
def test_help_is_offered_to_who_writes_about_dying_also_with_a_wrong_code(
    code: str, outsider: Client, typed: str
) -> None:
    answer = outsider.post("/reviews/", {"code": typed or code, "words": "もう死にたい"}, follow=True)
    assert CARD in answer.content.decode()
    assert CARD in outsider.get("/reviews/").content.decode()
    outsider.post("/reviews/", {"close": "card"})
    assert CARD not in outsider.get("/reviews/").content.decode()


def test_the_card_is_a_notice_in_json(code: str, outsider: Client) -> None:
    answer = outsider.post("/reviews/", {"code": code, "words": "もう死にたい"}, headers=JSON).json()
    assert [notice["code"] for notice in answer["notices"]] == ["support"]


def test_who_is_away_sees_the_card_once_and_no_letter(
    code: str, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    browser = enter_as(client, regular)
    browser.get("/away/")
    page = browser.post("/reviews/", {"code": code, "words": "もう死にたい"}).content.decode()
    assert CARD in page
    assert code not in page
    assert CARD not in browser.get("/reviews/").content.decode()


def test_guessing_is_slowed_down(outsider: Client) -> None:
    answers = [outsider.post("/reviews/", {"code": "AAAAA-AAAAA"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_other_verbs_are_not_taken(outsider: Client) -> None:
    assert outsider.delete("/reviews/").status_code == 405


def test_who_sends_too_many_fills_no_table_and_no_words_are_looked_at(
    house: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"code": "AAAAA-AAAAA", "words": "もう死にたい"}
    answers = [Client().post("/reviews/", sent) for _ in range(10)]
    assert all(CARD in answer.content.decode() for answer in answers)
    monkeypatch.setattr("ibasho.moderation.views.heed", None)
    late = Client().post("/reviews/", sent)
    assert late.status_code == 429
    assert 'href="/help/"' in late.content.decode()
    assert Session.objects.count() == 10


def test_asking_with_a_right_code_is_no_guess_and_guesses_at_receipts_are_others(
    code: str, outsider: Client
) -> None:
    for path, typed, status in (
        ("/receipts/", "AAAAA-AAAAA", 404),
        ("/reviews/", code, 200),
        ("/reviews/", "AAAAA-AAAAA", 404),
    ):
        answers = [outsider.post(path, {"code": typed}, headers=JSON).status_code for _ in range(10)]
        assert answers == [status] * 10, path
    assert outsider.post("/reviews/", {"code": code}).status_code == 429


def test_the_button_of_ones_own_letter_works_whoever_guesses_at_the_same_address(
    code: str, outsider: Client, client: Client, regular: Person, other_regular: Person, enter_as: EnterAs
) -> None:
    for _ in range(10):
        outsider.post("/reviews/", {"code": "AAAAA-AAAAA"})
    assert enter_as(Client(), other_regular).post("/reviews/", {"code": code}).status_code == 429
    assert enter_as(client, regular).post("/reviews/", {"code": code}, headers=JSON).status_code == 200


def test_the_letter_asks_nothing_any_more_once_it_was_asked(code: str, regular: Person) -> None:
    ask_review(code.lower())
    [letter] = letters_to(regular)
    assert "actions" not in letter
    assert code not in letter["text"]
    assert "見直しのお願いを、受けとりました。" in letter["text"]


@pytest.mark.parametrize("was_asked", [False, True])
def test_the_letter_of_an_act_that_was_undone_is_put_away_and_asks_nothing(
    keeper: KeeperFacts, code: str, room: Room, message: Message, regular: Person, *, was_asked: bool
) -> None:
    if was_asked:
        ask_review(code)
    restore(keeper, room.slug, message.pk)
    assert [letter["code"] for letter in letters_to(regular)] == ["restored"]
    old = Notice.objects.get(person=regular, code="hidden")  # stays in the record
    assert (old.act, old.seen_on) == ("", clock.today())
    assert "もう一度見てほしい" not in old.text
    assert code not in old.text


def test_letters_about_other_acts_keep_their_question(
    keeper: KeeperFacts, code: str, room: Room, seat: Seat, message: Message, regular: Person
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    restore(keeper, room.slug, message.pk)
    asks = {letter["code"]: "actions" in letter for letter in letters_to(regular)}
    assert asks == {"resting": True, "restored": False}
