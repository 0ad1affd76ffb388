"""Names that keepers took from a room, told by the part above that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Collection

Had = Callable[[int, str], Collection[str]]
_tellers: list[Had] = []


def register(had: Had) -> None:
    """`had(room_id, skeleton)`: the seats that a name like this was taken from, as long as it is kept."""
    if had not in _tellers:
        _tellers.append(had)


def seats_that_had(room_id: int, skeleton: str) -> set[str]:
    """From which seats of the room a name that looks like this was taken: it is nobody's there for a while."""
    return {seat for had in _tellers for seat in had(room_id, skeleton)}
