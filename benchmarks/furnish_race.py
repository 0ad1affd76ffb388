"""Meetings with few seats, and who stands in the line of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from ibasho.events.models import Event, EventAudience
from ibasho.lib import clock
from ibasho.people.models import Standpoint


def plan_race(meetings: int, seats: int) -> list[int]:
    """So many meetings for everybody, six days ahead."""
    starts = clock.to_minute(clock.now() + timedelta(days=6))
    with transaction.atomic():
        made = [_meeting(number, starts, seats) for number in range(1, meetings + 1)]
    return [event.pk for event in made]


def line_of(event_id: int) -> list[dict[str, Any]]:
    """Everybody who signed up, by turn."""
    rows = Event.objects.get(pk=event_id).sign_ups.order_by("turn")
    fields = ("request_id", "turn", "state", "seats")
    return [{name: str(getattr(row, name)) for name in fields} for row in rows]


def _meeting(number: int, starts: Any, seats: int) -> Event:
    event = Event.objects.create(
        kind=Event.Kind.FAMILY_MEETING,
        title=f"土曜の会 {number}",
        starts=starts,
        ends=starts + timedelta(minutes=90),
        capacity=seats,
        published_on=clock.today(),
    )
    for standpoint in Standpoint.values:
        EventAudience.objects.create(event=event, standpoint=standpoint)
    return event
