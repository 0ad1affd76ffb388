"""Whether all of a period is written down, so that it may be counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from ibasho.reports.models import TalliedDay
from ibasho.reports.periods import Period
from ibasho.rooms.models import Room, RoomSession


def is_tallied(period: Period) -> bool:
    """Every day of it, and every session that began on one."""
    since, until = period.moments()
    sessions = counted_sessions().filter(opens_at__gte=since, opens_at__lt=until, opening=None)
    missing = next(missing_days(period.ends + timedelta(days=1)), None)
    return TalliedDay.objects.exists() and missing is None and not sessions.exists()


def uncounted_rooms() -> QuerySet[Room]:
    """That to try the house, and quiet ones: who is there and what happens is in no number."""
    return Room.objects.filter(Q(is_trial=True) | Q(entry=Room.Entry.INVITATION))


def counted_sessions() -> QuerySet[RoomSession]:
    """Those of a meeting's own room are the meeting, which is counted by who came to it."""
    sessions = RoomSession.objects.exclude(room__in=uncounted_rooms())
    return sessions.exclude(room__entry=Room.Entry.MEETING)


def missing_days(before: date) -> Iterator[date]:
    """From the first day that was written down, those that were not."""
    known = set(TalliedDay.objects.filter(day__lt=before).values_list("day", flat=True))
    day = min(known, default=before)
    while day < before:
        if day not in known:
            yield day
        day += timedelta(days=1)
