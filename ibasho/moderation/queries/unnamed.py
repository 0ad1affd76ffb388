"""Names that keepers took."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from ibasho.moderation.models import Unnaming
from ibasho.rooms.models import Message


def seats_unnamed(room_id: int, name_skeleton: str) -> list[str]:
    """From which seats of this room a name like this was taken, as long as it could be given back."""
    rows = Unnaming.objects.filter(room_id=room_id, name_skeleton=name_skeleton)
    seats = rows.filter(lifted_at__isnull=True, seal__isnull=False).values_list("seat_id", flat=True)
    return [str(seat) for seat in seats]


def names_taken(seats: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Each of these seats with what was taken from it, as a skeleton; by the acts, and by the rows. One query."""
    acts = Unnaming.objects.filter(seat_id__in=seats, lifted_at__isnull=True, seal__isnull=False)
    rows = Message.objects.filter(seat_id__in=seats, unnamed=True).exclude(name_skeleton="")
    pair = ("seat_id", "name_skeleton")
    return set(acts.values_list(*pair).union(rows.values_list(*pair)))


def is_borne_again(unnaming_id: int) -> bool:
    """Whether the seat would be called so if this name were given back: it still has the one it was given instead."""
    rows = Unnaming.objects.filter(pk=unnaming_id).exclude(given_name="")
    return rows.filter(seat__call_name=F("given_name")).exists()
