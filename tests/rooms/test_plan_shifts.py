"""当番表: planned by those who may, never twice at once, and begun with one tap."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.actions import purge_duties
from ibasho.duty.models import DUTY_DAYS, Duty, Shift
from ibasho.duty.queries import duty_of
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions.keepers import end_keeper
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import bring_back_shift, call_off_shift, plan_shifts, take_shift
from ibasho.rooms.models import Room, RoomDuty
from ibasho.rooms.queries.roster import roster, shifts_of, shifts_today
from tests.rooms.conftest import state_of

pytestmark = pytest.mark.django_db


def plan(
    by: KeeperFacts, keeper: KeeperFacts, *, hours: float = 1, longs: float = 3, **more: Any
) -> list[Shift]:
    starts = house_clock.now() + dt.timedelta(hours=hours)
    fields: dict[str, Any] = {"slugs": ["yoru"], "starts": starts, "ends": starts + dt.timedelta(hours=longs)}
    return plan_shifts(by, keeper_id=keeper.keeper_id, **fields | more)


def code(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as no:
        act(*args, **more)
    return no.value.code


def test_a_shift_may_pass_midnight_and_stands_on_the_day_it_begins(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    plan(steward, keeper, hours=3, longs=3)
    (line,) = roster(house_clock.today(), 1)[0].shifts
    assert (line.keeper, line.hours, list(line.rooms)) == ("みどり", "23:02〜翌2:02", [evening.title])
    assert roster(house_clock.today() + dt.timedelta(days=1), 1)[0].shifts == []


def test_the_same_again_for_four_weeks(evening: Room, steward: KeeperFacts, keeper: KeeperFacts) -> None:
    shifts = plan(steward, keeper, weeks=4)
    days = [house_clock.tokyo(shift.starts).date() - house_clock.today() for shift in shifts]
    assert [day.days for day in days] == [0, 7, 14, 21]


def test_nobody_is_planned_twice_at_once_and_then_nothing_is(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    plan(steward, keeper, hours=1 + 7 * 24)
    assert code(plan, steward, keeper, weeks=3) == "asked"
    assert Shift.objects.count() == 1
    plan(steward, second_keeper, weeks=3)
    plan(steward, keeper, hours=4)  # next to one another


def test_only_coordinators_and_stewards_plan(
    evening: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    (shift,) = plan(steward, keeper)
    assert code(plan, keeper, second_keeper) == "not_found"
    assert code(call_off_shift, keeper, shift.pk) == "not_found"
    assert code(bring_back_shift, keeper, shift.pk) == "not_found"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"longs": 13}, "malformed"),
        ({"longs": -1}, "malformed"),
        ({"hours": -5}, "malformed"),
        ({"weeks": 0}, "malformed"),
        ({"weeks": 13}, "malformed"),
        ({"slugs": []}, "malformed"),
        ({"slugs": ["nowhere"]}, "not_found"),
    ],
)
def test_what_cannot_be_is_refused(
    more: dict[str, Any], expected: str, evening: Room, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    assert code(plan, steward, keeper, **more) == expected
    assert not Shift.objects.exists()


def test_a_shift_called_off_stays_in_sight_and_comes_back(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    (shift,) = plan(steward, keeper)
    for _ in range(2):
        call_off_shift(steward, shift.pk)
    (line,) = shifts_of(keeper.keeper_id)
    assert line.is_called_off
    assert shifts_today(house_clock.now()) == []
    (other,) = plan(steward, keeper)
    assert code(bring_back_shift, steward, shift.pk) == "asked"
    call_off_shift(steward, other.pk)
    bring_back_shift(steward, shift.pk)
    assert [line.id for line in shifts_today(house_clock.now())] == [shift.pk]


def test_ones_own_shift_is_begun_with_its_rooms_and_its_end(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    (shift,) = plan(steward, keeper)
    assert code(take_shift, second_keeper, shift.pk) == "not_found"
    take_shift(keeper, shift.pk)
    duty = duty_of(keeper.keeper_id)
    assert duty is not None
    assert duty.until == shift.ends
    assert RoomDuty.objects.get(duty=duty).room == evening
    assert state_of(evening) == "preparing"


def test_not_long_before_and_not_when_it_was_called_off(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    (later,) = plan(steward, keeper, hours=1.1)
    assert code(take_shift, keeper, later.pk) == "asked"
    call_off_shift(steward, later.pk)
    (sooner,) = plan(steward, keeper)
    call_off_shift(steward, sooner.pk)
    assert code(take_shift, keeper, sooner.pk) == "asked"
    assert not Duty.objects.exists()


def test_who_has_not_come_is_named_until_they_are_on_duty(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts, clock: Any
) -> None:
    (shift,) = plan(steward, keeper)
    assert [line.is_missing for line in shifts_today(house_clock.now())] == [False]
    clock.shift(dt.timedelta(hours=1, minutes=1))
    assert [line.is_missing for line in shifts_today(house_clock.now())] == [True]
    take_shift(keeper, shift.pk)
    assert [line.is_missing for line in shifts_today(house_clock.now())] == [False]


def test_what_a_room_still_lacks_is_said_by_the_hour(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    (before,) = roster(house_clock.today(), 1)[0].gaps
    assert before.missing == 2
    opens, closes = before.starts, before.ends
    plan(steward, keeper, starts=opens, ends=closes)
    plan(steward, second_keeper, starts=opens, ends=closes - dt.timedelta(hours=1))
    (gap,) = roster(house_clock.today(), 1)[0].gaps
    assert (gap.missing, gap.starts, gap.ends) == (1, closes - dt.timedelta(hours=1), closes)
    plan(steward, steward, starts=gap.starts, ends=gap.ends)
    assert roster(house_clock.today(), 1)[0].gaps == []


def test_who_keeps_the_house_no_more_has_no_shift_ahead(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    plan(steward, keeper)
    end_keeper(steward, keeper.keeper_id)
    assert Shift.objects.filter(called_off_at__isnull=True).count() == 0


def test_shifts_end_after_their_days(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts, clock: Any
) -> None:
    plan(steward, keeper)
    clock.shift(dt.timedelta(days=DUTY_DAYS, hours=3))
    purge_duties()
    assert Shift.objects.count() == 1
    clock.shift(dt.timedelta(hours=2))
    purge_duties()
    assert Shift.objects.count() == 0
