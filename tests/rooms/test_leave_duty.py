"""The end of a duty, however it comes, leaves the seats and rests the rooms in the same moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.actions import extend, note_there
from ibasho.duty.models import Duty
from ibasho.lib import clock as house_clock
from ibasho.people.actions.keepers import end_keeper, take_role
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import end_due_duties, leave_duty, take_duty
from ibasho.rooms.models import Room, RoomDuty, RoomSession, Seat
from ibasho.rooms.queries import facts_after
from tests.rooms.conftest import OnDuty, pass_by, state_of

pytestmark = pytest.mark.django_db


def seat_of(keeper: KeeperFacts) -> Seat:
    return Seat.objects.get(person_id=keeper.person_id)


def test_the_room_rests_when_one_of_two_leaves(evening: Room, on_duty: OnDuty, keeper: KeeperFacts) -> None:
    on_duty(evening)
    before, _ = facts_after(0)
    leave_duty(keeper)
    session = RoomSession.objects.get()
    assert (session.state, session.paused_why) == ("paused", "no_keepers")
    duty = Duty.objects.get(keeper_id=keeper.keeper_id)
    assert (duty.ended_at, duty.there_at) == (house_clock.now(), None)
    assert seat_of(keeper).left_at == house_clock.now()
    assert facts_after(before)[1] == [str(seat_of(keeper).pk)]


def test_what_was_covered_stays_on_record(evening: Room, on_duty: OnDuty, keeper: KeeperFacts) -> None:
    on_duty(evening)
    leave_duty(keeper)
    assert RoomDuty.objects.count() == 2


def test_leaving_twice_or_without_a_duty_is_nothing(evening: Room, keeper: KeeperFacts) -> None:
    leave_duty(keeper)
    take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    leave_duty(keeper)
    number, _ = facts_after(0)
    leave_duty(keeper)
    assert facts_after(0)[0] == number


def test_a_duty_that_was_forgotten_ends_at_its_time(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening, until=house_clock.now() + dt.timedelta(hours=1))
    pass_by(clock, 3599, keeper, second_keeper)
    assert state_of(evening) == "open"
    pass_by(clock, 1, keeper, second_keeper)
    assert state_of(evening) == "paused"
    assert not Duty.objects.filter(ended_at=None).exists()
    assert seat_of(keeper).left_at == house_clock.now()
    assert end_due_duties() == 0


def test_one_that_was_extended_meanwhile_goes_on(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening, until=house_clock.now() + dt.timedelta(hours=1))
    for each in (keeper, second_keeper):
        extend(each, minutes=30)
    pass_by(clock, 3600, keeper, second_keeper)
    assert state_of(evening) == "open"


def test_whoever_is_no_keeper_any_more_has_no_duty(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    on_duty(evening)
    end_keeper(steward, keeper.keeper_id)
    assert state_of(evening) == "paused"
    assert Duty.objects.get(keeper_id=keeper.keeper_id).ended_at is not None
    assert seat_of(keeper).left_at is not None


def test_the_duty_ends_with_the_last_role_that_takes_duty(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    on_duty(evening)
    take_role(steward, keeper.keeper_id, "moderator")
    assert state_of(evening) == "open"
    take_role(steward, keeper.keeper_id, "facilitator")
    assert state_of(evening) == "paused"


def test_a_steward_who_keeps_only_that_role_is_off_duty(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    take_duty(steward, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    for role in ("moderator", "facilitator", "coordinator"):
        take_role(steward, steward.keeper_id, role)
    assert note_there(steward.keeper_id) is False
    assert Duty.objects.get().ended_at is not None
