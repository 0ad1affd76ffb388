"""A house whose year is over in a moment: meetings with people in them, as months go by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from ibasho.events.actions import tick
from ibasho.events.models import Event
from ibasho.people.models import Person
from ibasho.reports.actions import close_due, tally_days
from ibasho.reports.models import Figure
from ibasho.reports.periods import Period
from ibasho.reports.queries.reading import sheet_of
from tests.events.conftest import meeting, new_meeting, sign, signed

__all__ = ["meeting", "sign"]
HeldOn = Callable[..., Event]


@pytest.fixture(autouse=True)
def evening(clock: Any) -> None:
    """Before anybody comes."""


@pytest.fixture
def held_on(house: object, clock: Any) -> HeldOn:
    """`held_on("2026-11-14", parent=6, sibling=2)`: a meeting from 13:30 to 15:00, so many came.

    `first` of them for the first time; `who` are people with わたし, by standpoint.
    """

    def hold(day: str, *, first: int = 0, who: list[Person] | None = None, **came: int) -> Event:
        starts = dt.datetime.fromisoformat(f"{day}T13:30+09:00")
        clock.move_to(starts)
        event = new_meeting(starts=starts)
        rows = [
            signed(event, standpoint=standpoint, is_first=number < first).sign_up
            for standpoint, many in came.items()
            for number in range(many)
        ]
        rows += [
            signed(event, person=person, ties_person=True, standpoint=person.standpoint).sign_up
            for person in who or ()
        ]
        for row in rows:
            tick(event.pk, row.pk)
        return event

    return hold


def close_on(clock: Any, day: str) -> list[str]:
    """What the house closes by itself at noon of that day, awake since the day before."""
    noon = dt.datetime.fromisoformat(f"{day}T12:00+09:00")
    for moment in (noon - dt.timedelta(days=1), noon):
        clock.move_to(moment)
        tally_days()
    return [str(period) for period in close_due()]


def number(period: str, what: str, of: str = "") -> int:
    """As it is kept, whoever may see it."""
    found = Period.parse(period)
    assert found is not None
    return Figure.objects.get(report__begins=found.begins, report__ends=found.ends, what=what, of=of).number


def shown(period: str, table: str, label: str) -> list[str]:
    """A line of the sheet, as it is read."""
    found = Period.parse(period)
    assert found is not None
    sheet = sheet_of(found, with_keepers=True)
    assert sheet is not None
    [cells] = [
        row.cells for each in sheet.tables if each.title == table for row in each.rows if row.label == label
    ]
    return list(cells)
