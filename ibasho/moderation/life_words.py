"""Where words about dying may wait outside the rooms, told by the parts that keep them: notes, posts, applications.

A part registers its kind in `ready()`. What waits there reaches the escalation list as an incident does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

Waiting = Callable[[], QuerySet[Any]]
_kinds: dict[str, Waiting] = {}


def register(kind: str, waiting: Waiting) -> None:
    """`waiting()`: the rows about dying that nobody has put away, answered or decided yet."""
    _kinds[kind] = waiting


def kinds() -> Mapping[str, Waiting]:
    return _kinds
