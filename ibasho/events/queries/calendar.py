"""What stands in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ibasho.events.months import DAYS_AHEAD, Thing
from ibasho.lib import clock
from ibasho.rooms.models import Room
from ibasho.rooms.queries.rooms import public_rooms, rooms_for
from ibasho.rooms.queries.timetables import timetable_of


def openings_ahead(standpoint: str | None, today: date) -> Iterator[tuple[date, Thing]]:
    """The hours of four weeks, of the rooms this standpoint may see; without one, of the rooms on the list.

    A session that passes midnight stands on the day it begins.
    """
    rooms = public_rooms() if standpoint is None else rooms_for(standpoint)
    for room in rooms.prefetch_related("hours", "closed_days"):
        yield from _openings_of(room, today)


def _openings_of(room: Room, today: date) -> Iterator[tuple[date, Thing]]:
    for opening in timetable_of(room).openings(today, DAYS_AHEAD):
        opens, closes = clock.tokyo(opening.opens_at), clock.tokyo(opening.closes_at)
        midnight = opens.replace(hour=0, minute=0)
        hours = clock.hours_text(_minutes(opens - midnight), _minutes(closes - midnight))
        yield opens.date(), Thing(f"{opens:%H:%M}", hours, room.title, f"/rooms/{room.slug}/")


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60
