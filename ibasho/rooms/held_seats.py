"""What keeps a seat from being swept away, told by the parts above."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

_conditions: list[Callable[[], Q]] = []


def register(condition: Callable[[], Q]) -> None:
    """`condition()` is a question over seats: true for those that something still hangs on."""
    if condition not in _conditions:
        _conditions.append(condition)


def unheld() -> Q:
    """Seats on which nothing hangs."""
    found = Q()
    for condition in _conditions:
        found &= ~condition()
    return found
