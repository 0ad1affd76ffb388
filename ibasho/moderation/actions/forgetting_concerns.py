"""When concerns and the quiet box end, and what of a concern goes with a person or a room."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ibasho.lib import clock
from ibasho.moderation.models import (
    CONCERN_DAYS,
    QUIET_BOX_DAYS,
    UNDECIDED_DAYS,
    Concern,
    QuietPost,
)
from ibasho.people.models import Person
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Room


def forget_old_concerns() -> None:
    """30 days after a concern was decided or taken back, and posts of the quiet box. Safe to run twice.

    One that still waits stays three times as long, with its seal; then the room is most likely gone.
    """
    now = clock.now()
    limit, longest = now - timedelta(days=CONCERN_DAYS), now - timedelta(days=UNDECIDED_DAYS)
    is_over = Q(decided_at__lt=limit) | Q(withdrawn_at__lt=limit) | Q(decided_at__isnull=True, at__lt=longest)
    with transaction.atomic():
        Concern.objects.filter(is_over).delete()
        oldest = clock.today() - timedelta(days=QUIET_BOX_DAYS)
        QuietPost.objects.filter(written_on__lt=oldest).delete()


def erase_concerns(person: Person) -> None:
    """What this person told stays without words and tied to nobody; what was told about their words stays."""
    with transaction.atomic():
        # as erase_acts: a concern of theirs may be on its way just now
        ledger.lock_rooms(Room.objects.values_list("pk", flat=True))
        Concern.objects.filter(teller=person).update(teller=None, words="", marks="")


def erase_concerns_in(room_id: int) -> None:
    """All that was told about a room which ends."""
    Concern.objects.filter(room_id=room_id).delete()
