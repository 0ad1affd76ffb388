"""Taking back one's own words from わたし: after leaving the room, and from the other side of the wall."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.lib import pools
from ibasho.people.actions import choose_standpoint
from ibasho.people.models import Person
from ibasho.rooms.actions import leave_room
from ibasho.rooms.models import Message, Room, RoomSession, Seat
from tests.conftest import EnterAs, OpenRoom, SeatFor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def pools_end() -> Iterator[None]:
    yield
    pools.shutdown()


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room(slug="engawa", standpoints=["person"])


@pytest.fixture
def seat(regular: Person, room: Room, seat_for: SeatFor) -> Seat:
    return seat_for(regular, room, "speak", "なぎ")


@pytest.fixture
def inside(client: Client, regular: Person, enter_as: EnterAs, seat: Seat) -> Client:
    with transaction.atomic():
        return enter_as(client, regular)


@transaction.atomic
def say(seat: Seat, text: str, position: int = 1, **fields: Any) -> Message:
    return Message.objects.create(
        id=uuid.uuid4(),
        room=seat.room,
        session=RoomSession.objects.get(room=seat.room),
        seat=seat,
        position=position,
        seq=position,
        posted_seq=position,
        request_id=uuid.uuid4(),
        call_name=seat.call_name,
        text=text,
        at=dt.datetime(2026, 11, 22, 11, 1, tzinfo=dt.UTC),
        **fields,
    )


def path_of(message: Message) -> str:
    return f"/rooms/engawa/messages/{message.pk}/withdrawal/"


def test_my_page_lists_own_words_each_with_its_button(inside: Client, seat: Seat) -> None:
    message = say(seat, "こんばんは、みなさん")
    shown = inside.get("/me/").content.decode()
    assert "こんばんは、みなさん" in shown
    assert f'action="{path_of(message)}"' in shown


def test_after_leaving_words_are_taken_back_and_one_is_led_back(
    inside: Client, regular: Person, room: Room, seat: Seat
) -> None:
    message = say(seat, "こんばんは")
    leave_room(regular, room)
    answer = inside.post(path_of(message), {"next": "/me/#record"})
    assert (answer.status_code, answer["Location"]) == (303, "/me/#record")
    message.refresh_from_db()
    assert (message.state, message.text) == ("withdrawn", None)
    assert path_of(message) not in inside.get("/me/").content.decode()


def test_from_the_other_side_of_the_wall_too(
    inside: Client, regular: Person, seat: Seat, clock: time_machine.Traveller
) -> None:
    message = say(seat, "こんばんは")
    choose_standpoint(regular, standpoint="parent")
    clock.shift(dt.timedelta(days=1))
    assert path_of(message) in inside.get("/me/").content.decode()
    assert inside.get("/rooms/engawa/").status_code == 404
    assert inside.post(path_of(message), headers=JSON).status_code == 200
    message.refresh_from_db()
    assert message.state == "withdrawn"
    other = {"id": str(uuid.uuid4()), "text": "まだいます"}
    assert inside.post("/rooms/engawa/messages/", other, headers=JSON).status_code == 404


def test_nobody_else_takes_them_back_and_the_answer_tells_nothing(
    seat: Seat, parent: Person, other_regular: Person, enter_as: EnterAs
) -> None:
    message = say(seat, "こんばんは")
    for person in (parent, other_regular):
        with transaction.atomic():
            browser = enter_as(Client(), person)
        assert browser.post(path_of(message), headers=JSON).status_code == 404
    message.refresh_from_db()
    assert message.state == "shown"


def test_the_page_shows_the_newest_fifty_and_the_download_all(inside: Client, seat: Seat) -> None:
    for number in range(1, 53):
        say(seat, f"言葉{number}番", number)
    shown = inside.get("/me/").content.decode()
    assert "言葉52番" in shown
    assert "言葉3番" in shown
    assert "言葉2番" not in shown
    assert "言葉1番" in inside.get("/me/download/").content.decode()
