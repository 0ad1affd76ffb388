"""What the processes of one house share, where it has several. Without `REDIS_URL` it has one, and shares nothing.

Whatever is asked here may remain unanswered: the table stays the truth, and each process counts for itself too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from ibasho.lib import env


@dataclass(frozen=True, slots=True)
class Counted:
    """One count: `amount` in `seconds`, with `even` and `then` as `lib.rate_limit.Limit` says."""

    name: str
    amount: int
    seconds: float
    even: bool
    then: float | None


class Shared(Protocol):
    """`me` stands before everything this process says, `prefix` before every name. While not `is_well`, nothing is said
    and nothing counted together.
    """

    is_well: bool
    me: bytes
    url: str
    prefix: str
    at_return: Callable[[], None] | None

    def say(self, topic: str, words: bytes) -> None:
        """To every process that listens to `topic`, soon, and never twice. Never waits; may be lost."""
        ...

    def count(self, counts: Sequence[Counted]) -> float:
        """Count once more under all of `counts`, or under none: seconds until it is free, 0 if it was counted."""
        ...

    def take_back(self, counts: Sequence[Counted]) -> None: ...

    def day_key(self, mine: bytes, seconds: float) -> tuple[bytes, float] | None:
        """The key of this day, and for how many seconds it is still in use: `mine` where there is none."""
        ...

    def close(self) -> None: ...


_current: Shared | None = None


def current() -> Shared | None:
    return _current


@contextmanager
def sharing() -> Iterator[None]:
    """Share with the other processes, if `REDIS_URL` is set. Raises env.Wrong for a Redis that must not be used."""
    if not settings.REDIS_URL:
        yield
        return
    # only here: a house of one process does without the driver and its memory
    from ibasho.lib.shared_by_redis import SharedByRedis

    name, key = (env.derived(settings.HOUSE_SECRET, f"shared {of}") for of in ("name", "key"))
    here = SharedByRedis(settings.REDIS_URL, name[:16], bytes.fromhex(key))
    make_current(here)
    try:
        yield
    finally:
        make_current(None)
        here.close()


def make_current(shared: Shared | None) -> None:
    global _current
    _current = shared
