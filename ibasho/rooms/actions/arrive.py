"""Coming back to one's seat: noted, so that this session can be read later. Nobody else learns of it."""

from __future__ import annotations

from django.db import transaction

from ibasho.lib import clock
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import RoomSession, Seat
from ibasho.rooms.shapes import Line


def attend(line: Line) -> None:
    """This seat is in the present session, if one has opened."""
    with transaction.atomic():
        open_ones = RoomSession.objects.filter(room_id=line.room_id, state__in=["open", "closing", "paused"])
        session = open_ones.values_list("pk", flat=True).first()
        seat = Seat.objects.filter(pk=line.seat_id, left_at__isnull=True)
        if session is not None and seat.update(active_at=clock.now()):
            ledger.mark_attendances([(line.seat_id, session)])
