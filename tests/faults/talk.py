"""A room in which nobody stops writing, and readers who do what a page does; whoever is cut comes back."""

from __future__ import annotations

import asyncio
import bisect
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from tests.faults.outcome import Outcome, outcome
from tests.faults.reader import View
from tests.faults.writers import Writer, whole_room
from tests.wire import ClosedError, Line

ROOM = "tameshi"
NAMES = ("なぎ", "おぼろ", "とりのす", "ふゆみかん")
SETTLE_SECONDS = 25.0


class Reader(Writer):
    """Watches; what its screen shows is in `view`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.view = View()
        self.stood_at: list[tuple[int, float]] = []  # numbers, and when the view came to them

    async def watch(self) -> None:
        while True:
            if self.view.must_load:
                await self._load()
            await self._come_back()
            assert self.line is not None
            try:
                await self._listen(self.line)
            except (ClosedError, OSError):
                continue
            finally:
                await self.line.close()

    async def _load(self) -> None:
        """The pages down to what is known: in this room nothing changes any more once it is written."""
        known, pages = self.view.rows, [await self._page("")]
        while pages[-1]["more"] and not any(message["id"] in known for message in pages[-1]["messages"]):
            pages.append(await self._page(f"?before={pages[-1]['messages'][0]['position']}"))
        self.view.load(pages)
        self.view.rows = known | self.view.rows

    async def _page(self, query: str) -> Any:
        while True:
            try:
                answer = await self.browser.get(f"/rooms/{self.room}/messages/{query}", as_json=True)
            except (OSError, EOFError):
                answer = None
            if answer is not None and answer.status == 200:
                return answer.json()
            await asyncio.sleep(0.1)

    async def _come_back(self) -> None:
        await self.come_in(f"?epoch={self.view.epoch}&since={self.view.last}")
        self.view.catch_up(self.welcome)

    async def _listen(self, line: Line) -> None:
        is_filling = False
        while not self.view.must_load:
            frame = await line.frame()
            if frame["type"] == "fill":
                self.view.catch_up(frame)
                is_filling = False
            else:
                self.view.hear(frame)
            self.stood_at.append((self.view.last, time.monotonic()))
            if self.view.has_gap and not is_filling:
                line.send({"type": "fill", "since": self.view.last})
                is_filling = True


class Talk:
    """`async with` it: everybody is there and writes. `ports`: several processes of one house."""

    def __init__(
        self,
        *ports: int,
        through: Sequence[int] = (),
        readers: int = 2,
        writers: int = 4,
        pause: float = 0.0,
    ) -> None:
        ways = list(zip(ports, through or (0,) * len(ports), strict=True))
        self.writers = [
            Writer(name, *ways[number % len(ways)], pause=pause)
            for number, name in enumerate(NAMES[:writers])
        ]
        self.readers = [Reader("", *ways[number % len(ways)]) for number in range(readers)]
        self._stop = asyncio.Event()

    @property
    def busy(self) -> int:
        return sum(writer.busy for writer in self.writers)

    @property
    def slowest(self) -> float:
        return max(writer.slowest for writer in self.writers)

    async def __aenter__(self) -> Talk:
        for person in (*self.writers, *self.readers):
            person.ways = [(one.port, one.through) for one in self.writers]
            await person.sit_down(ROOM, mode="observe" if person in self.readers else "speak")
        self._writing = [asyncio.create_task(self._write(writer)) for writer in self.writers]
        self._reading = [asyncio.create_task(reader.watch()) for reader in self.readers]
        await self.goes_on()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [*self._writing, *self._reading]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for person in (*self.writers, *self.readers):
            if person.line is not None:
                await person.line.close()

    async def _write(self, writer: Writer) -> None:
        while not (self._stop.is_set() and not writer.unanswered):
            await writer.come_in()
            await writer.write_until(self._stop)

    async def goes_on(self, within: float = 60.0) -> float:
        """Until everybody's words of now are written and every reader has seen them; the seconds it took."""
        began = time.monotonic()
        before = [(writer, writer.written) for writer in self.writers]
        async with asyncio.timeout(within):
            await asyncio.gather(*(self._is_written(writer, number) for writer, number in before))
            seq = max(answer[1] for writer in self.writers for answer in writer.acked.values())
            await asyncio.gather(*(self._has_seen(reader, seq) for reader in self.readers))
        return time.monotonic() - began

    async def _is_written(self, writer: Writer, before: int) -> None:
        while writer.latest <= before:
            self._raise_faults()
            await asyncio.sleep(0.02)

    async def _has_seen(self, reader: Reader, seq: int) -> None:
        while reader.view.last < seq:
            self._raise_faults()
            await asyncio.sleep(0.02)

    def _raise_faults(self) -> None:
        for task in (*self._writing, *self._reading):
            if task.done() and not self._stop.is_set():
                task.result()
                raise AssertionError("somebody has gone home early")

    def waits(self) -> list[float]:
        """The seconds from each answer to a writer until the slowest reader had those words, in their order."""
        told = sorted((seq, at) for writer in self.writers for seq, at in writer.told_at.items())
        slowest = [0.0] * len(told)
        for reader in self.readers:
            numbers = [number for number, _ in reader.stood_at]
            for place, (seq, at) in enumerate(told):
                seen = bisect.bisect_left(numbers, seq)
                if seen < len(numbers):
                    slowest[place] = max(slowest[place], reader.stood_at[seen][1] - at)
        return slowest

    def fall_silent(self) -> None:
        """Nobody begins anything new."""
        self._stop.set()

    async def end(self) -> Outcome:
        """Everybody finishes; then every screen shows what a page does, within the time of a beat."""
        self.fall_silent()
        await asyncio.gather(*self._writing)
        browser = self.writers[0].browser
        stored = await whole_room(browser, ROOM)
        page = (await browser.get(f"/rooms/{ROOM}/messages/", as_json=True)).json()
        async with asyncio.timeout(SETTLE_SECONDS):
            await asyncio.gather(*(self._has_seen(reader, page["seq"]) for reader in self.readers))
        for reader in self.readers:
            assert reader.view.in_order() == stored
        return outcome(self.writers, stored)
