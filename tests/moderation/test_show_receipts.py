"""ひかえ: the outcome by a code, without an account."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.moderation import receipts
from ibasho.moderation.actions import decide_concern, tell_keepers
from ibasho.moderation.models import Concern, SealedText
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, Seat

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def code(room: Room, message: Message, reader: Seat, other_regular: Person) -> str:
    return tell_keepers(other_regular, room, message.pk, reason="harm", words="カナリアの言葉")[1]


def _page(client: Client, **sent: str) -> str:
    answer = client.post("/receipts/", sent)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}　"]
)
def test_a_stranger_with_the_code_sees_that_it_waits(code: str, outsider: Client, change: object) -> None:
    assert callable(change)
    page = _page(outsider, code=change(code))
    assert "これから確かめます" in page
    assert "20:12まで、とりさげられます" in page
    for secret in ("カナリア", "あおいつばめがら", "なのはな", "ひだまり"):
        assert secret not in page
    assert "sessionid" not in outsider.cookies


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("acted", "必要なことをしました"),
        ("spoken", "部屋で声をかけました"),
        ("watched", "気をつけて見ていきます"),
        ("kept", "そのままにしています"),
    ],
)
def test_every_outcome_is_said(
    code: str, outsider: Client, second_keeper: KeeperFacts, outcome: str, words: str
) -> None:
    concern = Concern.objects.get()
    decide_concern(second_keeper, concern.pk, outcome=outcome, seen=concern.pk)
    page = _page(outsider, code=code)
    assert words in page
    assert "とりさげられます" not in page
    assert second_keeper.duty_name not in page
    as_json = outsider.post("/receipts/", {"code": code}, headers=JSON).json()
    assert (as_json["kind"], as_json["state"], as_json["take_back_until"]) == ("concern", outcome, None)
    assert words in as_json["text"]


def test_the_code_alone_takes_it_back(code: str, outsider: Client) -> None:
    page = _page(outsider, code=code, take_back="on")
    assert "とりさげました" in page
    assert not SealedText.objects.exists()
    assert "とりさげました" in _page(outsider, code=code)
    assert outsider.post("/receipts/", {"code": code}, headers=JSON).json()["state"] == "taken_back"


def test_what_was_decided_is_not_taken_back(code: str, outsider: Client, keeper: KeeperFacts) -> None:
    concern = Concern.objects.get()
    decide_concern(keeper, concern.pk, outcome="kept", seen=concern.pk)
    answer = outsider.post("/receipts/", {"code": code, "take_back": "on"})
    assert answer.status_code == 409
    assert "もう確かめました" in answer.content.decode()


@pytest.mark.parametrize("path", ["/about/opinions/", "/about/helping/", "/help/"])
def test_whoever_comes_back_with_a_code_finds_where_to_give_it(outsider: Client, path: str) -> None:
    assert 'href="/receipts/"' in outsider.get(path).content.decode()


def test_it_tells_nothing_of_who_is_there_which_room_it_is_about_is_not_known(
    code: str, outsider: Client
) -> None:
    for page in (outsider.get("/receipts/").content.decode(), _page(outsider, code=code)):
        assert "いま、スタッフがいます。" not in page
        assert "スタッフが次に来るのは" not in page
        assert "いますぐ話したいときは" in page


@pytest.mark.parametrize("typed", ["", "AAAAA-AAAAA", "x", "あ" * 10, "A" * 5000])
def test_another_code_gets_a_kind_sentence(code: str, outsider: Client, typed: str) -> None:
    for sent in ({"code": typed}, {"code": typed, "take_back": "on"}):
        answer = outsider.post("/receipts/", sent)
        assert answer.status_code == 404
        assert "見つかりませんでした" in answer.content.decode()


def test_guessing_is_slowed_down(outsider: Client, house: object) -> None:
    answers = [outsider.post("/receipts/", {"code": "AAAAA-AAAAA"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]


def test_other_kinds_of_codes_may_join(code: str, outsider: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Concern.objects.get().code_hash
    monkeypatch.setattr(receipts, "_kinds", {})
    monkeypatch.setattr(receipts, "_take_backs", {})
    receipts.register(
        "tea", lambda code_hash: receipts.Answer("tea", "hot", "あつい。") if code_hash == own else None
    )
    assert "あつい。" in _page(outsider, code=code)
    answer = outsider.post("/receipts/", {"code": code, "take_back": "on"})
    assert answer.status_code == 400
    assert "とりさげられません" in answer.content.decode()
