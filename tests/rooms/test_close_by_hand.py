from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import close_room, pause_room, post_messages, take_duty, take_seat
from ibasho.rooms.models import Room, RoomSession
from tests.rooms.conftest import Hear, LineFor, OnDuty, pass_by, state_of

pytestmark = pytest.mark.django_db


def code(keeper: KeeperFacts, minutes: int = 5, slug: str = "yoru") -> str:
    with pytest.raises(Refusal) as no:
        close_room(keeper, slug, minutes=minutes)
    return no.value.code


@pytest.mark.parametrize("minutes", [15, 5, 1])
def test_a_room_closes_gently_with_a_minute_of_grace(
    clock: Any,
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
    minutes: int,
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    line = line_for(regular, evening)
    close_room(keeper, "yoru", minutes=minutes)
    session = RoomSession.objects.get()
    assert (session.state, session.closes_at) == (
        "closing",
        house_clock.now() + dt.timedelta(minutes=minutes),
    )
    for _ in range(minutes):
        pass_by(clock, 60, keeper, second_keeper)
    pass_by(clock, 59, keeper, second_keeper)
    (answer,) = post_messages([words_of(line)])
    assert not isinstance(answer, Refusal)
    pass_by(clock, 1, keeper, second_keeper)
    assert state_of(evening) == "closed"
    (answer,) = post_messages([words_of(line)])
    assert getattr(answer, "code", "") == "room_closed"
    pass_by(clock, 60, keeper, second_keeper)
    assert state_of(evening) == "closed"  # for the rest of these hours


def test_it_never_closes_later_than_it_would(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    ends = RoomSession.objects.get().closes_at
    assert ends is not None
    on_duty(evening, until=house_clock.now() + dt.timedelta(hours=12))
    clock.move_to(ends - dt.timedelta(minutes=3), tick=False)
    pass_by(clock, 0, keeper, second_keeper)
    close_room(keeper, "yoru", minutes=5)
    assert RoomSession.objects.get().closes_at == ends
    close_room(keeper, "yoru", minutes=1)
    assert RoomSession.objects.get().closes_at == house_clock.now() + dt.timedelta(minutes=1)


def test_a_room_that_rests_closes_without_opening_again(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=None)
    close_room(keeper, "yoru", minutes=5)
    assert state_of(evening) == "paused"
    for _ in range(6):
        pass_by(clock, 60, keeper, second_keeper)
    assert state_of(evening) == "closed"


def test_a_room_that_still_prepares_closes_at_once(clock: Any, evening: Room, keeper: KeeperFacts) -> None:
    take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    close_room(keeper, "yoru", minutes=15)
    assert RoomSession.objects.get().state == "closed"
    pass_by(clock, 60, keeper)
    assert RoomSession.objects.count() == 1


def test_what_is_closed_or_not_ones_own_or_never_closes_is_refused(
    clock: Any,
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    trial_room: Room,
) -> None:
    on_duty(evening, trial_room)
    assert code(keeper, 2) == "malformed"
    assert code(steward) == "not_found"
    assert code(keeper, slug=trial_room.slug) == "malformed"
    close_room(keeper, "yoru", minutes=1)
    clock.shift(dt.timedelta(minutes=2))
    assert code(keeper) == "room_closed"
