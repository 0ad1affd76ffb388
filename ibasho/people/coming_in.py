"""What a passer-by takes along when they come in, told by the parts that keep it.

Everything else that pages left in the browser is dropped at the door: it may have been somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable

from ibasho.people.sessions import SessionStore

Give = Callable[[SessionStore], object]
Take = Callable[[SessionStore], Give | None]
_takers: list[Take] = []


def register(take: Take) -> None:
    """`take(session)` looks before the door; what it returns puts it down behind it, under the new key."""
    if take not in _takers:
        _takers.append(take)


def taken_along(session: SessionStore) -> list[Give]:
    return [give for take in _takers if (give := take(session)) is not None]
