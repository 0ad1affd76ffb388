"""One word for everything the desk shows: another word means that some page looks different now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ibasho.duty.models import HandoverNote, HandoverRead
from ibasho.duty.queries import open_duties, presence
from ibasho.house.models import Note
from ibasho.lib import clock
from ibasho.moderation.models import LogHead, ReviewRequest
from ibasho.rooms.models import Room, RoomDuty, RoomSession
from ibasho.rooms.queries.beats import crowds_of


def desk_version() -> str:
    """Sixteen letters; a fixed number of small queries. Words of a room do not change it: they have a line."""
    facts = "\n".join(str(fact) for fact in _facts(clock.now()))
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def _facts(now: datetime) -> Iterator[Any]:
    yield clock.tokyo(now).date()  # today's hours
    rooms = list(
        Room.objects.values_list("pk", "title", "topic", "pace_seconds", "keepers_needed", "retired_on")
    )
    yield from rooms
    yield crowds_of(sorted(room[0] for room in rooms))
    yield from RoomSession.objects.exclude(state="closed").values_list(
        "room_id", "state", "opens_at", "closes_at", "paused_why", "paused_until"
    )
    for duty in open_duties():
        yield duty.pk, duty.until, duty.stepped_out_at is None, presence(duty, now), duty.keeper.duty_name
    duties = RoomDuty.objects.filter(duty__ended_at__isnull=True)
    yield from duties.order_by("pk").values_list("duty_id", "room_id")
    yield from Note.objects.filter(read_on__isnull=True).order_by("pk").values_list("pk", flat=True)
    yield HandoverNote.objects.order_by("-pk").values_list("pk", flat=True).first()
    yield HandoverRead.objects.order_by("-pk").values_list("pk", flat=True).first()
    yield LogHead.objects.values_list("number", flat=True).first()
    yield ReviewRequest.objects.order_by("-pk").values_list("pk", flat=True).first()
