"""Reviews that wait for a steward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ibasho.moderation.models import ReviewRequest
from ibasho.moderation.queries.acts import ActShown, acts_shown_by
from ibasho.moderation.queries.verbs import VERB_WORDS
from ibasho.rooms.models import Room


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """What was asked, and about which act in which room: `room` is its slug, `verb_words` says the act."""

    id: int
    asked_at: datetime
    words: str
    about_dying: bool
    room: str
    room_title: str
    verb_words: str
    act: ActShown


def reviews_waiting() -> list[ReviewShown]:
    """Oldest first, those with words about dying before all others."""
    requests = list(ReviewRequest.objects.order_by("-about_dying", "asked_at", "id"))
    acts = acts_shown_by([request.code_hash for request in requests])
    return [_shown(request, *acts[request.code_hash]) for request in requests if request.code_hash in acts]


def _shown(request: ReviewRequest, room: Room, act: ActShown) -> ReviewShown:
    return ReviewShown(
        id=request.pk,
        asked_at=request.asked_at,
        words=request.words,
        about_dying=request.about_dying,
        room=room.slug,
        room_title=room.title,
        verb_words=VERB_WORDS[act.verb],
        act=act,
    )
