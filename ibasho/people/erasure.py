"""What must be erased with a person, told by the parts that keep it."""

from __future__ import annotations

from collections.abc import Callable

from ibasho.people.models import Person

_erasers: list[Callable[[Person], object]] = []


def register(erase: Callable[[Person], object]) -> None:
    """`erase(person)` runs in the transaction of the erasure, before the person's row goes."""
    if erase not in _erasers:
        _erasers.append(erase)


def run(person: Person) -> None:
    for erase in _erasers:
        erase(person)
