"""Who is told of what was found in words, in the transaction that writes them; told by the parts above."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ibasho.rooms.models import Finding

Hear = Callable[[Sequence[Finding]], object]
_hearers: list[Hear] = []


def register(hear: Hear) -> None:
    """`hear(findings)` does what follows from findings that have just been written."""
    if hear not in _hearers:
        _hearers.append(hear)


def tell(findings: Sequence[Finding]) -> None:
    """Behind the lock of their rooms, after the rows of the words they are about."""
    for hear in _hearers:
        hear(findings)
