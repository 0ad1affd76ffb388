"""Seats of a meeting, as the state machine counts them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from ibasho.events.models import Event, SignUp
from ibasho.events.seats import Hall, Place, would_join
from ibasho.lib.ready import ready

# in the order of the fields of a place
_AS_A_PLACE = (
    "turn",
    "state",
    "party",
    "seats",
    Coalesce("is_first", False),
    "all_or_none",
    "auto_accept",
    "asked_at",
)


WAIT = "いっぱいです（待てます）"


def hall_of(event: Event) -> Hall:
    return Hall(
        capacity=event.capacity,
        newcomer_seats=event.newcomer_seats,
        vacancy=event.vacancy,
        starts=event.starts,
        ends=event.ends,
        is_on=event.is_on,
    )


def place_of(row: SignUp) -> Place:
    return Place(
        turn=row.turn,
        state=row.state,
        party=row.party,
        seats=row.seats,
        is_newcomer=row.is_first is True,
        all_or_none=row.all_or_none,
        auto_accept=row.auto_accept,
        asked_at=row.asked_at,
    )


def places_of(event: Event) -> list[Place]:
    """Everybody in the line, in one query without a row's weight: a line has hundreds."""
    return [Place._make(row) for row in _line_of(event.pk)]


@ready
def _line_of(event_id: int) -> QuerySet[SignUp, tuple[Any, ...]]:
    rows = SignUp.objects.filter(event=event_id, state__in=SignUp.IN_LINE).order_by("turn")
    return rows.values_list(*_AS_A_PLACE)


def seats_word(event: Event, now: datetime) -> str:
    """Whether one would have a seat, in words; never how many."""
    hall, places = hall_of(event), places_of(event)
    if would_join(hall, places, now, is_newcomer=False):
        return "あいています"
    if would_join(hall, places, now, is_newcomer=True):
        return "はじめての方の席があります"
    return WAIT if event.keeps_line else "いっぱいです"
