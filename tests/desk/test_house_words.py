"""気をつける言葉: added, changed and taken off, found in what people write, and tried out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from ibasho.desk.house_trial import read_aloud, what_follows
from ibasho.house.actions import add_word
from ibasho.house.heeding import heed_or_ask
from ibasho.house.models import ScreeningWord
from ibasho.house.own_words import own_words
from ibasho.lib.errors import Refusal
from ibasho.moderation.models import LogDetail, LogEntry
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.consequences import Stage, code_to_hold
from ibasho.rooms.models import Room
from ibasho.rooms.screened import Look, findings_of
from ibasho.rooms.shapes import Words
from ibasho.screening import Action, Finding, Label
from tests.conftest import KeeperClient
from tests.desk.house_kit import fields_of

WORDS = "/desk/house/words/"
TRIAL = WORDS + "trial/"


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


def test_a_word_is_added_once_in_whatever_spelling(desk: Client) -> None:
    assert desk.post(WORDS + "new/", {"word": "アヤシイ水", "action": "hold"}).status_code == 303
    again = desk.post(WORDS + "new/", {"word": "ｱﾔｼｲ 水", "action": "show"})
    assert again.status_code == 400
    assert "もうあります" in again.content.decode()
    assert list(ScreeningWord.objects.values_list("word", "action")) == [("アヤシイ水", "hold")]
    assert LogEntry.objects.latest("number").verb == "add_word"


@pytest.mark.parametrize(
    ("word", "action", "says"),
    [
        ("", "hold", "言葉を書いてください。"),
        ("あ" * 41, "hold", "40文字まで"),
        ("水", "ban", "どれかひとつを"),
    ],
)
def test_a_word_that_cannot_be_looked_for_is_not_kept(
    desk: Client, word: str, action: str, says: str
) -> None:
    answer = desk.post(WORDS + "new/", {"word": word, "action": action})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ScreeningWord.objects.exists()


def test_a_word_is_changed_and_taken_off(desk: Client) -> None:
    path = f"{WORDS}{add_word('あやしい水', action='hold').pk}/"
    page = desk.get(path)
    sent = fields_of(page, path) | {"word": "あやしいお水", "action": "ask"}
    assert desk.post(path, sent).status_code == 303
    assert ScreeningWord.objects.get().action == "ask"
    assert desk.post(path, sent | {"word": "ほかの水"}).status_code == 409  # what was seen is no more
    assert desk.post(path + "removal/", {}).headers["Location"] == f"{path}?sure=1#remove"
    assert desk.post(path + "removal/", {"sure": "on"}).status_code == 303
    assert not ScreeningWord.objects.exists()
    assert desk.get(path).status_code == 404


def test_the_words_of_the_house_are_found_where_people_write(trial_room: Room) -> None:
    add_word("あやしい水", action="hold")
    found = findings_of("アヤシイ・水があるよ", trial_room.pk)
    assert [(one.label, one.action, one.span) for one in found] == [(Label.HOUSE_WORD, Action.HOLD, (0, 6))]


def test_the_list_is_built_once_until_it_changes(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        add_word("あやしい水", action="hold")
    first = own_words()
    assert own_words() is first
    with django_capture_on_commit_callbacks(execute=True):
        add_word("あやしい石", action="hold")
    assert len(own_words()) == 2


def test_a_house_has_room_for_so_many_words_and_no_more(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibasho.house.actions.words.MOST_WORDS", 1)
    add_word("水だ", action="show")
    with pytest.raises(Refusal) as refused:
        add_word("石", action="show")
    assert refused.value.code == "malformed"


def test_a_word_without_letters_is_refused(db: None) -> None:
    with pytest.raises(Refusal) as refused:
        add_word("・・・", action="show")
    assert "文字のある言葉" in refused.value.text


def test_a_text_is_tried_out_and_kept_nowhere(desk: Client) -> None:
    add_word("あやしい水", action="show")
    entries = LogEntry.objects.count()
    text = "番号は090-0012-3456、あやしい水もある。もう死にたい"
    page = desk.post(TRIAL, fields_of(desk.get(WORDS), TRIAL) | {"text": text}).content.decode()
    for piece in (
        'は<mark class="found">090-0012-3456</mark>、あ',
        '、<mark class="found">あやしい水</mark>も',
        '<mark class="found">もう死にたい</mark>」',
        "番号や住所",
        "この家の言葉",
        "いのちのこと",
    ):
        assert piece in page
    assert LogEntry.objects.count() == entries


def test_a_word_is_shown_at_every_place_and_inside_which_other_word_it_lies(db: None) -> None:
    add_word("たいま", action="hold")
    add_word("OD", action="show")
    found = read_aloud("タイマーが鳴った。たい まを買う。GODとＯＤ", "any")
    assert [(one.piece, one.why) for one in found if one.name == "この家の言葉"] == [
        ("タイマ", "「たいま」が入っています。ほかの言葉「タイマー」の中にあります。"),
        ("たい ま", "「たいま」が入っています。"),
        ("OD", "「OD」が入っています。ほかの言葉「GOD」の中にあります。"),
        ("ＯＤ", "「OD」が入っています。"),
    ]


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("番号は090-0012-3456です", "送る前に、書いた人に聞きます。"),
        ("もう消えたい", "そのまま出します。スタッフみんなに、見てもらいます。"),
        ("聞いてね、あやしい水", "そのまま出して、スタッフに知らせます。"),
        ("見てね、あやしい石", "スタッフが見てから出します。"),
        ("読んでね、あやしい木", "送る前に、書いた人に聞きます。"),
    ],
)
def test_what_would_follow_is_said_of_each(db: None, text: str, follows: str) -> None:
    for word, action in (("あやしい水", "show"), ("あやしい石", "hold"), ("あやしい木", "ask")):
        add_word(word, action=action)
    assert [one.follows for one in read_aloud(text, "any")] == [follows]


@pytest.mark.parametrize(
    "one",
    [
        Finding(Label.CRISIS, (0, 1), "", level="now"),
        Finding(Label.CRISIS, (0, 1), "", level="now", covers=True),
        Finding(Label.SOLICITATION, (0, 1), ""),
        Finding(Label.ABUSE, (0, 1), ""),
        Finding(Label.HOUSE_WORD, (0, 1), "", action=Action.HOLD),
        Finding(Label.HOUSE_WORD, (0, 1), "", action=Action.SHOW),
    ],
    ids=lambda one: f"{one.label}-{one.action}-{one.covers}",
)
def test_what_is_said_to_wait_is_what_waits(one: Finding) -> None:
    words = cast(Words, SimpleNamespace(text="あ", cover="", choice=""))
    usual = Stage(False, False, False, False, is_unkept=bool, says_again=lambda text: False)
    waits = code_to_hold(words, Look(words, (one,)), usual) is not None
    assert what_follows(one).startswith("スタッフが見てから出します。") == waits


def test_nothing_found_is_said_too(desk: Client) -> None:
    assert (
        "何も見つかりませんでした" in desk.post(TRIAL, {"text": "雨の音", "audience": "any"}).content.decode()
    )
    assert desk.post(TRIAL, {"text": "", "audience": "any"}).status_code == 422


def test_the_log_knows_no_word(desk: Client) -> None:
    desk.post(WORDS + "new/", {"word": "あやしい水", "action": "hold"})
    path = f"{WORDS}{ScreeningWord.objects.get().pk}/"
    desk.post(path, fields_of(desk.get(path), path) | {"word": "あやしい石"})
    desk.post(path + "removal/", {"sure": "on"})
    assert LogEntry.objects.filter(verb__endswith="_word").count() == 3
    assert "あやしい" not in "".join(LogDetail.objects.values_list("body", flat=True))


def test_one_letter_alone_is_no_word_to_look_for(db: None) -> None:
    with pytest.raises(Refusal) as refused:
        add_word("死", action="hold")
    assert "2文字からの言葉" in refused.value.text


def test_words_of_the_house_are_marked_where_staff_alone_read(db: None) -> None:
    add_word("あやしい水", action="ask")
    assert heed_or_ask("アヤシイ水の話です。", as_is=False).marks == ("house_word",)
