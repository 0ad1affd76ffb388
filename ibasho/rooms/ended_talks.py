"""What must follow when a quiet room closes, by hand or by the clock, told by the parts above."""

from __future__ import annotations

from collections.abc import Callable

End = Callable[[int], object]
_ends: list[End] = []


def register(end: End) -> None:
    """`end(room_id)` takes back what asked somebody to come."""
    if end not in _ends:
        _ends.append(end)


def run(room_id: int) -> None:
    """In the transaction that closes the room, behind its lock."""
    for end in _ends:
        end(room_id)
