"""Words end after the room's days, and with the last of them the seat they hung on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from ibasho.lib import clock
from ibasho.rooms.actions.meeting_rooms import forget_meeting_rooms
from ibasho.rooms.actions.quiet_rooms import forget_quiet_rooms
from ibasho.rooms.held_seats import unheld
from ibasho.rooms.models import Amendment, Attendance, HeldPost, Message, Room, RoomSession, Seat

_AT_ONCE = 500


def purge_words(now: datetime | None = None) -> int:
    """Remove what is past its days in every room, and rests and removals that are over; returns how many
    words. Safe to run twice.

    No number is taken: readers learn from `oldest` which rows to drop.
    """
    moment = now or clock.now()
    gone = 0
    for room in Room.objects.all():
        limit = moment - timedelta(days=room.retention_days)
        gone += _purge_messages(room, limit)
        gone += _purge_held(room, limit)
        _purge_sessions(room, limit)
        _purge_seats(room, limit, moment)
    forget_quiet_rooms()
    forget_meeting_rooms(moment)
    _forget_ends(moment)
    return gone


def _purge_messages(room: Room, limit: datetime) -> int:
    """In small transactions, so that nobody's post waits for the broom."""
    gone = 0
    while ids := list(
        Message.objects.filter(room=room, at__lt=limit).values_list("pk", flat=True)[:_AT_ONCE]
    ):
        with transaction.atomic():
            Amendment.objects.filter(message_id__in=ids).delete()
            Message.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def _purge_held(room: Room, limit: datetime) -> int:
    """Words that waited end with those that were shown, and what was found in them."""
    gone = 0
    while ids := list(
        HeldPost.objects.filter(room=room, at__lt=limit).values_list("pk", flat=True)[:_AT_ONCE]
    ):
        with transaction.atomic():
            HeldPost.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def _purge_sessions(room: Room, limit: datetime) -> None:
    hangs = Exists(Message.objects.filter(session=OuterRef("pk"))) | Exists(
        HeldPost.objects.filter(session=OuterRef("pk"))
    )
    _sweep(RoomSession.objects.filter(~hangs, room=room, state=RoomSession.State.CLOSED, closes_at__lt=limit))


def _purge_seats(room: Room, limit: datetime, now: datetime) -> None:
    hangs = (
        Exists(Message.objects.filter(seat=OuterRef("pk")))
        | Exists(HeldPost.objects.filter(seat=OuterRef("pk")))
        | Exists(Amendment.objects.filter(seat=OuterRef("pk")))
    )
    attended = Exists(Attendance.objects.filter(seat=OuterRef("pk")))
    acted_on = Q(resting_until__gt=now) | Q(removed_until__gt=now)
    unused = Seat.objects.filter(~hangs, room=room, active_at__lt=limit).exclude(acted_on).filter(unheld())
    if room.is_of_a_meeting and (room.closes_at is None or room.closes_at < limit):
        _leave(unused.filter(left_at__isnull=True), now)
    # somebody who never left may be sitting there with an open line
    _sweep(unused.filter(Q(person__isnull=True) | (Q(left_at__isnull=False) & ~attended)))


def _leave(seats: QuerySet[Seat], now: datetime) -> None:
    """Nobody comes back to what opened only once."""
    if seats.exists():
        with transaction.atomic():
            seats.update(left_at=now)


def _forget_ends(now: datetime) -> None:
    for name in ("resting_until", "removed_until"):
        over = Seat.objects.filter(**{f"{name}__lte": now})
        if over.exists():
            with transaction.atomic():
                over.update(**{name: None})


def _sweep(rows: QuerySet[Any]) -> None:
    """Delete `rows` in small transactions; one that comes into use meanwhile is looked at again and stays."""
    while rows.exists():
        with transaction.atomic():
            locked = rows.select_for_update(of=("self",)).values_list("pk", flat=True)[:_AT_ONCE]
            gone, _ = rows.model.objects.filter(pk__in=list(locked)).delete()
        if not gone:
            return
