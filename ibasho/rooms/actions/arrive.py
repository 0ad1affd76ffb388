"""Coming back to one's seat: noted, so that this session can be read later. Nobody else learns of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from ibasho.lib import clock
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import RoomSession, Seat
from ibasho.rooms.shapes import Line


def attend(line: Line) -> None:
    """This seat is in the present session, if one has opened."""
    attend_all(line.room_id, [line.seat_id])


def attend_all(room_id: int, seat_ids: Sequence[str]) -> None:
    """These seats of one room are in its present session, if one has opened."""
    with transaction.atomic():
        open_ones = RoomSession.objects.filter(room_id=room_id, state__in=["open", "closing", "paused"])
        session = open_ones.values_list("pk", flat=True).first()
        if session is None:
            return
        seats = Seat.objects.filter(pk__in=seat_ids, room_id=room_id, left_at__isnull=True)
        there = [str(pk) for pk in seats.values_list("pk", flat=True)]
        if there:
            seats.update(active_at=clock.now())
            ledger.mark_attendances([(seat_id, session) for seat_id in there])
