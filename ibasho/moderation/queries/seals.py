"""Sealed words, for keepers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from ibasho.lib import clock
from ibasho.moderation.models import (
    REVIEW_DAYS,
    Hiding,
    Redaction,
    Rest,
    ReviewRequest,
    RoomRemoval,
    SealedText,
)

_ONE_TRANSACTION = timedelta(minutes=1)


def sealed_for(message_id: UUID | str) -> SealedText | None:
    """The words an act pointed at last, as they were then; None once their days are over."""
    rows = SealedText.objects.filter(
        Q(until__gt=clock.now()) | Q(needed_by_reviews()), message_key=message_id
    )
    return rows.order_by("-sealed_at", "-id").first()


def sealed_by(seat_id: UUID, message_id: UUID | None, at: datetime) -> SealedText | None:
    """The words an act at this moment pointed at; also when it no longer knows which message they were."""
    if message_id is not None:
        return sealed_for(message_id)
    renewed = at + timedelta(days=REVIEW_DAYS) - _ONE_TRANSACTION
    rows = SealedText.objects.filter(needed_by_reviews(), seat=seat_id, sealed_at__lte=at, until__gte=renewed)
    return rows.order_by("until", "id").first()


def needed_by_reviews() -> Q:
    """For a query over seals: a review of the act that made it still waits."""
    undecided = ReviewRequest.objects.filter(outcome=ReviewRequest.Outcome.WAITING)
    waiting = Q(code_hash__in=undecided.values("code_hash"))
    hidings = Hiding.objects.filter(waiting)
    # A hiding whose message was swept away knows only its seat: its seal was made or made longer with it.
    renewed = OuterRef("until") - timedelta(days=REVIEW_DAYS)
    of_the_seat = hidings.filter(
        message__isnull=True,
        seat=OuterRef("seat"),
        at__gte=OuterRef("sealed_at"),
        at__lte=renewed + _ONE_TRANSACTION,
    )
    found = Q(Exists(hidings.filter(message=OuterRef("message_key")))) | Q(Exists(of_the_seat))
    found |= Q(Exists(Redaction.objects.filter(waiting, seal=OuterRef("pk"))))
    for kind in (Rest, RoomRemoval):
        found |= Q(Exists(kind.objects.filter(waiting, message_key=OuterRef("message_key"))))
    return found
