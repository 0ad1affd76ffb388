"""Sealed words, for keepers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ibasho.lib import clock
from ibasho.moderation.models import (
    REVIEW_DAYS,
    Concern,
    Hiding,
    IncidentWords,
    KeepingBack,
    Redaction,
    Rest,
    ReviewRequest,
    RoomRemoval,
    SealedText,
    Suspension,
    SuspensionProposal,
    Unnaming,
)
from ibasho.moderation.queries.concerns import needed_by_concerns
from ibasho.people.models import Person

_ONE_TRANSACTION = timedelta(minutes=1)


def sealed_for(message_id: UUID | str) -> SealedText | None:
    """The words an act pointed at last, as they were then; None once their days are over."""
    rows = SealedText.objects.filter(
        Q(until__gt=clock.now()) | needed_by_reviews() | needed_by_concerns(), message_key=message_id
    )
    return rows.order_by("-sealed_at", "-id").first()


def sealed_name(seal_id: int | None) -> SealedText | None:
    """The name that an act took; None once its days are over."""
    return None if seal_id is None else SealedText.objects.filter(pk=seal_id).first()


def sealed_by(seat_id: UUID, message_id: UUID | None, at: datetime) -> SealedText | None:
    """The words an act at this moment pointed at; also when it no longer knows which message they were."""
    if message_id is not None:
        return sealed_for(message_id)
    renewed = at + timedelta(days=REVIEW_DAYS) - _ONE_TRANSACTION
    rows = SealedText.objects.filter(needed_by_reviews(), seat=seat_id, sealed_at__lte=at, until__gte=renewed)
    return rows.order_by("until", "id").first()


def seals_of(person: Person) -> QuerySet[SealedText]:
    """What their own record shows. A seal made only because somebody told is there once its writer was told
    of it: the minute of the telling would say who it was.
    """
    return SealedText.objects.filter(shown_to_writers(), seat__person=person)


def shown_to_writers() -> Q:
    """For a query over seals: their writers may know of them already."""
    # what was sealed before anybody told stays where its writer saw it
    for_concern = Exists(
        Concern.objects.filter(message_key=OuterRef("message_key"), at=OuterRef("sealed_at"))
    )
    told = Exists(Concern.objects.filter(seal=OuterRef("pk"), writer_told_at__isnull=False))
    told_later = Exists(
        IncidentWords.objects.filter(seal=OuterRef("pk"), incident__writer_told_at__isnull=False)
    )
    shown = ~Q(for_concern) | Q(told) | Q(told_later)
    for on_words in (Hiding, Redaction):
        shown |= Q(Exists(on_words.objects.filter(message=OuterRef("message_key"))))
    shown |= Q(Exists(Unnaming.objects.filter(seal=OuterRef("pk"))))
    decided = SuspensionProposal.objects.exclude(outcome=SuspensionProposal.Outcome.WAITING)
    shown |= Q(Exists(decided.filter(message_key=OuterRef("message_key"))))
    for keyed in (KeepingBack, Rest, RoomRemoval, Suspension):
        shown |= Q(Exists(keyed.objects.filter(message_key=OuterRef("message_key"))))
    return shown


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
    for by_seal in (Redaction, Unnaming):
        found |= Q(Exists(by_seal.objects.filter(waiting, seal=OuterRef("pk"))))
    for kind in (KeepingBack, Rest, RoomRemoval, Suspension):
        found |= Q(Exists(kind.objects.filter(waiting, message_key=OuterRef("message_key"))))
    return found
