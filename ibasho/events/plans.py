"""What is decided about a meeting, without the row that keeps it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from ibasho.events.models import Event
from ibasho.rooms.plans import in_order, stands_over_the_wall

MOST_SEATS = 500
MOST_FACILITATORS = 9
FURTHEST_DAYS = 732
MOST_CLOSING_HOURS = 24 * 60


@dataclass(frozen=True, slots=True)
class EventPlan:
    """`standpoints` in the order of the house. Without `capacity` there is no limit of seats.

    `closes_before` is in minutes before the start; 0 is until the end.
    """

    kind: str
    title: str
    about: str
    flow: str
    standpoints: tuple[str, ...]
    way: str
    place: str
    meeting_point: str
    starts: datetime
    ends: datetime
    closes_before: int
    capacity: int | None
    newcomer_seats: int
    most_party: int
    keeps_line: bool
    has_intake: bool
    asks_consent: bool
    sheet_id: int | None
    facilitators_needed: int
    cost: str
    bring: str
    is_short: bool
    is_at_home: bool
    is_just_looking: bool
    link: str = ""

    @property
    def stands_over_the_wall(self) -> bool:
        return stands_over_the_wall(self.standpoints)

    @property
    def columns(self) -> dict[str, object]:
        """What the row itself keeps of it."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(field.name for field in fields(EventPlan) if field.name != "standpoints")
WHERE_AND_WHEN = frozenset({"starts", "ends", "way", "place", "meeting_point"})
"""What those who signed up are told about when it changes."""


def plan_of(event: Event) -> EventPlan:
    """One query for the audience, none if that was prefetched."""
    plain = {name: getattr(event, name) for name in COLUMNS}
    return EventPlan(**plain, standpoints=in_order(row.standpoint for row in event.audiences.all()))
