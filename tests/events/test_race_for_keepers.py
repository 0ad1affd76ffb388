"""Coordinators at the same moment: nobody in two places at once, no act half done, nobody waits for ever."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from ibasho.duty.models import Shift
from ibasho.events.actions import (
    call_off_event,
    change_event,
    plan_facilitator,
    take_back_event,
)
from ibasho.events.models import Event, EventShift
from ibasho.events.plans import plan_of
from ibasho.lib import clock as house_clock
from ibasho.lib.stamps import Overtaken, stamp_of
from ibasho.people.queries import KeeperFacts
from tests.events.conftest import Meeting, signed
from tests.events.test_race_for_seats import ROUNDS, states, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def next_week(meeting: Meeting) -> Meeting:
    """Time goes on while threads wait for each other, so nobody travels here."""
    return partial(meeting, starts=house_clock.now() + dt.timedelta(days=6), facilitators_needed=1)


def moved(event: Event, hours: int) -> list[str]:
    """As somebody who has just looked, and moves it by so many hours."""
    present = plan_of(event)
    later = dt.timedelta(hours=hours)
    plan = {name: getattr(present, name) for name in present.__slots__}
    plan |= {"starts": present.starts + later, "ends": present.ends + later}
    return change_event(event.pk, type(present)(**plan), over_the_wall=True, seen=stamp_of(present))


def test_a_keeper_is_planned_for_one_of_two_meetings_at_the_same_hour(
    next_week: Meeting, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    for _ in range(ROUNDS):
        one, other = next_week(), next_week()
        answers = together(
            [partial(plan_facilitator, steward, event.pk, keeper.keeper_id) for event in (one, other)]
        )
        assert sorted(isinstance(answer, Shift) for answer in answers) == [False, True]
        assert EventShift.objects.filter(event__in=[one, other]).count() == 1
        Shift.objects.all().delete()


def test_the_same_keeper_planned_twice_at_once_is_planned_once(
    next_week: Meeting, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    event = next_week()
    together([partial(plan_facilitator, steward, event.pk, keeper.keeper_id)] * 6)
    assert EventShift.objects.filter(event=event).count() == 1


def test_moving_planning_and_calling_off_at_once_leave_whole_meetings(
    next_week: Meeting, steward: KeeperFacts, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    for _ in range(ROUNDS):
        event = next_week()
        together(
            [
                partial(plan_facilitator, steward, event.pk, keeper.keeper_id),
                partial(moved, event, 2),
                partial(plan_facilitator, steward, event.pk, second_keeper.keeper_id),
                partial(call_off_event, event.pk, words=""),
            ]
        )
        event.refresh_from_db()
        live = Shift.objects.filter(meeting__event=event, called_off_at__isnull=True)
        assert event.called_off_at is not None
        assert not live.exists()
        Shift.objects.all().delete()


def test_of_two_who_change_the_same_plan_one_is_told(next_week: Meeting) -> None:
    event = next_week()
    answers = together([partial(moved, event, hours) for hours in (1, 2)])
    assert sorted(map(str, answers)) == sorted([Overtaken().code, "['starts', 'ends']"])


def test_nobody_signs_up_to_what_goes_back_to_a_draft(next_week: Meeting) -> None:
    for _ in range(ROUNDS):
        event = next_week()
        together([partial(signed, event), partial(take_back_event, event.pk)])
        event.refresh_from_db()
        assert (event.published_on is None) == (states(event) == [])
