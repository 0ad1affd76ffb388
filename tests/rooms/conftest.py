"""What the room tests share: who is inside by which browser, and words on their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from ibasho.people.models import Person
from ibasho.people.queries import Visitor, describe
from ibasho.people.sessions import SessionStore
from ibasho.rooms import epoch, hygiene, limits
from ibasho.rooms.models import Room
from ibasho.rooms.queries import beats, own_line
from ibasho.rooms.shapes import Line, Words

VisitorFor = Callable[[Person], Visitor]
LineFor = Callable[[Person, Room], Line]
Hear = Callable[..., Words]


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """What a process remembers of rooms is of another database than this test's."""
    beats.forget_crowds()
    limits.forget()
    epoch.forget()


@pytest.fixture
def visitor_for() -> VisitorFor:
    """`visitor_for(person)`: a browser of theirs, inside the house."""

    def come_in(person: Person) -> Visitor:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        store = SessionStore()
        store[SESSION_KEY] = str(person.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = person.get_session_auth_hash()
        store.save()
        return describe(person, store.hash or "", away=False)

    return come_in


@pytest.fixture
def line_for(visitor_for: VisitorFor) -> LineFor:
    """`line_for(person, room)`: their line into the room where they have, or had, a seat."""

    def connect(person: Person, room: Room) -> Line:
        return own_line(visitor_for(person), room.slug)

    return connect


@pytest.fixture
def words_of() -> Hear:
    """`words_of(line, "こんばんは。")` is a post; `verb=`, `message=`, `id=`, `cover=`, `tone=` change it."""

    def write(line: Line, text: str | None = "こんばんは。", *, verb: str = "post", **fields: Any) -> Words:
        fields.setdefault("id", str(uuid4()))
        if text is not None and verb != "withdraw":
            fields["text"] = text
        return hygiene.hear(line, verb, fields)

    return write
