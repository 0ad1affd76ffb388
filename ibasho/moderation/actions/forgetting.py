"""When acts, seals and details end, and what of them goes with a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ibasho.lib import clock
from ibasho.lib.look_alike import skeleton
from ibasho.moderation.actions.suspending import end_on_person
from ibasho.moderation.models import (
    REVIEW_DAYS,
    Act,
    Hiding,
    KeepingBack,
    LogDetail,
    Redaction,
    Rest,
    ReviewRequest,
    RoomRemoval,
    SealedText,
    Suspension,
    SuspensionProposal,
    Unnaming,
)
from ibasho.moderation.queries import needed_by_concerns, needed_by_incidents, needed_by_reviews
from ibasho.people.models import Person
from ibasho.rooms.actions import forget_name, ledger
from ibasho.rooms.models import Message, Room, Seat

_NOTHING = {"seat": None, "salt": "", "body": ""}
_KINDS: tuple[type[Act], ...] = (Hiding, KeepingBack, Redaction, Rest, RoomRemoval, Suspension, Unnaming)


def forget_old_acts() -> None:
    """Seals at their end; acts and the details of persons after 30 days, reviews 30 days after their
    result. Safe to run twice.

    An act in force stays, and one as long as its review is kept; a seal as long as the review waits.
    """
    now = clock.now()
    limit = now - timedelta(days=REVIEW_DAYS)
    with transaction.atomic():
        needed = needed_by_reviews() | needed_by_concerns() | needed_by_incidents()
        SealedText.objects.filter(~needed, until__lte=now).delete()
        LogDetail.objects.filter(seat__isnull=False, entry__at__lt=limit).update(**_NOTHING)
        ReviewRequest.objects.filter(decided_at__lt=limit).delete()
        _forget_names(limit)
        _forget_acts(limit, now)


def erase_acts(person: Person) -> None:
    """Take out of everything keepers wrote down whatever leads to this person.

    What was done, when, by whom and why stays, and the seals stay tied to nobody until their end.
    """
    with transaction.atomic():
        # As the rooms' own eraser does: an act may be on its way to one of these seats just now.
        ledger.lock_rooms(Room.objects.values_list("pk", flat=True))
        seats = list(Seat.objects.filter(person=person).values_list("pk", flat=True))
        SealedText.objects.filter(seat__in=seats).update(seat=None)
        LogDetail.objects.filter(seat__in=seats).update(**_NOTHING)
        for kind in _KINDS:
            _empty(kind, seats)
        # the skeleton stays: who comes back as somebody else takes the same name no sooner than others
        Unnaming.objects.filter(seat__in=seats).update(given_name="")
        SuspensionProposal.objects.filter(seat__in=seats).delete()


def erase_acts_in(room_id: int) -> None:
    """Take away all that was done in a room which ends, with its seals and what was asked about it."""
    with transaction.atomic():
        seats = Seat.objects.filter(room_id=room_id).values("pk")
        messages = Message.objects.filter(room_id=room_id).values("pk")
        SealedText.objects.filter(Q(seat__in=seats) | Q(message_key__in=messages)).delete()
        LogDetail.objects.filter(seat__in=seats).update(**_NOTHING)
        _open_house_again(room_id)
        for kind in _KINDS:
            acts = kind._default_manager.filter(room_id=room_id)
            ReviewRequest.objects.filter(code_hash__in=acts.values("code_hash")).delete()
            acts.delete()


def _empty(kind: type[Act], seats: list[UUID]) -> None:
    acts = kind._default_manager.filter(seat__in=seats)
    asked = ReviewRequest.objects.filter(code_hash__in=acts.values("code_hash"))
    asked.update(words="", about_dying=False, marks="", reply="")
    acts.update(words="")


def _open_house_again(room_id: int) -> None:
    """What began in the room that ends, and holds in every other, could be lifted by nobody."""
    now = clock.now()
    for act in Suspension.objects.filter(room_id=room_id, lifted_at__isnull=True, until__gt=now):
        act.lifted_at = now
        act.save(update_fields=["lifted_at"])
        end_on_person(act)


def _forget_names(limit: datetime) -> None:
    """A name that was taken is on no row and no copy of one any more, once it cannot be given back."""
    asked = ReviewRequest.objects.values("code_hash")
    is_over = Q(seal__isnull=True) | (Q(at__lt=limit) & ~Q(code_hash__in=asked))
    over = Unnaming.objects.filter(is_over, lifted_at__isnull=True).exclude(name_skeleton="")
    for act in over:
        forget_name(str(act.seat_id), act.name_skeleton)
        _forget_on_copies(act)
    over.update(name_skeleton="", given_name="")


def _forget_on_copies(act: Unnaming) -> None:
    """Which may last longer: of words that were acted on later, or are needed yet."""
    words = Message.objects.filter(seat=act.seat_id).values("pk")
    copies = SealedText.objects.filter(Q(seat=act.seat_id) | Q(message_key__in=words)).exclude(call_name="")
    alike = [copy.pk for copy in copies if skeleton(copy.call_name) == act.name_skeleton]
    SealedText.objects.filter(pk__in=alike).update(call_name="")


def _forget_acts(limit: datetime, now: datetime) -> None:
    asked = ReviewRequest.objects.values("code_hash")
    is_lifted = Q(lifted_at__isnull=False)
    for kind, is_over in (
        (Hiding, is_lifted | Q(message__isnull=True) | ~Q(message__state="hidden")),
        (KeepingBack, Q()),
        (Redaction, Q()),  # the words as they were end with the window, and with them the undo
        (Rest, is_lifted | Q(until__lt=now)),
        (RoomRemoval, is_lifted | Q(until__lt=now)),
        (Suspension, is_lifted | Q(until__lt=now)),
        (Unnaming, Q()),  # as with a redaction
    ):
        kind._default_manager.filter(is_over, at__lt=limit).exclude(code_hash__in=asked).delete()
    SuspensionProposal.objects.filter(suspension__isnull=True, at__lt=limit).delete()
