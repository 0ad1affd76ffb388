"""What waits at the desk: notes to the keepers, and reviews for whoever may decide them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from ibasho.house.models import AnswerWish, Note
from ibasho.house.queries import kept_notes
from ibasho.lib.errors import Refusal
from ibasho.moderation.queries import DECIDERS, ReviewShown, reviews_waiting
from ibasho.people.queries import KeeperFacts

_LONGEST_ROW = 19


def unread_notes() -> QuerySet[Note]:
    """Those about dying first, then the oldest."""
    return kept_notes().filter(read_on__isnull=True).order_by("-about_dying", "written_on", "pk")


def notes_about_dying() -> QuerySet[Note]:
    """Those of them that nobody has read."""
    return unread_notes().filter(about_dying=True)


def may_look_at_note(keeper: KeeperFacts, key: str) -> bool:
    """For a claim: one that nobody has read, for every keeper; whether it is hard. Refuses `not_found`."""
    is_number = key.isascii() and key.isdigit() and len(key) < _LONGEST_ROW
    note = unread_notes().filter(pk=int(key)).first() if is_number else None
    if note is None:
        raise Refusal("not_found")
    return note.about_dying


def read_notes() -> QuerySet[Note]:
    """The newest first, but those that wait for an answer before all others."""
    is_waiting = Exists(AnswerWish.objects.filter(note=OuterRef("pk")))
    return kept_notes().filter(read_on__isnull=False).order_by(is_waiting.desc(), "-written_on", "-pk")


def reviews_for(keeper: KeeperFacts, most: int) -> Sequence[ReviewShown]:
    """The most urgent. Only a steward or a coordinator looks again."""
    return reviews_waiting(most) if keeper.has(*DECIDERS) else []
