"""Who may come into a meeting's own room, told by the part that keeps the sign-ups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ibasho.people.models import Person
from ibasho.people.sessions import SessionStore

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NextDate:
    """The date after this one of a meeting that comes again, for the sign-up `of`.

    `has_form`: more has to be read or said than a tap can. `known`: the sign-up to it that is there already, as far as
    who looks may know. `is_shared`: a party of several books it once, whoever of it does.
    """

    of: UUID
    event_id: int
    when: str
    must_wait: bool
    has_form: bool
    known: UUID | None
    is_shared: bool


class GuestList(Protocol):
    def invited(self, room_ids: Collection[int]) -> frozenset[Pair]:
        """(room, person) of everybody who may be in one of these rooms now. One query."""

    def name_for(self, room_id: int, person_id: int) -> str:
        """The name this person goes by at that meeting; empty if none is known."""

    def came(self, room_id: int, person: Person) -> None:
        """They are in the room. In the transaction of the door, behind the room's lock and a number of facts."""

    def next_date(self, room_id: int, person_id: int, session: SessionStore) -> NextDate | None:
        """What is offered to this person, in this browser, when the meeting ends."""


_lists: list[GuestList] = []


def provide(guest_list: GuestList) -> None:
    """Let `guest_list` say who may come; the last one given speaks, and without one nobody may."""
    _lists[:] = [guest_list]


def invited(room_ids: Collection[int]) -> frozenset[Pair]:
    """Without a query where no such room is asked about."""
    return _lists[0].invited(room_ids) if _lists and room_ids else frozenset()


def name_for(room_id: int, person_id: int) -> str:
    return _lists[0].name_for(room_id, person_id) if _lists else ""


def came(room_id: int, person: Person) -> None:
    for guest_list in _lists:
        guest_list.came(room_id, person)


def next_date(room_id: int, person_id: int, session: SessionStore) -> NextDate | None:
    return _lists[0].next_date(room_id, person_id, session) if _lists else None
