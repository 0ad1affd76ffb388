"""Whether anybody may be called about a danger to a life while nobody is in its room; told by the part above that calls."""

from __future__ import annotations

from collections.abc import Callable

Asks = Callable[[], bool]
_asked: list[Asks] = []


def register(asks: Asks) -> None:
    """`asks()`: whether it would reach somebody at this minute."""
    if asks not in _asked:
        _asked.append(asks)


def may_be_called() -> bool:
    """Whether anybody may hear of it, on duty elsewhere or outside the house."""
    return any(asks() for asks in _asked)
