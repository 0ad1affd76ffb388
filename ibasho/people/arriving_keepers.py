"""What must happen when a link made somebody a keeper, or brought one back, told by the parts that note it."""

from __future__ import annotations

from collections.abc import Callable

Arrival = Callable[[int, str, int | None, str], object]
_arrivals: list[Arrival] = []


def register(arrival: Arrival) -> None:
    """`arrival(keeper_id, verb, made_by, link)`: whose account, `begin_keeper` or `return_keeper`, whose link,
    and the hash of its token.
    """
    if arrival not in _arrivals:
        _arrivals.append(arrival)


def run(keeper_id: int, verb: str, made_by: int | None, link: str) -> None:
    """In the transaction that uses up the link, and last of all in it, as the log is locked everywhere."""
    for arrival in _arrivals:
        arrival(keeper_id, verb, made_by, link)
