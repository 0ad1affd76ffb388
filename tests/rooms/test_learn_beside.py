"""A first shift: after the pledge, beside somebody experienced, not counted, and not for taking over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from ibasho.duty.models import Duty, Volunteer
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    ask_for_stand_in,
    bring_back_shift,
    call_off_shift,
    plan_shifts,
    take_duty,
    take_stand_in,
)
from ibasho.rooms.actions.trial import ensure_trial_room
from ibasho.rooms.models import Room
from ibasho.rooms.queries import keepers_there, rooms_now
from ibasho.rooms.queries.roster import roster
from tests.rooms.conftest import state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> KeeperFacts:
    """すすき, who came by asking to help, and has pledged."""
    today = house_clock.today()
    with transaction.atomic():
        Volunteer.objects.create(
            code_hash="x" * 64,
            call_name="すすき",
            keeper_id=second_keeper.keeper_id,
            state="first_shift",
            applied_on=today,
            state_on=today,
        )
    return second_keeper


def until(hours: float = 3) -> dt.datetime:
    return house_clock.now() + dt.timedelta(hours=hours)


def code(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as no:
        act(*args, **more)
    return no.value.code


def test_nobody_learns_alone_and_before_the_pledge_not_at_all(
    evening: Room, learner: KeeperFacts, steward: KeeperFacts
) -> None:
    assert code(take_duty, learner, slugs=["yoru"], until=until()) == "asked"
    Volunteer.objects.update(state="pledge")
    take_duty(steward, slugs=["yoru"], until=until())
    assert code(take_duty, learner, slugs=["yoru"], until=until()) == "asked"
    assert Duty.objects.count() == 1


def test_beside_somebody_it_is_a_duty_that_does_not_count(
    evening: Room, learner: KeeperFacts, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    take_duty(steward, slugs=["yoru"], until=until())
    duty = take_duty(learner, slugs=["yoru"], until=until())
    assert duty.is_first
    assert keepers_there([evening.pk], house_clock.now()) == {evening.pk: 1}
    (shown,) = rooms_now()
    assert (shown.missing, set(shown.learners)) == (1, {"すすき"})
    assert state_of(evening) == "preparing"
    take_duty(keeper, slugs=["yoru"], until=until())
    assert state_of(evening) == "open"


def test_when_it_was_done_the_next_one_counts(
    evening: Room, learner: KeeperFacts, steward: KeeperFacts
) -> None:
    take_duty(steward, slugs=["yoru"], until=until())
    Volunteer.objects.update(state="keeper")
    assert not take_duty(learner, slugs=["yoru"], until=until()).is_first
    assert state_of(evening) == "open"


def test_two_learners_are_no_company_for_each_other(
    evening: Room, learner: KeeperFacts, keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    take_duty(steward, slugs=["yoru"], until=until(1))
    take_duty(learner, slugs=["yoru"], until=until())
    Duty.objects.filter(keeper_id=steward.keeper_id).update(stepped_out_at=house_clock.now())
    today = house_clock.today()
    Volunteer.objects.create(
        code_hash="y" * 64,
        call_name="みどり",
        keeper_id=keeper.keeper_id,
        state="first_shift",
        applied_on=today,
        state_on=today,
    )
    assert code(take_duty, keeper, slugs=["yoru"], until=until()) == "asked"


def test_in_the_room_to_try_everybody_may_practise(learner: KeeperFacts) -> None:
    room = ensure_trial_room()
    assert room is not None
    assert take_duty(learner, slugs=[room.slug], until=until()).is_first


def test_a_first_shift_is_planned_where_somebody_experienced_is_and_fills_no_gap(
    evening: Room, learner: KeeperFacts, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    when: dict[str, Any] = {"slugs": ["yoru"], "starts": house_clock.now(), "ends": until()}
    assert code(plan_shifts, steward, keeper_id=learner.keeper_id, **when) == "asked"
    plan_shifts(steward, keeper_id=steward.keeper_id, **when)
    plan_shifts(steward, keeper_id=learner.keeper_id, **when)
    assert {gap.missing for gap in roster(house_clock.today(), 1)[0].gaps} >= {1}
    plan_shifts(steward, keeper_id=keeper.keeper_id, **when)
    assert all(gap.starts >= when["ends"] for gap in roster(house_clock.today(), 1)[0].gaps)


def test_a_first_shift_comes_back_only_beside_somebody(
    evening: Room, learner: KeeperFacts, steward: KeeperFacts
) -> None:
    when: dict[str, Any] = {"slugs": ["yoru"], "starts": house_clock.now(), "ends": until()}
    (beside,) = plan_shifts(steward, keeper_id=steward.keeper_id, **when)
    (first,) = plan_shifts(steward, keeper_id=learner.keeper_id, **when)
    for shift in (first, beside):
        call_off_shift(steward, shift.pk)
    assert code(bring_back_shift, steward, first.pk) == "asked"
    bring_back_shift(steward, beside.pk)
    assert bring_back_shift(steward, first.pk).called_off_at is None


def test_learners_stand_in_for_nobody(evening: Room, learner: KeeperFacts, steward: KeeperFacts) -> None:
    when: dict[str, Any] = {"slugs": ["yoru"], "starts": house_clock.now(), "ends": until()}
    (shift,) = plan_shifts(steward, keeper_id=steward.keeper_id, **when)
    row = ask_for_stand_in(steward, shift.pk)
    assert code(take_stand_in, learner, row.pk) == "asked"
