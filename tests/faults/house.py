"""What the room's machine asks of whoever serves: the application in its own process, or processes beside it."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from ibasho.people.models import Person
from tests.patience import PATIENCE_SECONDS
from tests.wire import Answer

T = TypeVar("T")
TURN_SECONDS = 0.001
CSRF = "f" * 32


class Wire(ABC):
    """One line as its client holds it. What has come lies in `frames`; `closed` is (code, reason) once over.

    `is_lost`: the other side was killed, nothing more comes, and nobody hears.
    """

    def __init__(self) -> None:
        self.closed: tuple[int, str] | None = None
        self.is_lost = False
        self._unheard: list[dict[str, Any]] = []

    @abstractmethod
    def send(self, frame: Mapping[str, Any]) -> None: ...

    def frames(self) -> list[dict[str, Any]]:
        """All that has come since last time."""
        found, self._unheard = self._unheard, []
        return found + self._take()

    def put_back(self, frames: list[dict[str, Any]]) -> None:
        """They were looked at too early: `frames` gives them again, first."""
        self._unheard = frames

    @abstractmethod
    def _take(self) -> list[dict[str, Any]]:
        """What has come, and whether that was all: then `closed` says how it ended."""


class House(ABC):
    """Between calls nothing runs here but what is already on a thread. It stands where its clock was moved to."""

    _loop: asyncio.AbstractEventLoop

    @abstractmethod
    def move_to(self, when: dt.datetime) -> None:
        """Set the clock, which stands still there."""

    @abstractmethod
    def turn(self, times: int) -> None:
        """Let that go on which is on its way, by so many small steps, and no further."""

    @abstractmethod
    def rest_between_sessions(self) -> None:
        """Whoever hung up is gone. In life it is hours."""

    @abstractmethod
    def kill(self, pick: int) -> None:
        """End at once, without a farewell to anybody, and begin anew with what is on disk. `pick`: who of several."""

    @abstractmethod
    def close(self) -> None:
        """Everybody goes home."""

    @abstractmethod
    def enter(self, standpoint: str) -> tuple[Person, str]:
        """Somebody new, who has said yes to the rules; and the cookie of their browser."""

    @abstractmethod
    def request(self, method: str, path: str, cookie: str, form: Mapping[str, str] | None = None) -> Answer:
        """A page's own request, asking for JSON; with the form's token if there is a form."""

    @abstractmethod
    def open(self, path: str, cookie: str, door: int) -> Wire:
        """A line by this door; what stands behind it serves meanwhile."""

    @abstractmethod
    def hang_up(self, wire: Wire) -> None: ...

    @abstractmethod
    def settle(self, epoch: str) -> None:
        """Wait until this is the epoch of all that serves."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Run until `is_so`, which is asked between the turns. Fails with `what` is wrong if it takes too long."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < end, what
            self.run(asyncio.sleep(TURN_SECONDS))

    def first_frame(self, wire: Wire) -> dict[str, Any]:
        """The welcome of a line that may be had; what comes behind it stays where it is."""
        came: list[dict[str, Any]] = []

        def has_come() -> bool:
            came.extend(wire.frames())
            return bool(came) or wire.closed is not None

        self.until(has_come, "no welcome")
        assert came, f"a line that may be had was closed: {wire.closed}"
        assert came[0]["type"] == "welcome"
        wire.put_back(came[1:])
        return came[0]
