"""The wall between a person's and a family's side: what must happen when somebody crosses it.

Rooms fill this in, so that people need not know what a seat is.
"""

from __future__ import annotations

from collections.abc import Callable

from ibasho.people.models import Person

Leave = Callable[[Person, str | None], object]
Hold = Callable[[], object]
_leaving: list[Leave] = []
_holding: list[Hold] = []


def register(leave: Leave, hold: Hold) -> None:
    """`leave(person, standpoint)` ends seats of a person, in the caller's transaction:
    those in rooms that are not for `standpoint`, and without one all of them.
    `hold()` lets nobody change what waits in a room, until the commit.
    """
    if leave not in _leaving:
        _leaving.append(leave)
        _holding.append(hold)


def hold_rooms() -> None:
    """Before any number is taken, as at the door, so that neither waits for the other for ever."""
    for hold in _holding:
        hold()


def leave_all_seats(person: Person) -> None:
    for leave in _leaving:
        leave(person, None)


def leave_seats_not_for(person: Person, standpoint: str) -> None:
    for leave in _leaving:
        leave(person, standpoint)
