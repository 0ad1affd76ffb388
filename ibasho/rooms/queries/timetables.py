"""A room's hours as pure numbers, read once."""

from __future__ import annotations

from ibasho.rooms.hours import Opening, Span, Timetable
from ibasho.rooms.models import Room


def timetable_of(room: Room) -> Timetable:
    """Two queries, none if hours and closed days were prefetched. A retired room opens no more."""
    if room.retired_on is not None:
        return Timetable(spans=())
    if room.is_of_a_meeting:
        return _once(room)
    return Timetable(
        spans=tuple(Span(row.weekday, row.opens, row.closes) for row in room.hours.all()),
        closed_days=frozenset(row.date for row in room.closed_days.all()),
        rests_on_holidays=room.holidays == Room.Holidays.CLOSED,
    )


def _once(room: Room) -> Timetable:
    """A meeting's own room opens once, or not at all while the meeting is called off. No query."""
    if room.opens_at is None or room.closes_at is None:
        return Timetable(spans=())
    return Timetable(spans=(), once=(Opening(room.opens_at, room.closes_at),))
