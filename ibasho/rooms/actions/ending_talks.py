"""A quiet room that closes lets its keepers go, whatever closes it."""

from __future__ import annotations

from datetime import datetime

from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.people.actions import next_facts
from ibasho.rooms import ended_talks
from ibasho.rooms.models import Room, RoomDuty, Seat


def end_talk(room: Room, now: datetime) -> None:
    """In the transaction that closes it, behind its lock. Its person may read on; no duty is for it any more."""
    RoomDuty.objects.filter(room=room).delete()
    keepers = Seat.objects.filter(room=room, left_at__isnull=True, person__keeper__isnull=False)
    keepers.update(left_at=now, facts=next_facts())
    ended_talks.run(room.pk)
    hurry_facts()
    hurry_desk()
