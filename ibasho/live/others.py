"""What this process says to the other processes of the house, and what it makes of theirs.

Words go as rows with their numbers: whoever misses some finds them in the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from ibasho.lib import shared
from ibasho.live import topics
from ibasho.live.changes import Change

FACTS = b"facts"
DESK = b"desk"
LOOK = b"look"  # somebody could not say something: hold all rooms against the table


def tell_changes(changes: Sequence[Change]) -> None:
    others = shared.current()
    if others is None:
        return
    by_room: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        by_room[change.room].append(change)
    for room, some in by_room.items():
        others.say(topics.room(room), _written(some))


def tell_house(word: bytes) -> None:
    """FACTS, DESK or LOOK."""
    others = shared.current()
    if others is not None:
        others.say(topics.HOUSE, word)


def read_changes(room: int, words: bytes) -> list[Change]:
    """Raises ValueError for what none of ours has written."""
    rows: list[tuple[int, int | None, dict[str, Any]]] = orjson.loads(words)
    return [Change(room, seq, event, position) for seq, position, event in rows]


def _written(changes: Iterable[Change]) -> bytes:
    return orjson.dumps([(change.seq, change.position, change.event) for change in changes])
