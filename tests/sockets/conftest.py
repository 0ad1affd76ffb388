"""Two people who know the room: one speaks, one only watches; each with a browser."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.rooms.models import Room, Seat
from tests.conftest import OpenRoom, SeatFor
from tests.sockets.kit import cookie_of


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room()


@pytest.fixture
def writer(room: Room, regular: Person, seat_for: SeatFor) -> Seat:
    return _long_here(seat_for(regular, room))


@pytest.fixture
def reader(room: Room, other_regular: Person, seat_for: SeatFor) -> Seat:
    return _long_here(seat_for(other_regular, room, mode="observe"))


@pytest.fixture
def mine(writer: Seat, regular: Person) -> str:
    return cookie_of(regular)


@pytest.fixture
def theirs(reader: Seat, other_regular: Person) -> str:
    return cookie_of(other_regular)


def _long_here(seat: Seat) -> Seat:
    """Past the slow start of a newcomer."""
    seat.first_entered_at = clock.now() - dt.timedelta(days=1)
    seat.post_count = 50
    with transaction.atomic():
        seat.save()
    return seat
