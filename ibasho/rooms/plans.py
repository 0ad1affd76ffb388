"""What a steward decides about a room, without the row that keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from ibasho.people.models import Standpoint
from ibasho.rooms.models import Room

MOST_SEATS = 200
SLOWEST_SECONDS = 600
MOST_KEEPERS = 9
LONGEST_DAYS = 90
MEETING_KEEPERS = 2
MEETING_DAYS = 7


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """`standpoints` in the order of the house. Without `capacity` there is no limit of seats."""

    title: str
    about: str
    standpoints: tuple[str, ...]
    entry: str
    is_listed: bool
    capacity: int | None
    newcomer_seats: int
    pace_seconds: int
    keepers_needed: int
    retention_days: int
    holidays: str
    age_note: str
    is_facilitated: bool
    checked_first: bool = False
    newcomers_first: bool = False
    holds_abuse: bool = False

    @property
    def stands_over_the_wall(self) -> bool:
        return stands_over_the_wall(self.standpoints)


def plan_of(room: Room) -> RoomPlan:
    """One query for the audience, none if that was prefetched. What keepers set for an evening is no plan."""
    planned = room.planned or {}
    plain = {
        field.name: planned.get(field.name, getattr(room, field.name))
        for field in fields(RoomPlan)
        if field.name != "standpoints"
    }
    return RoomPlan(**plain, standpoints=in_order(row.standpoint for row in room.audiences.all()))


def hours_of(room: Room) -> tuple[tuple[int, int, int], ...]:
    """(weekday, opens, closes), in order; minutes from midnight. One query, none if prefetched."""
    return tuple(sorted((row.weekday, row.opens, row.closes) for row in room.hours.all()))


def in_order(standpoints: Iterable[str]) -> tuple[str, ...]:
    known = set(standpoints)
    return tuple(str(one) for one in Standpoint.values if one in known)


def stands_over_the_wall(standpoints: Iterable[str]) -> bool:
    """Whether a person and a family could meet in such a room."""
    return {"person", "family"} <= {Standpoint(one).side for one in standpoints}


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """A meeting's own room, as the meeting would have it. Without hours it does not open: it is called off."""

    title: str
    standpoints: tuple[str, ...]
    opens_at: datetime | None
    closes_at: datetime | None


def meeting_plan_of(room: Room) -> MeetingPlan:
    """One query."""
    standpoints = in_order(room.audiences.values_list("standpoint", flat=True))
    return MeetingPlan(room.title, standpoints, room.opens_at, room.closes_at)
