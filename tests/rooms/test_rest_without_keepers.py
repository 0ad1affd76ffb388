"""A room is open only while two keepers are really there: it rests, resumes, prepares again, and closes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person, Session
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import post_messages, take_seat, turn_sessions
from ibasho.rooms.models import Room, RoomSession
from ibasho.rooms.queries import catch_up, line_still_allowed
from tests.rooms.conftest import Hear, LineFor, OnDuty, pass_by, state_of

pytestmark = pytest.mark.django_db


def test_after_three_minutes_without_a_sign_the_room_rests_and_resumes_by_itself(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pass_by(clock, 90, keeper)
    pass_by(clock, 89, keeper)
    assert state_of(evening) == "open"
    pass_by(clock, 1, keeper)
    session = RoomSession.objects.get()
    assert (session.state, session.paused_why, session.paused_at) == (
        "paused",
        "no_keepers",
        house_clock.now(),
    )
    pass_by(clock, 599, keeper)
    assert state_of(evening) == "paused"
    pass_by(clock, 0, keeper, second_keeper)
    session.refresh_from_db()
    assert (session.state, session.paused_why, session.paused_at) == ("open", "", None)


def test_after_ten_minutes_it_prepares_and_still_opens_when_they_come(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pass_by(clock, 180)
    pass_by(clock, 600)
    session = RoomSession.objects.get()
    assert (session.state, session.paused_why, session.paused_at) == ("preparing", "", None)
    pass_by(clock, 60, keeper, second_keeper)
    assert state_of(evening) == "open"
    assert RoomSession.objects.count() == 1


def test_one_that_comes_back_near_the_end_is_closing(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening, until=house_clock.now() + dt.timedelta(hours=12))
    ends = RoomSession.objects.get().closes_at
    assert ends is not None
    clock.move_to(ends - dt.timedelta(minutes=14), tick=False)
    turn_sessions()
    assert state_of(evening) == "paused"
    pass_by(clock, 1, keeper, second_keeper)
    assert state_of(evening) == "closing"


def test_a_resting_room_closes_at_the_end_of_its_hours_across_midnight(
    clock: Any, evening: Room, on_duty: OnDuty
) -> None:
    on_duty(evening)
    ends = RoomSession.objects.get().closes_at
    assert ends is not None
    clock.move_to(ends - dt.timedelta(minutes=5), tick=False)
    turn_sessions()
    clock.move_to(ends + dt.timedelta(seconds=59), tick=False)
    turn_sessions()
    assert state_of(evening) == "paused"
    pass_by(clock, 1)
    assert RoomSession.objects.get().state == "closed"
    assert RoomSession.objects.get().paused_at is None


def test_the_minute_of_grace_is_not_cut_short_by_a_duty_that_ends_with_the_room(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    ends = RoomSession.objects.get().closes_at
    assert ends is not None
    on_duty(evening, until=ends)
    clock.move_to(ends - dt.timedelta(seconds=10), tick=False)
    pass_by(clock, 0, keeper, second_keeper)
    assert state_of(evening) == "closing"
    pass_by(clock, 20, keeper, second_keeper)
    assert state_of(evening) == "closing"
    pass_by(clock, 50)
    assert state_of(evening) == "closed"


def test_while_it_rests_seats_read_on_and_nobody_writes_or_comes_in(
    clock: Any,
    evening: Room,
    on_duty: OnDuty,
    regular: Person,
    other_regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    line = line_for(regular, evening)
    post_messages([words_of(line)])
    pass_by(clock, 180)
    assert line_still_allowed(line) is None
    caught = catch_up(line, epoch=None, since=None)
    assert caught.room["state"] == "paused"
    assert caught.room["why"] == "no_keepers"
    assert "opens_at" not in caught.room
    assert (caught.you["may_post"], caught.you["why_not"]) == (False, "room_paused")
    (answer,) = post_messages([words_of(line)])
    assert getattr(answer, "code", "") == "room_paused"
    with pytest.raises(Refusal) as no:
        take_seat(other_regular, evening, mode="observe")
    assert no.value.code == "room_paused"


def test_a_room_that_needs_one_keeper_rests_without_that_one(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    Room.objects.update(keepers_needed=1)
    on_duty(evening)
    pass_by(clock, 200, keeper)
    assert state_of(evening) == "open"
    pass_by(clock, 200)
    assert state_of(evening) == "paused"


def test_turning_twice_changes_nothing_more(clock: Any, evening: Room, on_duty: OnDuty) -> None:
    on_duty(evening)
    clock.shift(dt.timedelta(seconds=180))
    assert [turn_sessions(), turn_sessions()] == [1, 0]


def test_each_pause_says_why_and_nothing_else_does(evening: Room, on_duty: OnDuty) -> None:
    from django.db import IntegrityError, transaction

    for wrong in ({"state": "paused"}, {"paused_why": "no_keepers"}, {"paused_at": house_clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoomSession.objects.update(**wrong)
