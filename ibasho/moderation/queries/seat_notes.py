"""席のメモ that have not ended, for keepers and for whoever they are about."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from ibasho.lib import clock
from ibasho.moderation.models import SeatNote
from ibasho.people.models import Person


def notes_on(seat_id: UUID) -> QuerySet[SeatNote]:
    """Oldest first, each with its author."""
    return SeatNote.objects.select_related("author").filter(seat=seat_id, until__gt=clock.now())


def notes_about(person: Person) -> QuerySet[SeatNote]:
    """On any seat of theirs, each with its room."""
    return SeatNote.objects.select_related("seat__room").filter(seat__person=person, until__gt=clock.now())
