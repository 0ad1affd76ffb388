"""Due work: what the house does by itself from time to time.

What is due lives in the database; a piece of work claims its rows by a conditional
update, so it may run twice and in several processes. Apps register theirs in
`AppConfig.ready()`; `ibasho tend` is the loop that runs them.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connections

Func = TypeVar("Func", bound=Callable[[], object])
logger = logging.getLogger(__name__)

JUMP_SECONDS = 60.0
HOLD_SECONDS = 120.0
_LOOK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Work:
    name: str
    seconds: float
    func: Callable[[], object]
    forgets: bool = False


_registry: dict[str, Work] = {}


def every(seconds: float, name: str, *, forgets: bool = False) -> Callable[[Func], Func]:
    """Have `func` run every so many seconds. A name registered again replaces the first.

    `forgets`: it ends what is past its days, and does nothing else; a restore runs these before anybody comes in.
    """

    def register(func: Func) -> Func:
        _registry[name] = Work(name, seconds, func, forgets)
        return func

    return register


def all_work() -> list[Work]:
    """Everything registered so far."""
    return list(_registry.values())


def forget_what_is_over() -> None:
    """Run everything that forgets, now. What raises stops it."""
    for work in all_work():
        if work.forgets:
            work.func()


class Round:
    """One loop's memory of when it last did what. The first round does everything.

    A clock that jumps would close every room and purge every word at once. So when the wall clock and the
    monotonic one part by more than `jump_seconds` between two rounds, everything waits for `hold_seconds`:
    time for the clock to be set right again, and for keepers to be seen again.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        wall: Callable[[], float] = time.time,
        jump_seconds: float = JUMP_SECONDS,
        hold_seconds: float = HOLD_SECONDS,
    ) -> None:
        self._clock = clock
        self._wall = wall
        self._jump_seconds = jump_seconds
        self._hold_seconds = hold_seconds
        self._next: dict[str, float] = {}
        self._apart = wall() - clock()
        self._held_until = -math.inf

    def run_due(self) -> list[str]:
        """Run what is due, one after the other; return its names. Nothing while the clock is not trusted.

        Work that raises is logged and tried again at its next time; the rest still runs.
        """
        done = []
        for work in all_work():
            # asked before each: a piece of work may take long, and the clock jump meanwhile
            if self._is_held():
                break
            if self._next.get(work.name, -math.inf) <= self._clock():
                _run(work)
                self._next[work.name] = self._clock() + work.seconds
                done.append(work.name)
        return done

    def seconds_until_next(self) -> float:
        """How long the loop may rest; one minute if nothing is registered."""
        now = self._clock()
        if now < self._held_until:
            return min(_LOOK_AGAIN_SECONDS, self._held_until - now)
        waits = [self._next.get(work.name, -math.inf) - now for work in all_work()]
        return max(0.0, min(waits, default=60.0))

    def _is_held(self) -> bool:
        apart = self._wall() - self._clock()
        jump, self._apart = apart - self._apart, apart
        if abs(jump) > self._jump_seconds:
            self._held_until = self._clock() + self._hold_seconds
            logger.critical(
                "THE CLOCK JUMPED BY %+.0f SECONDS: due work waits for %.0f s. Check the time of this machine.",
                jump,
                self._hold_seconds,
            )
        return self._clock() < self._held_until


def _run(work: Work) -> None:
    try:
        work.func()
    except Exception:  # an edge: one piece of work must not stop the others
        logger.exception("due work %s did not finish", work.name)
        drop_broken_connections()


def drop_broken_connections() -> None:
    """After something raised, so that what comes next may reach the database again."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
