"""Short lists of one's own that わたし shows, by the parts above that keep them: what one may look after there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ibasho.people.models import Person


@dataclass(frozen=True, slots=True)
class OwnLine:
    """`path` leads to its page. `asks` is a sentence where an answer is awaited, else empty."""

    title: str
    words: str
    path: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class OwnList:
    """Lines that await an answer stand first."""

    title: str
    lines: Sequence[OwnLine]


Gather = Callable[[Person], OwnList]
_lists: dict[str, Gather] = {}


def register(name: str, gather: Gather) -> None:
    """`name` keeps a part from showing its list twice."""
    _lists[name] = gather


def lists_of(person: Person) -> list[OwnList]:
    """Without those that hold nothing."""
    found = [gather(person) for gather in _lists.values()]
    return [one for one in found if one.lines]
