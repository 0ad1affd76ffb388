"""Who is told of what was found in words and in names, in the transaction that writes them; told by the parts above."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ibasho.rooms.models import Finding, Seat
from ibasho.screening import Finding as FoundInName

Hear = Callable[[Sequence[Finding]], object]
HearOfName = Callable[[Seat, Sequence[FoundInName]], object]
_hearers: list[Hear] = []
_hearers_of_names: list[HearOfName] = []


def register(hear: Hear) -> None:
    """`hear(findings)` does what follows from findings that have just been written."""
    if hear not in _hearers:
        _hearers.append(hear)


def tell(findings: Sequence[Finding]) -> None:
    """Behind the lock of their rooms, after the rows of the words they are about."""
    for hear in _hearers:
        hear(findings)


def register_for_names(hear: HearOfName) -> None:
    """`hear(seat, findings)` does what follows from what was found in the name that a seat has taken."""
    if hear not in _hearers_of_names:
        _hearers_of_names.append(hear)


def tell_of_name(seat: Seat, findings: Sequence[FoundInName]) -> None:
    """Behind the lock of its room, after the row of the seat; of nothing nobody is told."""
    for hear in _hearers_of_names if findings else ():
        hear(seat, findings)
