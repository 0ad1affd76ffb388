"""Reviews that wait for a steward who did not do the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ibasho.moderation.models import ReviewRequest
from ibasho.moderation.queries.acts import ActShown, acts_shown_by


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """What was asked, and about which act in which room."""

    id: int
    asked_at: datetime
    words: str
    about_dying: bool
    room: str
    act: ActShown


def reviews_waiting() -> list[ReviewShown]:
    """Oldest first, those with words about dying before all others."""
    requests = list(ReviewRequest.objects.order_by("-about_dying", "asked_at", "id"))
    acts = acts_shown_by([request.code_hash for request in requests])
    return [
        ReviewShown(
            request.pk, request.asked_at, request.words, request.about_dying, *acts[request.code_hash]
        )
        for request in requests
        if request.code_hash in acts
    ]
