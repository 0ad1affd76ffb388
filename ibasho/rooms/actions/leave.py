"""Leaving: never a question, never a line for the others."""

from __future__ import annotations

from django.db import transaction

from ibasho.lib import clock
from ibasho.live.publish import hurry_facts
from ibasho.people.actions import next_facts
from ibasho.people.models import Person
from ibasho.rooms.models import Room, Seat


def leave_room(person: Person, room: Room) -> None:
    """Give up the seat in this room; who has none has left already."""
    with transaction.atomic():
        _leave(person.pk, room_id=room.pk)


def leave_all_seats(person: Person) -> None:
    """Give up every seat, on crossing the wall and on erasure."""
    with transaction.atomic():
        _leave(person.pk)


def _leave(person_id: int, **where: int) -> None:
    seats = Seat.objects.filter(person_id=person_id, left_at__isnull=True, **where)
    if seats.exists():
        seats.update(left_at=clock.now(), facts=next_facts())
        hurry_facts()
