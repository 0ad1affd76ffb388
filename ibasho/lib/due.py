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


@dataclass(frozen=True, slots=True)
class Work:
    name: str
    seconds: float
    func: Callable[[], object]


_registry: dict[str, Work] = {}


def every(seconds: float, name: str) -> Callable[[Func], Func]:
    """Have `func` run every so many seconds. A name registered again replaces the first."""

    def register(func: Func) -> Func:
        _registry[name] = Work(name, seconds, func)
        return func

    return register


def all_work() -> list[Work]:
    """Everything registered so far."""
    return list(_registry.values())


class Round:
    """One loop's memory of when it last did what. The first round does everything."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}

    def run_due(self) -> list[str]:
        """Run what is due, one after the other; return its names.

        Work that raises is logged and tried again at its next time; the rest still runs.
        """
        done = []
        for work in all_work():
            if self._next.get(work.name, -math.inf) <= self._clock():
                _run(work)
                self._next[work.name] = self._clock() + work.seconds
                done.append(work.name)
        return done

    def seconds_until_next(self) -> float:
        """How long the loop may rest; one minute if nothing is registered."""
        now = self._clock()
        waits = [self._next.get(work.name, -math.inf) - now for work in all_work()]
        return max(0.0, min(waits, default=60.0))


def _run(work: Work) -> None:
    try:
        work.func()
    except Exception:  # an edge: one piece of work must not stop the others
        logger.exception("due work %s did not finish", work.name)
        _drop_broken_connections()


def _drop_broken_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
