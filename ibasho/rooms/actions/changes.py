"""A change of the room itself: it takes a number like words do, and everybody learns of it."""

from __future__ import annotations

from ibasho.lib import clock
from ibasho.live.changes import Change
from ibasho.live.publish import hurry_desk, publish
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Room, RoomChange
from ibasho.rooms.queries.beats import crowd_of
from ibasho.rooms.queries.sessions import present_session, shape_of


def number_room_change(room_id: int) -> int:
    """Take the number for what was changed in this transaction, and announce the room as it now is."""
    seq, _ = ledger.take_numbers(room_id, 1)
    RoomChange.objects.update_or_create(room_id=room_id, defaults={"seq": seq})
    room = Room.objects.get(pk=room_id)
    shape = shape_of(room, present_session(room), crowd_of(room_id), clock.now())
    publish([Change(room_id, seq, {"type": "room_changed", "seq": seq, "room": shape})])
    hurry_desk()
    return seq
