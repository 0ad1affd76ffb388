"""A form becomes a wish, and bad input is refused before anything is locked."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ibasho.events.models import Event, Question
from ibasho.events.wishes import Wish, read_wish
from ibasho.lib.errors import Refusal, RefusedField
from tests.events.conftest import SATURDAY

EVENT = Event(kind="family_meeting", title="土曜の会", starts=SATURDAY, ends=SATURDAY, most_party=2)
WITH_CONSENT = Event(
    kind="family_meeting", title="土曜の会", starts=SATURDAY, ends=SATURDAY, asks_consent=True
)
QUESTIONS = [
    Question(pk=1, key="seat", text="席について"),
    Question(pk=2, key="lunch", text="お昼", kind="choice", choices="いる\nいらない"),
    Question(pk=3, key="kept", text="約束を読みましたか", kind="yes_no", is_required=True),
]
FORM = {"id": str(uuid4()), "standpoint": "parent", "q_kept": "はい"}


def read(fields: dict[str, str] | None = None, event: Event = EVENT) -> Wish:
    return read_wish(FORM | (fields or {}), event, QUESTIONS)


def refusal(fields: dict[str, str], event: Event = EVENT) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read(fields, event)
    return refused.value


def test_little_is_enough() -> None:
    wish = read()
    assert (wish.call_name, wish.participation, wish.party, wish.is_first) == ("", "undecided", 1, None)
    assert (wish.all_or_none, wish.auto_accept, wish.ties_person, wish.as_is) == (False,) * 4
    assert wish.answers == ((3, "はい"),)


def test_everything_is_read() -> None:
    wish = read(
        {
            "call_name": " くさ ",
            "participation": "text",
            "party": "2",
            "is_first": "yes",
            "all_or_none": "yes",
            "auto_accept": "yes",
            "ties_person": "yes",
            "as_is": "yes",
            "q_seat": "しずかな\r\n席",
            "q_lunch": "いる",
        }
    )
    assert (wish.call_name, wish.participation, wish.party, wish.is_first) == ("くさ", "text", 2, True)
    assert (wish.all_or_none, wish.auto_accept, wish.ties_person, wish.as_is) == (True,) * 4
    assert wish.answers == ((1, "しずかな\n席"), (2, "いる"), (3, "はい"))
    assert wish.words == "しずかな\n席\nいる\nはい\nくさ"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("id", "", "malformed"),
        ("id", "7", "malformed"),
        ("id", str(uuid4()).upper(), "malformed"),
        ("standpoint", "", "malformed"),
        ("standpoint", "keeper", "malformed"),
        ("participation", "sing", "malformed"),
        ("party", "0", "malformed"),
        ("party", "3", "malformed"),
        ("party", "２", "malformed"),
        ("party", "1.5", "malformed"),
        ("is_first", "maybe", "malformed"),
        ("call_name", "あ" * 21, "too_long"),
        ("call_name", "スタッフ", "name_reserved"),
        ("call_name", "く\x00さ", "malformed"),
        ("q_seat", "あ" * 10_000, "too_long"),
        ("q_seat", "\x1b[2J", "malformed"),
        ("q_lunch", "たくさん", "malformed"),
        ("q_kept", " ", "empty"),
        ("q_kept", "たぶん", "malformed"),
    ],
)
def test_what_cannot_be_meant_is_refused(field: str, value: str, expected: str) -> None:
    assert refusal({field: value}).code == expected


@pytest.mark.parametrize(("field", "value"), [("standpoint", ""), ("q_kept", ""), ("q_lunch", "たくさん")])
def test_what_is_missing_is_said_beside_its_field(field: str, value: str) -> None:
    refused = refusal({field: value})
    assert isinstance(refused, RefusedField)
    assert refused.field == field


def test_questions_may_be_passed_over_unless_they_are_needed() -> None:
    assert read({"q_seat": "\u200b", "q_lunch": ""}).answers == ((3, "はい"),)


def test_a_consent_is_asked_for_where_the_meeting_asks_for_one() -> None:
    assert read({"consent_version": "2"}).consent_version is None
    assert read({"consent_version": "2"}, WITH_CONSENT).consent_version == 2
    assert refusal({}, WITH_CONSENT).code == "empty"
    assert refusal({"consent_version": "²"}, WITH_CONSENT).code == "malformed"


def test_the_key_tells_words_and_meetings_apart_but_not_how_often_they_were_sent() -> None:
    wish = read({"call_name": "くさ"})
    assert wish.key_at(1) == read({"call_name": "くさ", "as_is": "yes"}).key_at(1)
    assert len({wish.key_at(1), wish.key_at(2), read({"call_name": "はな"}).key_at(1)}) == 3
