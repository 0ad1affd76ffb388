"""Coordinators at the same moment: nobody in two places at once, no act half done, nobody waits for ever."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, connections, transaction

from ibasho.duty.models import Shift
from ibasho.events.actions import (
    call_off_event,
    change_event,
    leave_out,
    lock_event,
    plan_facilitator,
    put_back,
    take_back_event,
)
from ibasho.events.models import Event, EventShift
from ibasho.events.plans import plan_of
from ibasho.house.models import HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.lib.stamps import Overtaken, stamp_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions.shifts import locked_keeper
from tests.events.conftest import Meeting, signed
from tests.events.test_race_for_seats import ROUNDS, states, together
from tests.events.test_series import made, plan, rule

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


@pytest.mark.parametrize("act", [leave_out, put_back])
def test_a_series_waits_for_who_facilitates_and_holds_none_of_its_days_meanwhile(
    house: HouseProfile,
    steward: KeeperFacts,
    keeper: KeeperFacts,
    act: Callable[[int, dt.date], object],
) -> None:
    """Whoever plans a facilitator has the keeper and wants the day: a series with the day in hand that wants the
    keeper would wait for them for ever.
    """
    series = made(plan(rule(first=house_clock.today() + dt.timedelta(days=1))))
    day = series.dates.order_by("starts")[0]
    assert day.series_day is not None
    plan_facilitator(steward, day.pk, keeper.keeper_id)
    with transaction.atomic():
        locked_keeper(keeper.keeper_id)
        acting, answers = begun(partial(act, series.pk, day.series_day))
        if connection.vendor == "postgresql":  # elsewhere the transaction keeps it out from the start
            while not somebody_waits():
                assert acting.is_alive(), answers
        lock_event(day.pk)
    acting.join(60)
    assert answers == [[]]


def begun(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """It goes on in a thread, and its answer will be in the list."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(act())
        except Exception as error:  # it is an answer as well, and the wrong one
            answers.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answers


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
