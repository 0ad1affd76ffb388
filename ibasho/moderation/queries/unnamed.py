"""Names that keepers took."""

from __future__ import annotations

from ibasho.moderation.models import Unnaming


def seats_unnamed(room_id: int, name_skeleton: str) -> list[str]:
    """From which seats of this room a name like this was taken, as long as it could be given back."""
    rows = Unnaming.objects.filter(room_id=room_id, name_skeleton=name_skeleton)
    seats = rows.filter(lifted_at__isnull=True, seal__isnull=False).values_list("seat_id", flat=True)
    return [str(seat) for seat in seats]
