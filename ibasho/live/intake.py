"""How fast one line is read: no faster than its reader may write."""

from __future__ import annotations

import itertools
import time

from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal

WAITING_FRAMES = 32  # handed in and not yet taken up
FRAGMENTS = 256  # of one message of 16 KiB
AFTER_GOODBYE = 200  # steps in which the other side's good-bye is looked for among what still comes

_numbers = itertools.count(1)


class Intake:
    """Counts what comes on one line. `take_frame` and `take_idle` say whether the line may go on."""

    __slots__ = ("_after_goodbye", "_fragments", "_key", "_rests_until")

    def __init__(self) -> None:
        self._key = f"intake-{next(_numbers)}"
        self._rests_until = 0.0
        self._fragments = 0
        self._after_goodbye = 0

    @property
    def rest(self) -> float:
        """Seconds until the next frame may be read."""
        return max(0.0, self._rests_until - time.monotonic())

    def take_frame(self) -> bool:
        """A whole message came. One too many is not lost: the next is only read later."""
        try:
            rate_limit.take("frame", self._key)
        except Refusal as refusal:
            self._rests_until = time.monotonic() + (refusal.retry_after or 1)
            return self._take("flood")
        return True

    def take_idle(self) -> bool:
        """A ping, a pong, or a frame without content."""
        return self._take("idle_frame")

    def take_fragment(self, *, is_first: bool) -> bool:
        self._fragments = 0 if is_first else self._fragments + 1
        return self._fragments < FRAGMENTS

    def take_after_goodbye(self) -> bool:
        self._after_goodbye += 1
        return self._after_goodbye <= AFTER_GOODBYE

    def _take(self, verb: str) -> bool:
        try:
            rate_limit.take(verb, self._key)
        except Refusal:
            return False
        return True
