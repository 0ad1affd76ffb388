"""What ending a duty would do, said before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from ibasho.desk.queries.rooms import RoomLine


def would_rest(lines: Sequence[RoomLine], duty_name: str) -> list[RoomLine]:
    """The rooms of this keeper that are open and have too few keepers without them."""
    return [line for line in lines if line.is_mine and line.is_open and _lacks(line, duty_name)]


def _lacks(line: RoomLine, duty_name: str) -> bool:
    counted = [watcher for watcher in line.keepers if watcher.name not in line.now.learners]
    others = [watcher for watcher in counted if watcher.name != duty_name and not watcher.is_gone]
    return len(others) < line.now.needed
