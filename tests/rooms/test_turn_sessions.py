"""The rooms' own clock: preparing, open, closing, closed, each with a number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.actions import note_there
from ibasho.duty.queries import open_duties
from ibasho.lib import clock as house_clock
from ibasho.lib.clock import TOKYO
from ibasho.people.models import Person, Session
from ibasho.rooms.actions import post_messages, sessions, take_seat, turn_sessions
from ibasho.rooms.models import ClosedDay, OpeningHours, Room, RoomAudience, RoomChange, RoomSession
from ibasho.rooms.queries import sessions as session_queries
from tests.rooms.conftest import Hear, LineFor, OnDuty

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.fixture
def room(clock: Any, house: Any) -> Room:
    """Open on Sundays 23:30–24:30; 2026-11-22 is a Sunday."""
    room = Room.objects.create(slug="yoru", title="夜の部屋", about="夜だけの部屋です。", keepers_needed=2)
    RoomAudience.objects.create(room=room, standpoint="person")
    OpeningHours.objects.create(room=room, weekday=6, opens=23 * 60 + 30, closes=24 * 60 + 30)
    return room


@pytest.fixture
def keepers_are_there(room: Room, on_duty: OnDuty) -> None:
    on_duty(room, until=at("2026-11-23T08:00:00"))


def state_at(moment: str, clock: Any) -> str | None:
    """The newest session's, then; every keeper on duty is seen."""
    clock.move_to(at(moment), tick=False)
    for duty in open_duties():
        note_there(duty.keeper_id)
    turn_sessions()
    newest = RoomSession.objects.order_by("-opens_at").first()
    return newest.state if newest else None


def test_a_room_goes_through_its_evening(room: Room, clock: Any, keepers_are_there: None) -> None:
    assert state_at("2026-11-22T23:29:59", clock) is None
    assert state_at("2026-11-22T23:30:00", clock) == "open"
    assert state_at("2026-11-23T00:14:59", clock) == "open"
    assert state_at("2026-11-23T00:15:00", clock) == "closing"
    assert state_at("2026-11-23T00:30:59", clock) == "closing"
    assert state_at("2026-11-23T00:31:00", clock) == "closed"
    assert RoomSession.objects.count() == 1
    room.refresh_from_db()
    assert room.seq == RoomChange.objects.get().seq == 4


def test_a_room_waits_for_its_keepers(room: Room, clock: Any) -> None:
    assert state_at("2026-11-22T23:45:00", clock) == "preparing"
    assert state_at("2026-11-23T00:29:00", clock) == "preparing"
    assert state_at("2026-11-23T00:31:00", clock) == "closed"


def test_turning_twice_changes_nothing_more(room: Room, clock: Any) -> None:
    clock.move_to(at("2026-11-22T23:45:00"), tick=False)
    assert [turn_sessions(), turn_sessions()] == [1, 0]


def test_a_session_that_was_missed_altogether_is_not_made_up_for(room: Room, clock: Any) -> None:
    assert state_at("2026-11-23T00:31:00", clock) is None


def test_a_house_that_was_off_closes_what_is_over(room: Room, clock: Any, keepers_are_there: None) -> None:
    assert state_at("2026-11-22T23:45:00", clock) == "open"
    assert state_at("2026-11-29T23:45:00", clock) == "preparing"
    assert list(RoomSession.objects.values_list("state", flat=True)) == ["closed", "preparing"]


def test_a_closed_day_is_the_day_on_which_the_session_would_begin(room: Room, clock: Any) -> None:
    ClosedDay.objects.create(room=room, date=dt.date(2026, 11, 22))
    assert state_at("2026-11-23T00:10:00", clock) is None


def test_each_change_is_announced_with_the_room_as_it_then_is(
    room: Room, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr("ibasho.rooms.actions.changes.publish", heard.extend)
    state_at("2026-11-22T23:45:00", clock)
    (change,) = heard
    assert (change.seq, change.position, change.event["type"]) == (1, None, "room_changed")
    assert change.event["room"] == {
        "slug": "yoru",
        "title": "夜の部屋",
        "state": "preparing",
        "pace": 0,
        "crowd": "quiet",
        "closes_at": "2026-11-22T15:30:00Z",
    }


def test_no_word_gets_a_number_after_closed(
    room: Room, clock: Any, keepers_are_there: None, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    state_at("2026-11-22T23:45:00", clock)
    take_seat(regular, room, mode="speak")
    line = line_for(regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    clock.move_to(at("2026-11-23T00:30:59"), tick=False)
    post_messages([words_of(line)])
    assert state_at("2026-11-23T00:31:00", clock) == "closed"
    (answer,) = post_messages([words_of(line)])
    assert getattr(answer, "code", "") == "room_closed"
    room.refresh_from_db()
    assert room.seq == RoomChange.objects.get().seq


def test_the_next_session_begins_behind_the_words_of_the_last(
    room: Room,
    clock: Any,
    keepers_are_there: None,
    on_duty: OnDuty,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    state_at("2026-11-22T23:45:00", clock)
    take_seat(regular, room, mode="speak")
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    post_messages([words_of(line_for(regular, room))] * 1)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    state_at("2026-11-29T23:45:00", clock)
    on_duty(room)
    newest = RoomSession.objects.latest("opens_at")
    assert newest.first_position == 2
    assert session_queries.reading_session(room.pk) == newest


def test_the_room_to_try_never_closes(trial_room: Room, clock: Any) -> None:
    clock.shift(dt.timedelta(days=400))
    assert turn_sessions() == 0
    assert RoomSession.objects.get().state == "open"


def test_a_round_without_anything_due_is_five_questions(
    room: Room, clock: Any, django_assert_num_queries: Any
) -> None:
    state_at("2026-11-22T23:45:00", clock)
    with django_assert_num_queries(5):
        turn_sessions()


def test_hours_of_a_room_that_was_closed_by_hand_ask_no_more(
    room: Room, clock: Any, keepers_are_there: None, django_assert_num_queries: Any
) -> None:
    state_at("2026-11-22T23:45:00", clock)
    RoomSession.objects.update(state="closed")
    with django_assert_num_queries(5):
        assert turn_sessions() == 0


def test_a_round_that_waited_for_the_lock_goes_by_what_holds_behind_it(room: Room, clock: Any) -> None:
    """A steward closes the day between the look and the lock."""
    clock.move_to(at("2026-11-22T23:45:00"), tick=False)
    looked = Room.objects.prefetch_related("hours", "closed_days").get()
    assert not looked.closed_days.all()
    ClosedDay.objects.create(room=room, date=dt.date(2026, 11, 22))
    assert sessions._turn(looked, house_clock.now()) == 0
    assert not RoomSession.objects.exists()


def test_a_room_whose_step_raises_does_not_stop_the_rooms_after_it(
    room: Room, clock: Any, keepers_are_there: None, caplog: pytest.LogCaptureFixture
) -> None:
    Room.objects.update(position=2)
    broken = Room.objects.create(slug="asa", title="朝の部屋", about="朝の部屋です。", position=1)
    beyond = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)  # no calendar has the minute after it
    RoomSession.objects.create(
        room=broken,
        state="open",
        opens_at=at("2026-11-20T00:00:00"),
        closes_at=beyond,
        first_position=1,
        first_seq=0,
    )
    assert Room.objects.first() == broken
    assert state_at("2026-11-22T23:30:00", clock) == "open"
    assert f"room {broken.pk} did not turn" in caplog.text
