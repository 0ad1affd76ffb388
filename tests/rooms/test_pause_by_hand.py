from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import close_room, pause_room, resume_room, step_out, take_duty, take_seat
from ibasho.rooms.models import Room, RoomSession
from ibasho.rooms.queries import card_for, catch_up
from tests.rooms.conftest import LineFor, OnDuty, bring_to, pass_by, state_of

pytestmark = pytest.mark.django_db


def code(act: Any, keeper: KeeperFacts, **fields: Any) -> str:
    with pytest.raises(Refusal) as no:
        act(keeper, "yoru", **fields)
    return no.value.code


def test_a_pause_ends_by_itself_when_its_time_is_over(
    clock: Any,
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    line_for: LineFor,
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="observe")
    line = line_for(regular, evening)
    pause_room(keeper, "yoru", minutes=5)
    room = catch_up(line, epoch=None, since=None).room
    ends = house_clock.rfc3339(house_clock.now() + dt.timedelta(minutes=5))
    assert (room["state"], room["why"], room["opens_at"]) == ("paused", "by_keeper", ends)
    for _ in range(2):
        pass_by(clock, 149, keeper, second_keeper)
    assert state_of(evening) == "paused"
    pass_by(clock, 2, keeper, second_keeper)
    assert state_of(evening) == "open"
    room = catch_up(line, epoch=None, since=None).room
    assert "why" not in room
    assert "opens_at" not in room


def test_one_without_an_end_waits_to_be_resumed(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=None)
    for _ in range(30):
        pass_by(clock, 60, keeper, second_keeper)
    assert state_of(evening) == "paused"
    resume_room(second_keeper, "yoru")
    assert state_of(evening) == "open"


def test_a_pause_that_ends_without_keepers_goes_on_for_want_of_them(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=5)
    pass_by(clock, 300, keeper)
    session = RoomSession.objects.get()
    assert (session.state, session.paused_why, session.paused_until) == ("paused", "no_keepers", None)
    assert session.paused_at == house_clock.now()
    pass_by(clock, 1, keeper, second_keeper)
    assert state_of(evening) == "open"


def test_resuming_alone_waits_for_the_second_keeper(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=60)
    step_out(second_keeper)
    resume_room(keeper, "yoru")
    assert RoomSession.objects.get().paused_why == "no_keepers"


def test_a_second_pause_takes_the_place_of_the_first(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=5)
    pause_room(keeper, "yoru", minutes=60)
    assert RoomSession.objects.get().paused_until == house_clock.now() + dt.timedelta(hours=1)


def test_a_room_that_rests_for_want_of_keepers_can_be_paused_by_hand(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    step_out(second_keeper)
    pause_room(keeper, "yoru", minutes=10)
    assert RoomSession.objects.get().paused_why == "by_hand"


def test_nobody_is_told_of_an_opening_after_the_end(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    on_duty(evening)
    close_room(keeper, "yoru", minutes=15)
    pause_room(keeper, "yoru", minutes=30)
    session = RoomSession.objects.get()
    assert (session.state, session.paused_until) == ("paused", None)
    assert card_for(evening).paused_until is None


def test_one_that_is_closed_sooner_than_its_pause_ends_has_no_end_either(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=10)
    close_room(keeper, "yoru", minutes=15)
    assert RoomSession.objects.get().paused_until is not None
    close_room(keeper, "yoru", minutes=5)
    assert RoomSession.objects.get().paused_until is None


def test_a_pause_closes_with_the_hours(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=None)
    ends = RoomSession.objects.get().closes_at
    assert ends is not None
    clock.move_to(ends + dt.timedelta(seconds=60), tick=False)
    pass_by(clock, 0)
    assert state_of(evening) == "closed"


def test_what_is_not_open_is_not_paused_and_what_does_not_rest_is_not_resumed(
    evening: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, on_duty: OnDuty
) -> None:
    take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    assert code(pause_room, keeper, minutes=5) == "room_closed"
    on_duty(evening)
    assert code(resume_room, keeper) == "room_closed"
    assert [code(pause_room, keeper, minutes=wrong) for wrong in (0, 4, 61)] == ["malformed"] * 3
    bring_to("closed")
    RoomSession.objects.update(closes_at=house_clock.now())
    evening.hours.all().delete()
    assert code(pause_room, keeper, minutes=5) == "room_closed"
    assert code(resume_room, keeper) == "room_closed"


def test_only_keepers_of_the_room_pause_it(evening: Room, on_duty: OnDuty, steward: KeeperFacts) -> None:
    on_duty(evening)
    assert code(pause_room, steward, minutes=5) == "not_found"
    assert code(resume_room, steward) == "not_found"
    assert state_of(evening) == "open"


def test_the_room_to_try_rests_and_resumes(
    clock: Any, trial_room: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    on_duty(trial_room)
    pause_room(keeper, trial_room.slug, minutes=5)
    assert state_of(trial_room) == "paused"
    pass_by(clock, 300)
    assert state_of(trial_room) == "open"
