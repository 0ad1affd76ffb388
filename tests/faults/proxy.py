"""A line between two sides that misbehaves as it is told: by a seed, so that a printed run can be played again.

Bytes keep their order. A hole takes them in and keeps them until it is over; a cut is a reset for both sides.
"""

from __future__ import annotations

import asyncio
import math
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType

PIECE_BYTES = 65_536
ON_THE_WAY = 64
_MESSAGE = re.compile(rb"[*>]\d\r\n\$\d\r\n[ps]?message\r\n")
Read = Callable[[asyncio.StreamReader], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Weather:
    """Seconds, bytes in a second for each way of each connection, and the share of pub/sub messages lost."""

    delay: float = 0.0
    jitter: float = 0.0
    rate: float = math.inf
    lost: float = 0.0


class Proxy:
    """Listens on a free port of loopback for as long as the block runs. `weather` may be set at any time."""

    def __init__(self, target: int, seed: int, *, read: Read | None = None) -> None:
        self.target = target
        self.weather = Weather()
        self.lost = 0
        self._read = read or _read_some
        self._chance = random.Random(seed)
        self._passes = asyncio.Event()
        self._passes.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pairs: list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = []

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def connections(self) -> int:
        return len(self._pairs)

    def cut(self, share: float = 1.0) -> int:
        """Reset this share of the open connections; returns how many these were."""
        chosen = [pair for pair in self._pairs if self._chance.random() < share]
        for pair in chosen:
            self._pairs.remove(pair)
            _abort(*pair)
        return len(chosen)

    def swallow(self) -> None:
        """From now on nothing arrives, and nobody is told: new connections are taken and lead nowhere."""
        self._passes.clear()

    def let_through(self) -> None:
        """What was swallowed arrives now."""
        self._passes.set()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._passes.wait()
            there, onward = await asyncio.open_connection("127.0.0.1", self.target)
        except (OSError, asyncio.CancelledError):
            _abort(writer)
            return
        pair = (writer, onward)
        self._pairs.append(pair)
        ways = [
            asyncio.create_task(self._one_way(reader, onward, _read_some)),
            asyncio.create_task(self._one_way(there, writer, self._read)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            if pair in self._pairs:
                self._pairs.remove(pair)
            for end in pair:
                end.close()

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, read: Read) -> None:
        """Ends when what was said last has arrived, or cannot any more."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(ON_THE_WAY)
        arriving = asyncio.create_task(self._arrive(on_the_way, writer))
        now = asyncio.get_running_loop().time
        try:
            try:
                while data := await read(reader):
                    if not self._is_lost(data):
                        await on_the_way.put((now() + self._delay(), data))
            except (OSError, asyncio.IncompleteReadError):
                data = b""
            await on_the_way.put((now(), b""))
            await arriving
        finally:
            arriving.cancel()

    async def _arrive(
        self, on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                due, data = await on_the_way.get()
                await asyncio.sleep(due - asyncio.get_running_loop().time())
                await self._passes.wait()
                if not data:
                    return
                await asyncio.sleep(len(data) / self.weather.rate)
                writer.write(data)
                await writer.drain()
        except OSError:
            return

    def _delay(self) -> float:
        return self.weather.delay + self._chance.uniform(-1, 1) * self.weather.jitter

    def _is_lost(self, data: bytes) -> bool:
        share = self.weather.lost
        is_lost = share > 0 and _MESSAGE.match(data) is not None and self._chance.random() < share
        self.lost += is_lost
        return is_lost


def _abort(*writers: asyncio.StreamWriter) -> None:
    for writer in writers:
        writer.transport.abort()


async def _read_some(reader: asyncio.StreamReader) -> bytes:
    return await reader.read(PIECE_BYTES)


async def read_reply(reader: asyncio.StreamReader) -> bytes:
    """One whole reply of Redis, or nothing at the end: `read` of a proxy that is to lose single messages."""
    line = await reader.readuntil(b"\r\n")
    kind, size = line[:1], line[1:-2]
    if kind in b"$=!":
        return line + (await reader.readexactly(int(size) + 2) if size != b"-1" else b"")
    if kind in b"*>~%":
        parts = [await read_reply(reader) for _ in range(int(size) * (2 if kind == b"%" else 1))]
        return line + b"".join(parts)
    return line
