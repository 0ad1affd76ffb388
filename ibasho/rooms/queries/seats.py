"""A person's place in a room, and what was already answered from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from ibasho.lib import clock, look_alike
from ibasho.lib.errors import Refusal
from ibasho.people.models import Kind
from ibasho.rooms import unnamed
from ibasho.rooms.models import (
    ACTIVE_MINUTES,
    NAME_HELD_HOURS,
    Amendment,
    Attendance,
    HeldPost,
    Message,
    Room,
    RoomSession,
    Seat,
)
from ibasho.rooms.shapes import Held, Posted, Words

NEWCOMER_MINUTES = 10
NEWCOMER_POSTS = 5


def seat_of(person_id: int, room_id: int) -> Seat | None:
    """The seat this person has now, not one they left."""
    return Seat.objects.filter(person_id=person_id, room_id=room_id, left_at__isnull=True).first()


def guests_sitting(room_id: int) -> set[int]:
    """The persons who sit in this room, without keepers."""
    sitting = Seat.objects.filter(room_id=room_id, left_at__isnull=True, person__isnull=False)
    return {pk for pk in sitting.exclude(person__kind=Kind.KEEPER).values_list("person_id", flat=True) if pk}


def rooms_sat_in(person_id: int) -> QuerySet[Seat, int]:
    """Ids of the rooms this person sat in while they were open, and has not left. A question to be asked within
    another.
    """
    seats = Seat.objects.filter(person_id=person_id, left_at__isnull=True, attendances__isnull=False)
    return seats.values_list("room_id", flat=True)


def former_name(person_id: int, room_id: int) -> str:
    """The name used in this very room before, for the door; empty if none."""
    names = Seat.objects.filter(person_id=person_id, room_id=room_id).values_list("call_name", flat=True)
    return names.first() or ""


def is_called(seat_id: UUID | str, call_name: str) -> bool:
    """Whether the seat bears this name now, or one that looks like it."""
    return Seat.objects.filter(pk=seat_id, name_skeleton=look_alike.skeleton(call_name)).exists()


def was_in(person_id: int, room_id: int) -> bool:
    """Whether they ever sat there while it was open; who was only asked to come has a seat as well."""
    return Attendance.objects.filter(seat__person_id=person_id, seat__room_id=room_id).exists()


def newcomer_until(seat_id: str) -> datetime | None:
    """The end of a newcomer's slow start: ten minutes or five posts, whichever is first. None once over,
    and for keepers.
    """
    guests = Seat.objects.exclude(person__kind=Kind.KEEPER)
    seat = guests.filter(pk=seat_id).only("first_entered_at", "post_count").first()
    if seat is None or seat.post_count >= NEWCOMER_POSTS:
        return None
    until = seat.first_entered_at + timedelta(minutes=NEWCOMER_MINUTES)
    return until if until > clock.now() else None


def has_free_seat(room: Room, session: RoomSession, seat: Seat | None) -> bool:
    """Whether one more may speak. Seats kept for newcomers are free to them alone; keepers take none."""
    if room.capacity is None:
        return True
    active = Seat.objects.exclude(person__kind=Kind.KEEPER).filter(
        room=room,
        mode=Seat.Mode.SPEAK,
        left_at__isnull=True,
        active_at__gt=clock.now() - timedelta(minutes=ACTIVE_MINUTES),
    )
    if seat is not None:
        active = active.exclude(pk=seat.pk)
    first_times = list(active.values_list("first_entered_at", flat=True))
    newcomers = sum(first >= session.opens_at for first in first_times)
    is_newcomer = seat is None or seat.first_entered_at >= session.opens_at
    kept_free = 0 if is_newcomer else max(0, room.newcomer_seats - newcomers)
    return len(first_times) + kept_free < room.capacity


def is_name_taken(room_id: int, skeleton: str, seat_id: str | None) -> bool:
    """Whether words of another seat are shown under this name, or were written in the last 24 hours.

    Seats without words reserve nothing, so a name tells nothing about who is here. One that keepers took from a seat
    stays as it was for everybody else, so this answer tells nothing of that either.
    """
    held_since = clock.now() - timedelta(hours=NAME_HELD_HOURS)
    theirs = Message.objects.filter(room_id=room_id, name_skeleton=skeleton)
    if seat_id is not None:
        theirs = theirs.exclude(seat_id=seat_id)
    if theirs.filter(Q(state=Message.State.SHOWN) | Q(at__gte=held_since)).exists():
        return True
    return bool(unnamed.seats_that_had(room_id, skeleton))


def was_taken_from(room_id: int, skeleton: str, seat_id: str | None) -> bool:
    """Whether keepers took this name from the seat itself: by their act, or by its rows where a restore left no act."""
    if seat_id is None:
        return False
    rows = Message.objects.filter(room_id=room_id, name_skeleton=skeleton, seat_id=seat_id, unnamed=True)
    return rows.exists() or seat_id in unnamed.seats_that_had(room_id, skeleton)


def is_name_in_use(room_id: int, skeleton: str, seat_id: str | None) -> bool:
    """Whether おまかせ should choose another: taken, or on a seat that has not written yet.

    Never told to anybody; it only keeps a given name from being refused at its first words.
    """
    others = Seat.objects.filter(room_id=room_id, name_skeleton=skeleton)
    if seat_id is not None:
        others = others.exclude(pk=seat_id)
    return others.exists() or is_name_taken(room_id, skeleton, seat_id)


class Answered(NamedTuple):
    """What an id was answered: `code` says why the words waited, and is empty for words that were shown."""

    message_id: str
    seq: int
    key: str
    code: str = ""


def first_answer(words: Words) -> Posted | Held | None:
    """What this id was answered when it came first. Refuses `id_reused` for other words."""
    mine = {"seat_id": words.seat_id, "request_id": words.request_id}
    held = HeldPost.objects.filter(**mine).values_list("id", "words_key", "code").first()
    if held is not None:
        return answer_again(words, Answered(str(held[0]), 0, held[1], held[2]))
    row = (
        Message.objects.filter(**mine).values_list("id", "posted_seq", "words_key").first()
        or Amendment.objects.filter(**mine)
        .values_list(Coalesce("message_id", "held_id"), "seq", "words_key")
        .first()
    )
    if row is None:
        return None
    return answer_again(words, Answered(str(row[0]), row[1], row[2]))


def answer_again(words: Words, known: Answered) -> Posted | Held:
    """The first answer to a known id. Refuses `id_reused` for other words."""
    if known.key != words.key:
        raise Refusal("id_reused")
    if known.code:
        return Held(words.request_id, known.message_id, known.code)
    return Posted(words.request_id, known.message_id, known.seq)
