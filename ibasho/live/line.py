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


class Outlet:
    """Where ready-made frames go to one reader.

    `write` always may be called. `send` is the shorter way, and there only while the line is open and
    nothing lies before new words: it returns how many bytes went, or raises OSError. Who finds
    that not all went gives the rest to `write`.
    """

    __slots__ = ("send", "write")

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write
        self.send: Callable[[bytes], int] | None = None


class FramedWay(PlainWay):
    """Our own server takes frames ready-made; only closing still goes by ASGI."""

    def __init__(self, send: Send, outlet: Outlet) -> None:
        super().__init__(send)
        self.outlet = outlet

    def write(self, package: Package) -> None:
        self.outlet.write(package.framed)


def way_of(scope: Mapping[str, Any], send: Send) -> Way:
    outlet = (scope.get("extensions") or {}).get("ibasho.frames")
    return PlainWay(send) if outlet is None else FramedWay(send, outlet)


def _write_nothing(data: bytes) -> None:
    raise NotImplementedError("this line has no outlet")


_NO_OUTLET = Outlet(_write_nothing)


class Line:
    """A reader. `who` belongs to those who opened the line; the hub only hands it back.

    `number` is the last change written while the line stands apart from its room;
    `held` is a list while a read is under way, and live changes wait in it.
    """

    __slots__ = (
        "held",
        "history_from",
        "invitations",
        "is_welcomed",
        "number",
        "outlet",
        "pending",
        "person",
        "room",
        "seat",
        "session",
        "told",
        "way",
        "who",
    )

    def __init__(
        self, way: Way, *, room: int, seat: str, person: int, session: str, history_from: int, who: object
    ) -> None:
        self.way = way
        # taken out here, because delivery asks for it once for each line and batch
        self.outlet: Outlet = getattr(way, "outlet", _NO_OUTLET)
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
        self.invitations: dict[str, Mapping[str, Any]] = {}

    def hear_of(self, notice: Mapping[str, Any]) -> None:
        """It is told on this line, and not again; an invitation may be taken back."""
        notice_id = str(notice["id"])
        self.told.add(notice_id)
        if "room" in notice:
            self.invitations[notice_id] = notice

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
