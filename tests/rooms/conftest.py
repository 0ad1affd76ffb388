"""What the room tests share: who is inside by which browser, and words on their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from ibasho.duty.actions import note_there
from ibasho.lib import clock as house_clock
from ibasho.people.models import Person, Standpoint
from ibasho.people.queries import KeeperFacts, Visitor, describe
from ibasho.people.sessions import SessionStore
from ibasho.rooms import epoch, hygiene, limits
from ibasho.rooms.actions import end_due_duties, take_duty, turn_sessions
from ibasho.rooms.actions.sessions import put
from ibasho.rooms.models import OpeningHours, Room, RoomAudience, RoomSession
from ibasho.rooms.queries import beats, line_facts, own_line
from ibasho.rooms.shapes import Line, Words

VisitorFor = Callable[..., Visitor]
LineFor = Callable[[Person, Room], Line]
Hear = Callable[..., Words]
OnDuty = Callable[..., None]
KeepersLine = Callable[[KeeperFacts, Room], Line]


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """What a process remembers of rooms is of another database than this test's."""
    beats.forget_crowds()
    limits.forget()
    epoch.forget()


@pytest.fixture
def visitor_for() -> VisitorFor:
    """`visitor_for(person)`: a browser of theirs, inside the house; keepers show their second factor, too."""

    def come_in(person: Person, *, with_second_factor: bool = False) -> Visitor:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        store = SessionStore()
        store[SESSION_KEY] = str(person.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = person.get_session_auth_hash()
        if with_second_factor:
            store["account_authentication_methods"] = [{"method": "mfa", "type": "totp"}]
            store["account_authentication_methods_user"] = str(person.pk)
        store.save()
        return describe(person, store.hash or "", away=False)

    return come_in


def bring_to(state: str) -> None:
    """Every session is in this state; a pause is one by hand."""
    for session in RoomSession.objects.all():
        put(session, state, RoomSession.Pause.BY_HAND if state == "paused" else "", now=house_clock.now())


@pytest.fixture
def on_duty(keeper: KeeperFacts, second_keeper: KeeperFacts) -> OnDuty:
    """`on_duty(room, …)`: two keepers take duty there, for six hours or until `until`."""

    def take(*rooms: Room, until: dt.datetime | None = None) -> None:
        for each in (keeper, second_keeper):
            take_duty(
                each,
                slugs=[room.slug for room in rooms],
                until=until or house_clock.now() + dt.timedelta(hours=6),
            )

    return take


@pytest.fixture
def evening(clock: object, house: object) -> Room:
    """「夜の部屋」, Sundays 20:00–24:30, for everybody, two keepers needed; it is Sunday, 20:02."""
    with transaction.atomic():
        room = Room.objects.create(slug="yoru", title="夜の部屋", about="夜の部屋です。", keepers_needed=2)
        for standpoint in Standpoint.values:
            RoomAudience.objects.create(room=room, standpoint=standpoint)
        OpeningHours.objects.create(room=room, weekday=6, opens=20 * 60, closes=24 * 60 + 30)
    turn_sessions()
    return room


def state_of(room: Room) -> str:
    """As it is in the table now; "closed" while there is no session."""
    session = RoomSession.objects.filter(room=room).exclude(state="closed").first()
    return session.state if session else "closed"


def pass_by(clock: Any, seconds: float, *there: KeeperFacts) -> None:
    """Time goes by, and due work is done; only `there` are seen meanwhile."""
    clock.shift(dt.timedelta(seconds=seconds))
    for keeper in there:
        note_there(keeper.keeper_id)
    end_due_duties()
    turn_sessions()


@pytest.fixture
def line_for(visitor_for: VisitorFor) -> LineFor:
    """`line_for(person, room)`: their line into the room where they have, or had, a seat."""

    def connect(person: Person, room: Room) -> Line:
        return own_line(visitor_for(person), room.slug)

    return connect


@pytest.fixture
def keepers_line(visitor_for: VisitorFor) -> KeepersLine:
    """`keepers_line(keeper, room)`: the line of a keeper on duty there."""

    def connect(keeper: KeeperFacts, room: Room) -> Line:
        person = Person.objects.get(pk=keeper.person_id)
        return line_facts(visitor_for(person, with_second_factor=True), room.slug)

    return connect


@pytest.fixture
def words_of() -> Hear:
    """`words_of(line, "こんばんは。")` is a post; `verb=`, `message=`, `id=`, `cover=`, `tone=`, `choice=` change it."""

    def write(line: Line, text: str | None = "こんばんは。", *, verb: str = "post", **fields: Any) -> Words:
        fields.setdefault("id", str(uuid4()))
        if text is not None and verb != "withdraw":
            fields["text"] = text
        return hygiene.hear(line, verb, fields)

    return write
