"""Two processes at once: one visit, one closing, and nobody waits for ever."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from django.db import transaction

from ibasho.events.actions import tick
from ibasho.events.models import CountingKey, Event, Visit
from ibasho.house.models import HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.reports.actions import close_due, tally_days
from ibasho.reports.models import Figure, Report, TalliedDay
from tests.events.conftest import new_meeting, signed
from tests.events.test_race_for_seats import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def test_a_party_is_ticked_once(house: HouseProfile) -> None:
    for _ in range(ROUNDS):
        row = signed(event := new_meeting(starts=house_clock.now())).sign_up
        answers = together([partial(tick, event.pk, row.pk)] * 4)
        assert {visit.pk for visit in answers if isinstance(visit, Visit)} == {event.visits.get().pk}
        assert len(answers) == 4


def test_who_is_erased_while_being_ticked_is_counted_or_not_there(
    house: HouseProfile, parent: Person
) -> None:
    events = [new_meeting(starts=house_clock.now()) for _ in range(ROUNDS)]
    rows = [signed(event, person=parent, ties_person=True).sign_up for event in events]
    acts = [partial(tick, event.pk, row.pk) for event, row in zip(events, rows)]
    answers = together([*acts, partial(erase, parent)])
    counted = [answer for answer in answers if isinstance(answer, Visit)]
    assert len(counted) + answers.count("not_found") == ROUNDS
    assert Visit.objects.count() == len(counted)
    assert not Visit.objects.filter(sign_up__isnull=False).exists()
    assert len({visit.who for visit in Visit.objects.all()}) <= 1
    assert CountingKey.objects.count() <= 1


def test_a_month_and_a_year_are_closed_once(house: HouseProfile) -> None:
    with transaction.atomic():
        begins = dt.datetime(2024, 3, 9, 4, tzinfo=dt.UTC)
        event = new_meeting(starts=begins)
        Visit.objects.bulk_create(
            Visit(event=event, standpoint="parent", who=f"{number:064}") for number in range(6)
        )
    tally_days()
    closed = together([partial(close_due, 2)] * 3)
    assert {str(period) for some in closed if isinstance(some, list) for period in some} >= {
        "2024-03",
        "2023",
    }
    reports = list(Report.objects.filter(begins__lte=begins.date(), ends__gte=begins.date()))
    assert len(reports) == 2
    for report in reports:
        assert Figure.objects.get(report=report, what="unique", of="").number == 6
    assert not Event.objects.get(pk=event.pk).visits.exists()


def test_a_day_is_tallied_once(house: HouseProfile) -> None:
    together([tally_days] * 3)
    days = list(TalliedDay.objects.values_list("day", flat=True))
    assert len(days) == len(set(days)) == 28
