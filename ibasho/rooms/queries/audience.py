"""Whom a room is for, as the screening asks: the same words mean another thing among families."""

from __future__ import annotations

import time

from ibasho.people.models import Standpoint
from ibasho.rooms.models import RoomAudience

_FAMILY = frozenset({Standpoint.PARENT, Standpoint.SIBLING, Standpoint.PARTNER_KIN})
_SECONDS = 60.0
_MOST_ROOMS = 1_000
_known: dict[int, tuple[float, str | None]] = {}


def audience_of(room_id: int) -> str | None:
    """`person`, `family` or `sibling`; None for a room of several. A change counts within a minute."""
    now = time.monotonic()
    known = _known.get(room_id)
    if known is None or known[0] <= now:
        if len(_known) >= _MOST_ROOMS:
            _known.clear()
        known = _known[room_id] = (now + _SECONDS, _read(room_id))
    return known[1]


def forget() -> None:
    """As a fresh process knows no room."""
    _known.clear()


def _read(room_id: int) -> str | None:
    standpoints = set(RoomAudience.objects.filter(room_id=room_id).values_list("standpoint", flat=True))
    if standpoints == {Standpoint.PERSON}:
        return "person"
    if standpoints == {Standpoint.SIBLING}:
        return "sibling"
    return "family" if standpoints and standpoints <= _FAMILY else None
