"""From when to when it can be said who was at a meeting."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ibasho.lib import clock

OPENS_BEFORE = timedelta(minutes=30)
DAYS_AFTER_A_MONTH = 7


def counted_on(day: date) -> date:
    """The day on which the figures of the month of `day` are taken: until then ticks may still be set right."""
    first_of_next = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return first_of_next + timedelta(days=DAYS_AFTER_A_MONTH)


def is_too_early(starts: datetime, now: datetime) -> bool:
    return now < starts - OPENS_BEFORE


def is_counted(starts: datetime, now: datetime) -> bool:
    """Whether the month in which the meeting began is closed."""
    return clock.tokyo(now).date() >= counted_on(clock.tokyo(starts).date())
