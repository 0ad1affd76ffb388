"""One open line: a reader in a room, and the way bytes get there."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from ibasho.live.package import Encoded, Package

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Way(Protocol):
    """How packages leave the process. Neither call waits."""

    def write(self, package: Package) -> None: ...

    def close(self, code: int, reason: str) -> None: ...


class PlainWay:
    """ASGI as any server speaks it: one task at a time, only while there is something to send."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: deque[dict[str, Any]] = deque()
        self._task: asyncio.Task[None] | None = None

    def write(self, package: Package) -> None:
        self._queue.extend({"type": "websocket.send", "text": text} for text in package.texts)
        self._go()

    def close(self, code: int, reason: str) -> None:
        self._queue.append({"type": "websocket.close", "code": code, "reason": reason})
        self._go()

    def _go(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._empty())

    async def _empty(self) -> None:
        try:
            while self._queue:
                await self._send(self._queue.popleft())
        finally:
            self._task = None


class FramedWay(PlainWay):
    """Our own server takes frames ready-made; only closing still goes by ASGI."""

    def __init__(self, send: Send, write_frames: Callable[[bytes], None]) -> None:
        super().__init__(send)
        self.write_frames = write_frames

    def write(self, package: Package) -> None:
        self.write_frames(package.framed)


def way_of(scope: Mapping[str, Any], send: Send) -> Way:
    write_frames = (scope.get("extensions") or {}).get("ibasho.frames")
    return PlainWay(send) if write_frames is None else FramedWay(send, write_frames)


class Line:
    """A reader. `who` belongs to those who opened the line; the hub only hands it back.

    `number` is the last change written while the line stands apart from its room;
    `held` is a list while a read is under way, and live changes wait in it.
    """

    __slots__ = (
        "held",
        "history_from",
        "is_welcomed",
        "number",
        "pending",
        "person",
        "room",
        "seat",
        "session",
        "told",
        "way",
        "who",
        "write_frames",
    )

    def __init__(
        self, way: Way, *, room: int, seat: str, person: int, session: str, history_from: int, who: object
    ) -> None:
        self.way = way
        # taken out here, because delivery asks for it once for each line and batch
        self.write_frames: Callable[[bytes], None] | None = getattr(way, "write_frames", None)
        self.room = room
        self.seat = seat
        self.person = person
        self.session = session
        self.history_from = history_from
        self.who = who
        self.number = 0
        self.is_welcomed = False
        self.held: list[Encoded] | None = []
        self.pending: list[bytes] = []
        self.told: set[str] = set()

    def write(self, package: Package) -> None:
        """Write `package` behind whatever this line alone still has to get, in one piece."""
        if self.pending:
            package = Package([*self.pending, *package.payloads])
            self.pending = []
        self.way.write(package)

    def flush(self) -> None:
        """Write what this line alone still has to get; before its welcome nothing goes out."""
        if self.pending and self.is_welcomed:
            mine, self.pending = Package(self.pending), []
            self.way.write(mine)
