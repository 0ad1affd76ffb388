"""Which rooms a keeper may read for now because they said why."""

from __future__ import annotations

from datetime import timedelta

from ibasho.lib import clock
from ibasho.moderation.models import LogEntry
from ibasho.rooms.models import Room
from ibasho.rooms.queries.rooms import rooms_of_the_house

MINUTES = 30


def room_read_elsewhere(keeper_id: int, slug: str) -> Room | None:
    """The room, if this keeper wrote down a reason within the last half hour."""
    since = clock.now() - timedelta(minutes=MINUTES)
    said = LogEntry.objects.filter(actor=keeper_id, room=slug, verb="read_history", at__gt=since)
    return rooms_of_the_house().filter(slug=slug).first() if said.exists() else None
