from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import close_room, open_room, pause_room, take_duty, turn_sessions
from ibasho.rooms.models import Room, RoomSession
from tests.rooms.conftest import OnDuty, pass_by, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shut(evening: Room) -> Room:
    """The same room without hours today."""
    evening.hours.all().delete()
    evening.sessions.all().delete()
    return evening


def until(minutes: float) -> dt.datetime:
    return house_clock.now() + dt.timedelta(minutes=minutes)


def code(keeper: KeeperFacts, minutes: float = 60) -> str:
    with pytest.raises(Refusal) as no:
        open_room(keeper, "yoru", until=until(minutes))
    return no.value.code


def test_a_room_opens_outside_its_hours_until_then(
    clock: Any, shut: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(shut)
    assert state_of(shut) == "closed"
    session = open_room(keeper, "yoru", until=until(60))
    assert (session.state, session.opens_at, session.closes_at) == ("open", house_clock.now(), until(60))
    assert turn_sessions() == 0
    pass_by(clock, 45 * 60, keeper, second_keeper)
    assert state_of(shut) == "closing"
    pass_by(clock, 16 * 60)
    assert state_of(shut) == "closed"


def test_only_with_enough_keepers_really_there(
    clock: Any, shut: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, on_duty: OnDuty
) -> None:
    take_duty(keeper, slugs=["yoru"], until=until(60))
    assert code(keeper) == "room_closed"
    on_duty(shut)
    clock.shift(dt.timedelta(seconds=180))
    assert code(keeper) == "room_closed"


@pytest.mark.parametrize("minutes", [0, -1, 12 * 60 + 1])
def test_the_end_is_within_twelve_hours(
    shut: Room, on_duty: OnDuty, keeper: KeeperFacts, minutes: float
) -> None:
    on_duty(shut)
    assert code(keeper, minutes) == "malformed"


def test_a_keeper_without_duty_there_opens_nothing(shut: Room, on_duty: OnDuty, steward: KeeperFacts) -> None:
    on_duty(shut)
    assert code(steward) == "not_found"


def test_an_open_room_stays_open_longer_and_never_shorter(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    ends = RoomSession.objects.get().closes_at
    assert ends is not None
    on_duty(evening, until=until(12 * 60))
    clock.move_to(ends - dt.timedelta(minutes=10), tick=False)
    pass_by(clock, 0, keeper, second_keeper)
    assert state_of(evening) == "closing"
    assert code(keeper, 9) == "malformed"
    open_room(keeper, "yoru", until=until(60))
    session = RoomSession.objects.get()
    assert (session.state, session.closes_at) == ("open", until(60))


def test_a_resting_room_is_resumed_not_opened(evening: Room, on_duty: OnDuty, keeper: KeeperFacts) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=None)
    assert code(keeper, 10 * 60) == "room_paused"


def test_hours_that_begin_meanwhile_open_the_room_again_only_unless_it_was_closed_by_hand(
    clock: Any, shut: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(shut)
    open_room(keeper, "yoru", until=until(60))
    shut.hours.create(weekday=6, opens=20 * 60 + 30, closes=23 * 60)
    pass_by(clock, 40 * 60, keeper, second_keeper)
    pass_by(clock, 1, keeper, second_keeper)
    assert state_of(shut) == "open"
    close_room(keeper, "yoru", minutes=1)
    pass_by(clock, 121, keeper, second_keeper)
    pass_by(clock, 1, keeper, second_keeper)
    assert state_of(shut) == "closed"
    assert turn_sessions() == 0


def test_hours_that_begin_later_are_as_usual(
    clock: Any, shut: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(shut)
    open_room(keeper, "yoru", until=until(20))
    shut.hours.create(weekday=6, opens=20 * 60 + 30, closes=23 * 60)
    pass_by(clock, 21 * 60)
    assert state_of(shut) == "closed"
    pass_by(clock, 7 * 60, keeper, second_keeper)
    assert state_of(shut) == "open"


def test_a_retired_room_does_not_open(shut: Room, on_duty: OnDuty, keeper: KeeperFacts) -> None:
    on_duty(shut)
    Room.objects.update(retired_on=house_clock.today())
    assert code(keeper) == "room_closed"
