"""The wall between a person's and a family's side: what must happen when somebody crosses it.

Rooms fill this in, so that people need not know what a seat is.
"""

from __future__ import annotations

from collections.abc import Callable

from ibasho.people.models import Person

_leaving: list[Callable[[Person], object]] = []


def register(leave_all: Callable[[Person], object]) -> None:
    """`leave_all(person)` ends every seat of a person, in the caller's transaction."""
    if leave_all not in _leaving:
        _leaving.append(leave_all)


def leave_all_seats(person: Person) -> None:
    for leave_all in _leaving:
        leave_all(person)
