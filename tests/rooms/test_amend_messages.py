"""Editing and taking back one's own words."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from ibasho.lib.errors import Refusal
from ibasho.people.models import Person, Session
from ibasho.rooms.actions import (
    edit_message,
    leave_room,
    post_messages,
    take_seat,
    withdraw_message,
)
from ibasho.rooms.models import Amendment, Message, Room, RoomSession, Seat
from ibasho.rooms.shapes import Posted, Words
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(clock: Any, open_room: Any) -> Room:
    made: Room = open_room()
    return made


@pytest.fixture
def mine(room: Room, regular: Person, line_for: LineFor) -> Any:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    line = line_for(regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    return line


@pytest.fixture
def message(mine: Any, words_of: Hear) -> str:
    (answer,) = post_messages([words_of(mine, "さいしょの言葉", cover="おおい", tone="listen_only")])
    assert isinstance(answer, Posted)
    return answer.message_id


def code_of(act: Any, words: Words) -> str:
    with pytest.raises(Refusal) as caught:
        act(words)
    return caught.value.code


def test_an_edit_puts_other_words_at_the_same_position_under_a_new_number(
    mine: Any, message: str, words_of: Hear, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        answer = edit_message(words_of(mine, "なおした言葉", verb="edit", message=message))
    row = Message.objects.get()
    assert (row.text, row.cover, row.tone, row.edited) == ("なおした言葉", "", "", True)
    assert (row.position, row.posted_seq, row.seq, answer.seq) == (1, 1, 2, 2)
    assert len(callbacks) == 1


def test_an_edit_asked_again_gets_its_first_answer(mine: Any, message: str, words_of: Hear) -> None:
    words = words_of(mine, "なおした", verb="edit", message=message)
    first = edit_message(words)
    withdraw_message(words_of(mine, verb="withdraw", message=message))
    assert edit_message(words) == first
    other = words_of(mine, "ほかの言葉", verb="edit", message=message, id=words.request_id)
    assert code_of(edit_message, other) == "id_reused"


def test_an_edit_with_the_id_of_the_post_is_another_thing(mine: Any, message: str, words_of: Hear) -> None:
    used = str(Message.objects.get().request_id)
    assert code_of(edit_message, words_of(mine, "x", verb="edit", message=message, id=used)) == "id_reused"


def test_words_may_be_edited_for_five_minutes(mine: Any, message: str, words_of: Hear, clock: Any) -> None:
    clock.shift(dt.timedelta(minutes=5))
    edit_message(words_of(mine, "間に合います", verb="edit", message=message))
    clock.shift(dt.timedelta(seconds=1))
    late = words_of(mine, "おそい", verb="edit", message=message)
    assert code_of(edit_message, late) == "edit_late"
    assert Message.objects.get().text == "間に合います"


@pytest.mark.parametrize("state", ["withdrawn", "erased", "hidden"])
def test_only_words_that_are_shown_can_be_edited(state: str, mine: Any, message: str, words_of: Hear) -> None:
    gone = {} if state == "hidden" else {"text": None, "cover": "", "tone": ""}
    Message.objects.update(state=state, **gone)
    assert code_of(edit_message, words_of(mine, "x", verb="edit", message=message)) == "not_shown"


def test_anothers_words_are_not_found(
    room: Room, message: str, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(other_regular, room, mode="speak")
    theirs = line_for(other_regular, room)
    assert code_of(edit_message, words_of(theirs, "x", verb="edit", message=message)) == "not_found"
    assert code_of(withdraw_message, words_of(theirs, verb="withdraw", message=message)) == "not_found"
    unknown = words_of(theirs, verb="withdraw", message=str(uuid4()))
    assert code_of(withdraw_message, unknown) == "not_found"


def test_an_edit_needs_what_a_post_needs(mine: Any, message: str, words_of: Hear, clock: Any) -> None:
    edit = words_of(mine, "x", verb="edit", message=message)
    Seat.objects.update(resting_until=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    assert code_of(edit_message, edit) == "resting"
    Seat.objects.update(resting_until=None)
    Room.objects.update(pace_seconds=30)
    assert code_of(edit_message, edit) == "pace"
    clock.shift(dt.timedelta(seconds=30))
    edit_message(edit)
    assert Seat.objects.get().post_count == 1


def test_a_withdrawal_leaves_only_the_place(mine: Any, message: str, words_of: Hear) -> None:
    answer = withdraw_message(words_of(mine, verb="withdraw", message=message))
    row = Message.objects.get()
    assert (row.state, row.text, row.cover, row.tone) == ("withdrawn", None, "", "")
    assert (row.position, row.seq) == (1, answer.seq) == (1, 2)
    assert Amendment.objects.count() == 1


def test_a_withdrawal_is_final(mine: Any, message: str, words_of: Hear) -> None:
    withdraw_message(words_of(mine, verb="withdraw", message=message))
    assert code_of(withdraw_message, words_of(mine, verb="withdraw", message=message)) == "not_shown"
    assert code_of(edit_message, words_of(mine, "x", verb="edit", message=message)) == "not_shown"


@pytest.mark.parametrize("what", ["closed", "resting", "suspended", "left", "observing"])
def test_own_words_can_always_be_taken_back(
    what: str, room: Room, mine: Any, message: str, regular: Person, words_of: Hear
) -> None:
    later = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    if what == "closed":
        RoomSession.objects.update(state="closed")
    elif what == "resting":
        Seat.objects.update(resting_until=later)
    elif what == "suspended":
        Person.objects.update(suspended_until=later)
    elif what == "left":
        leave_room(regular, room)
    else:
        take_seat(regular, room, mode="observe")
    withdraw_message(words_of(mine, verb="withdraw", message=message))
    assert Message.objects.get().state == "withdrawn"


def test_who_is_away_takes_nothing_back(mine: Any, message: str, words_of: Hear) -> None:
    Session.objects.update(away=True)
    assert code_of(withdraw_message, words_of(mine, verb="withdraw", message=message)) == "not_entered"
