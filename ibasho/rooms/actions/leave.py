"""Leaving: never a question, never a line for the others."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from ibasho.lib import clock
from ibasho.live.publish import hurry_facts
from ibasho.people.actions import next_facts
from ibasho.people.models import Person
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.holding import end_waiting
from ibasho.rooms.models import HeldPost, Room, Seat


def leave_room(person: Person, room: Room) -> None:
    """Give up the seat in this room, and with it what still waits there; who has none has left already."""
    with transaction.atomic():
        ledger.lock_rooms([room.pk])
        _leave(Seat.objects.filter(person=person, room=room))


def leave_all_seats(person: Person, but_for: str | None = None) -> None:
    """Give up every seat; with a standpoint as `but_for` only those in rooms that are not for it.

    Whoever takes a number of facts first has called `hold_every_room` before that.
    """
    seats = Seat.objects.filter(person=person)
    with transaction.atomic():
        ledger.lock_rooms(seats.values_list("room_id", flat=True))
        _leave(seats if but_for is None else seats.exclude(room__audiences__standpoint=but_for))


def hold_every_room() -> None:
    """Until the caller's commit nothing that waits is decided, and nobody sits down."""
    ledger.lock_rooms(Room.objects.values_list("pk", flat=True))


def _leave(seats: QuerySet[Seat]) -> None:
    """Behind the lock of their rooms: a keeper may have decided meanwhile about what waited."""
    seats = seats.filter(left_at__isnull=True)
    if seats.exists():
        waiting = HeldPost.objects.filter(seat__in=seats, outcome=HeldPost.Outcome.WAITING)
        end_waiting(waiting, HeldPost.Outcome.LEFT)
        seats.update(left_at=clock.now(), facts=next_facts())
        hurry_facts()
