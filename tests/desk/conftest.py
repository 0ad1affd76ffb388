"""A room with hours, keepers on duty in it, and guests who write."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from ibasho.lib import clock as house_clock
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import epoch, limits
from ibasho.rooms.actions import take_duty
from ibasho.rooms.models import Message, OpeningHours, Room, RoomAudience, RoomSession, Seat
from ibasho.rooms.queries import beats
from tests.conftest import OpenRoom, SeatFor

OnDuty = Callable[..., None]
Says = Callable[..., Message]
SUNDAY = 6


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """What a process remembers of rooms is of another database than this test's."""
    beats.forget_crowds()
    limits.forget()
    epoch.forget()


@pytest.fixture
def engawa(clock: object, open_room: OpenRoom) -> Room:
    """「縁側の部屋」, open this Sunday until 22:00, as long as two keepers are there."""
    closes_at = dt.datetime(2026, 11, 22, 13, 0, tzinfo=dt.UTC)
    room = open_room(slug="engawa", title="縁側の部屋", keepers_needed=2, closes_at=closes_at)
    with transaction.atomic():
        OpeningHours.objects.create(room=room, weekday=SUNDAY, opens=13 * 60, closes=22 * 60)
    return room


@pytest.fixture
def hondana(engawa: Room) -> Room:
    """「本棚の部屋」, which does not open on Sundays."""
    with transaction.atomic():
        room = Room.objects.create(slug="hondana", title="本棚の部屋", about="本の話。", position=9)
        RoomAudience.objects.create(room=room, standpoint="person")
        OpeningHours.objects.create(room=room, weekday=2, opens=13 * 60, closes=22 * 60)
    return room


@pytest.fixture
def on_duty() -> OnDuty:
    """`on_duty(keeper, room, …, minutes=60)`: takes duty as the desk does."""

    def take(keeper: KeeperFacts, *rooms: Room, minutes: int = 60) -> None:
        until = house_clock.now() + dt.timedelta(minutes=minutes)
        take_duty(keeper, slugs=[room.slug for room in rooms], until=until)

    return take


@pytest.fixture
def watched(engawa: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, on_duty: OnDuty) -> Room:
    """The same room with both keepers on duty."""
    on_duty(keeper, engawa)
    on_duty(second_keeper, engawa)
    return engawa


@pytest.fixture
def says(seat_for: SeatFor) -> Says:
    """`says(person, room, text)`: words in the room's log, put there without the post office."""

    @transaction.atomic
    def write(person: Person, room: Room, text: str, *, name: str = "こもれび", **fields: object) -> Message:
        seat = Seat.objects.filter(person=person, room=room).first() or seat_for(person, room, name=name)
        room.refresh_from_db()
        room.seq, room.last_position = room.seq + 1, room.last_position + 1
        room.save()
        return Message.objects.create(
            id=uuid.uuid4(),
            room=room,
            session=RoomSession.objects.filter(room=room).latest("opens_at"),
            seat=seat,
            position=room.last_position,
            seq=room.seq,
            posted_seq=room.seq,
            request_id=uuid.uuid4(),
            call_name=seat.call_name,
            name_skeleton=seat.name_skeleton,
            text=text,
            at=house_clock.to_minute(house_clock.now()),
            **fields,
        )

    return write


def page_of(client: Client, path: str) -> str:
    """The page's markup; it has to be there."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()
