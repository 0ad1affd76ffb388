"""Sealed words, for keepers."""

from __future__ import annotations

from uuid import UUID

from ibasho.lib import clock
from ibasho.moderation.models import SealedText


def sealed_for(message_id: UUID | str) -> SealedText | None:
    """The words an act pointed at last, as they were then; None once their days are over."""
    rows = SealedText.objects.filter(message_key=message_id, until__gt=clock.now())
    return rows.order_by("-sealed_at", "-id").first()
