"""The way from one browser to the house, which a test can cut, silence, or rob of its answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

_WELCOME = b"\x05\x00"
_CONNECTED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
_ADDRESS_BYTES = {1: 4, 4: 16}
_CHUNK = 65_536


class Tunnel:
    """A SOCKS5 relay on loopback. What was held back while it is silent arrives when it is open again."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._there, self._back = asyncio.Event(), asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self._do(self._begin())

    @property
    def address(self) -> str:
        return f"socks5://127.0.0.1:{self._port}"

    def open(self) -> None:
        """The network is there."""
        self._do(self._let(there=True, back=True))

    def silence(self) -> None:
        """Nothing comes through and nothing is refused: the middle of a tunnel."""
        self._do(self._let(there=False, back=False))

    def swallow_answers(self) -> None:
        """What the browser sends arrives; what the house answers does not."""
        self._do(self._let(there=True, back=False))

    def cut(self) -> None:
        """Every connection ends, what was held back is lost, and new ones are refused."""
        self._do(self._cut())

    def close(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=5)

    async def _begin(self) -> None:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self._port = int(self._server.sockets[0].getsockname()[1])
        await self._let(there=True, back=True)

    async def _let(self, *, there: bool, back: bool) -> None:
        self._is_cut = False
        for way, is_open in ((self._there, there), (self._back, back)):
            if is_open:
                way.set()
            else:
                way.clear()

    async def _cut(self) -> None:
        self._is_cut = True
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()

    async def _end(self) -> None:
        await self._cut()
        self._server.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        me = asyncio.current_task()
        assert me
        self._tasks.add(me)
        self._writers.add(writer)
        try:
            if not self._is_cut:
                await self._join(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(me)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", await _wanted(reader, writer))
        self._writers.add(far_writer)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, far_writer, self._there))
                both.create_task(_pump(far_reader, writer, self._back))
        except ExceptionGroup:
            pass
        finally:
            far_writer.transport.abort()
            self._writers.discard(far_writer)


async def _wanted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    """The port the browser asks for; the host is always this machine."""
    _, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(_WELCOME)
    *_, kind = await reader.readexactly(4)
    length = _ADDRESS_BYTES.get(kind) or (await reader.readexactly(1))[0]
    await reader.readexactly(length)
    port = int.from_bytes(await reader.readexactly(2))
    writer.write(_CONNECTED)
    return port


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event) -> None:
    while data := await reader.read(_CHUNK):
        await way.wait()
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
