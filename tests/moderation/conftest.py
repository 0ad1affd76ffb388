"""A room with two keepers on duty, somebody who writes there, and somebody who reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from ibasho.house.queries import notices_for
from ibasho.lib import clock as house_clock
from ibasho.lib import env
from ibasho.moderation.actions import add_contact
from ibasho.moderation.escalation_contacts import ContactFacts
from ibasho.moderation.models import EscalationContact
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts, visitor_of
from ibasho.rooms.actions import post_messages, take_duty
from ibasho.rooms.models import Message, Room, Seat
from ibasho.rooms.queries import own_line
from ibasho.rooms.shapes import Posted
from tests.conftest import KeeperClient, OpenRoom, SeatFor
from tests.moderation.mail_server import MailServer
from tests.rooms.conftest import Hear, LineFor, fresh_memory, line_for, visitor_for, words_of

__all__ = ["fresh_memory", "line_for", "visitor_for", "words_of"]

RULE = "listen"
FIRST, SECOND = "momiji@mail.example", "09000000000@sms.example"
Say = Callable[..., Message]


@pytest.fixture(autouse=True)
def evening(clock: time_machine.Traveller) -> None:
    """Before anybody comes: it is 20:02."""


@pytest.fixture
def room(open_room: OpenRoom, keeper: KeeperFacts, second_keeper: KeeperFacts) -> Room:
    """Open from 19:02, closing at 22:02, watched by みどり and すすき until 21:02."""
    now = house_clock.now()
    made = open_room(keepers_needed=2, closes_at=now + dt.timedelta(hours=2), title="ひだまり")
    on_duty(made, keeper, second_keeper)
    return made


def on_duty(room: Room, *keepers: KeeperFacts) -> None:
    for facts in keepers:
        take_duty(facts, slugs=[room.slug], until=house_clock.now() + dt.timedelta(hours=1))


@pytest.fixture
def seat(room: Room, regular: Person, seat_for: SeatFor) -> Seat:
    """Of a regular, named なのはな."""
    return seat_for(regular, room, name="なのはな")


@pytest.fixture
def reader(room: Room, other_regular: Person, seat_for: SeatFor) -> Seat:
    """Of somebody who only watches."""
    return seat_for(other_regular, room, mode="observe")


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """The house sends through it, as `IBASHO_MAIL_URL` would have it."""
    with MailServer() as server:
        settings.MAIL = env.Mail("127.0.0.1", server.port, "", "", "house@ibasho.example", False, False)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "house@ibasho.example"
        yield server


@pytest.fixture
def contacts(steward: KeeperFacts) -> list[EscalationContact]:
    return [
        add_contact(steward, ContactFacts("もみじ", "000-0000-0000", FIRST)),
        add_contact(steward, ContactFacts("けやき", "", SECOND)),
    ]


@pytest.fixture
def say(line_for: LineFor, words_of: Hear) -> Say:
    """`say(person, room, "言葉", **fields)`: posted as the post office does."""

    def write(person: Person, room: Room, text: str = "こんばんは。", **fields: Any) -> Message:
        [answer] = post_messages([words_of(line_for(person, room), text, **fields)])
        assert isinstance(answer, Posted), answer
        return Message.objects.get(pk=answer.message_id)

    return write


@pytest.fixture
def say_on_duty(keeper_client: KeeperClient, words_of: Hear) -> Say:
    """`say_on_duty(keeper, room, "言葉")`: words of a keeper, from the browser that showed the second factor."""

    def write(facts: KeeperFacts, room: Room, text: str = "こんばんは、見守り役です。") -> Message:
        visitor = visitor_of(keeper_client(facts).cookies["sessionid"].value)
        assert visitor is not None
        [answer] = post_messages([words_of(own_line(visitor, room.slug), text)])
        assert isinstance(answer, Posted), answer
        return Message.objects.get(pk=answer.message_id)

    return write


@pytest.fixture
def message(seat: Seat, regular: Person, room: Room, say: Say) -> Message:
    return say(regular, room, "帽子は あおいつばめがら です。", cover="番号のこと", tone="listen_only")


def letters_to(person: Person) -> list[dict[str, Any]]:
    """The letters this person has not put away."""
    return notices_for(person.pk)
