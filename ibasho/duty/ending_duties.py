"""What a keeper lets go of when their duty ends, told by the parts above."""

from __future__ import annotations

from collections.abc import Callable

End = Callable[[int], object]
_endings: list[End] = []


def register(end: End) -> None:
    """`end(keeper_id)` gives back what needs somebody on duty."""
    if end not in _endings:
        _endings.append(end)


def run(keeper_id: int) -> None:
    """In the transaction that ends the duty, behind the lock of all rooms."""
    for end in _endings:
        end(keeper_id)
