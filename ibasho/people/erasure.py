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
    """Who came last builds on those before, and so goes first, while it still finds what ties it to the person."""
    for erase in reversed(_erasers):
        erase(person)
