"""What must be erased with a person, told by the parts that keep it."""

from __future__ import annotations

from collections.abc import Callable

from ibasho.people.models import Person

_erasers: list[Callable[[Person], object]] = []
_counters: list[Callable[[Person], object]] = []


def register(erase: Callable[[Person], object]) -> None:
    """`erase(person)` runs in the transaction of the erasure, before the person's row goes."""
    if erase not in _erasers:
        _erasers.append(erase)


def count_first(count: Callable[[Person], object]) -> None:
    """`count(person)` runs while all is still there, also before a guest goes whose words may stay."""
    if count not in _counters:
        _counters.append(count)


def count(person: Person) -> None:
    for each in _counters:
        each(person)


def run(person: Person) -> None:
    """Who came last builds on those before, and so goes first, while it still finds what ties it to the person."""
    count(person)
    for erase in reversed(_erasers):
        erase(person)
