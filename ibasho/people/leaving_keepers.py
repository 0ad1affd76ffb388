"""What must happen when somebody stops keeping the house, told by the parts that gave them work."""

from __future__ import annotations

from collections.abc import Callable, Collection

End = Callable[[int, Collection[str]], object]
_endings: list[End] = []


def register(end: End) -> None:
    """`end(keeper_id, taken)` ends what needed one of the roles that are about to be taken."""
    if end not in _endings:
        _endings.append(end)


def run(keeper_id: int, taken: Collection[str]) -> None:
    """In the transaction that takes the roles, and first of all in it: what ends locks rooms, and rooms are
    locked before keepers and before numbers everywhere.
    """
    for end in _endings:
        end(keeper_id, taken)
