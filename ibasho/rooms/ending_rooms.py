"""What must go when a room ends with all its words, told by the parts above."""

from __future__ import annotations

from collections.abc import Callable

Erase = Callable[[int], object]
_erasers: list[Erase] = []


def register(erase: Erase) -> None:
    """`erase(room_id)` takes away what hangs on the room's words and seats."""
    if erase not in _erasers:
        _erasers.append(erase)


def run(room_id: int) -> None:
    """In the transaction that ends the room, behind its lock and before its words go."""
    for erase in _erasers:
        erase(room_id)
