"""When incidents end, and what of one goes with a person or a room."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from ibasho.lib import clock
from ibasho.moderation.models import INCIDENT_DAYS, Incident
from ibasho.people.models import Person
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Room


def forget_old_incidents() -> None:
    """90 days after they were closed. Safe to run twice."""
    with transaction.atomic():
        Incident.objects.filter(closed_at__lt=clock.now() - timedelta(days=INCIDENT_DAYS)).delete()


def erase_incidents(person: Person) -> None:
    """What happened when stays, without facts and tied to nobody; one that is open goes on for its room."""
    with transaction.atomic():
        # as erase_acts: one about a seat of theirs may be on its way just now
        ledger.lock_rooms(Room.objects.values_list("pk", flat=True))
        Incident.objects.filter(seat__person=person).update(seat=None, facts="")


def erase_incidents_in(room_id: int) -> None:
    """All that happened in a room which ends."""
    Incident.objects.filter(room_id=room_id).delete()
