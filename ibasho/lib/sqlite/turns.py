"""Whose turn it is to write: one lock for the process, first come, first served.

SQLite lets one connection write and makes the others poll, without an order: beside a
busy writer a page could poll for two seconds and lose every time. Here they queue.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

UNBROKEN_SECONDS = 0.2
GAP_SECONDS = 0.005
_LOOK_SECONDS = 0.25


class TooLong(Exception):
    """The turn did not come in time."""


class _Waiter:
    __slots__ = ("abandon", "event", "has_turn", "thread")

    def __init__(self, abandon: Callable[[], object]) -> None:
        self.abandon = abandon
        self.event = threading.Event()
        self.has_turn = False
        self.thread = threading.current_thread()


class Turns:
    """A fair lock that survives the death of its holder's thread.

    Other processes (`ibasho` commands) do not stand in this queue; after 0.2 s of writing
    without a break the next holder waits 5 ms, so that they find the file free.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._guard = threading.Lock()
        self._holder: _Waiter | None = None
        self._queue: deque[_Waiter] = deque()
        self._unbroken_since = 0.0
        self._given_back_at = -1.0

    def take(self, timeout: float, abandon: Callable[[], object] = lambda: None) -> object:
        """Wait for the turn; return the token that gives it back. Raises `TooLong`.

        `abandon` is called by another thread if this one dies with the turn: it must undo
        what was begun.
        """
        me = _Waiter(abandon)
        with self._guard:
            self._forget_the_dead()
            if self._holder is None and not self._queue:
                me.has_turn = True
                self._holder = me
            else:
                self._queue.append(me)
        if not me.has_turn:
            self._wait(me, timeout)
        self._leave_a_gap()
        return me

    def give_back(self, token: object) -> None:
        """Hand the turn to the next in the queue. Giving back twice is harmless."""
        with self._guard:
            if self._holder is token:
                self._given_back_at = self._clock()
                self._pass_on()

    def _pass_on(self) -> None:
        self._holder = None
        while self._queue and self._holder is None:
            next_one = self._queue.popleft()
            if next_one.thread.is_alive():
                next_one.has_turn = True
                self._holder = next_one
                next_one.event.set()

    def _forget_the_dead(self) -> None:
        if self._holder is not None and not self._holder.thread.is_alive():
            self._holder.abandon()
            self._pass_on()

    def _wait(self, me: _Waiter, timeout: float) -> None:
        end = self._clock() + timeout
        while not me.event.wait(max(0.0, min(_LOOK_SECONDS, end - self._clock()))):
            with self._guard:
                self._forget_the_dead()
                if me.has_turn:
                    return
                if self._clock() >= end:
                    self._queue.remove(me)
                    raise TooLong

    def _leave_a_gap(self) -> None:
        now = self._clock()
        if now - self._given_back_at >= GAP_SECONDS:
            self._unbroken_since = now
        elif now - self._unbroken_since >= UNBROKEN_SECONDS:
            self._sleep(GAP_SECONDS)
            self._unbroken_since = self._clock()


_all: dict[str, Turns] = {}
_all_guard = threading.Lock()


def turns_for(file: str) -> Turns:
    """The one queue of this process for a database file."""
    with _all_guard:
        return _all.setdefault(file, Turns())
