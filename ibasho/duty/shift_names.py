"""What a planned duty is for, where that is no room, told by the parts that plan it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Names = Callable[[Collection[int]], Mapping[int, str]]
_kinds: list[Names] = []


def register(names: Names) -> None:
    """`names(shift_ids)`: a name for those of them that are this part's."""
    _kinds.append(names)


def names_of(shift_ids: Collection[int]) -> Mapping[int, str]:
    """Without a query where no duty is asked for."""
    found: dict[int, str] = {}
    for names in _kinds if shift_ids else ():
        found |= names(shift_ids)
    return found
