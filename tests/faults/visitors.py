"""People who go on talking and reading through a proxy while the processes behind it are exchanged."""

from __future__ import annotations

import asyncio
import random
import re
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.faults.reader import View
from tests.wire import Answer, Browser, ClosedError, HandshakeRefusedError, Line

BETWEEN_WORDS = (3.1, 4.0)  # seconds; a seat may not write more often for long


@dataclass
class Seen:
    """What all of them saw of the proxy: answers by status, how lines ended, and what should not have been."""

    statuses: Counter[int] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    slowest: float = 0.0


class Visitor:
    """One seat. `acked` are words of which the house said that they are written."""

    def __init__(self, name: str, browser: Browser, slug: str, seen: Seen, chance: random.Random) -> None:
        self.name, self.browser, self.slug, self.seen, self.chance = name, browser, slug, seen, chance
        self.view = View()
        self.acked: list[str] = []
        self.unanswered: dict[str, str] = {}
        self._written = 0

    async def live(self, stop: asyncio.Event, goal: asyncio.Event) -> None:
        """Write until `stop`, and read until `goal`."""
        raise NotImplementedError

    async def ask(self, what: str, asking: Callable[[], Awaitable[Answer]]) -> Answer | None:
        began = time.monotonic()
        try:
            answer = await asking()
        except (OSError, asyncio.IncompleteReadError) as error:
            self.seen.troubles.append(f"{self.name}, {what}: {error!r}")
            return None
        self.seen.slowest = max(self.seen.slowest, time.monotonic() - began)
        self.seen.statuses[answer.status] += 1
        if answer.status >= 500:
            self.seen.troubles.append(f"{self.name}, {what}: {answer.status} {answer.text[:100]}")
        return answer

    async def get(self, path: str, *, as_json: bool = True) -> Answer | None:
        return await self.ask(path, lambda: self.browser.get(path, as_json=as_json))

    async def load(self) -> None:
        pages = [await self._page("")]
        while pages[-1]["more"]:
            pages.append(await self._page(f"?before={pages[-1]['messages'][0]['position']}"))
        self.view.load(pages)

    async def _page(self, query: str) -> dict[str, Any]:
        while True:
            answer = await self.get(f"/rooms/{self.slug}/messages/{query}")
            if answer is not None and answer.status == 200:
                found: dict[str, Any] = answer.json()
                return found
            await asyncio.sleep(1)

    def next_words(self) -> tuple[str, str]:
        self._written += 1
        request_id, text = str(uuid.uuid4()), f"{self.name}の {self._written}番めの言葉です。"
        self.unanswered[request_id] = text
        return request_id, text

    def answered(self, request_id: str) -> None:
        text = self.unanswered.pop(request_id, None)
        if text is not None:
            self.acked.append(text)

    def pause(self) -> float:
        return self.chance.uniform(*BETWEEN_WORDS)


class Talker(Visitor):
    """By a line: writes and reads, and comes back by its number when told 1012."""

    line: Line | None = None

    async def live(self, stop: asyncio.Event, goal: asyncio.Event) -> None:
        await self.load()
        while not goal.is_set():
            end = await self._talk_on(await self._come_in(), stop, goal)
            if end is not None:
                self.seen.ends[end.code] += 1
                within = float(end.reason) if end.reason.isdigit() else 1.0
                await asyncio.sleep(self.chance.uniform(0, within))

    async def _come_in(self) -> Line:
        while True:
            place = f"epoch={self.view.epoch}&since={self.view.last}"
            began = time.monotonic()
            try:
                line = await self.browser.line(f"/rooms/{self.slug}/live?{place}")
                welcome = await line.frame_of("welcome")
            except ClosedError as end:  # it came in just as that process ended
                self.seen.ends[end.code] += 1
                await asyncio.sleep(self.chance.uniform(0, 1))
                continue
            except (OSError, HandshakeRefusedError, asyncio.IncompleteReadError) as error:
                self.seen.troubles.append(f"{self.name}, coming in: {error!r}")
                await asyncio.sleep(0.5)
                continue
            self.seen.slowest = max(self.seen.slowest, time.monotonic() - began)
            self.view.catch_up(welcome)
            if self.view.must_load:
                await self.load()
            return line

    async def _talk_on(self, line: Line, stop: asyncio.Event, goal: asyncio.Event) -> ClosedError | None:
        frames: asyncio.Queue[dict[str, Any] | ClosedError] = asyncio.Queue()
        reading = asyncio.create_task(_read(line, frames))
        try:
            for request_id, text in self.unanswered.items():
                line.send({"type": "post", "id": request_id, "text": text})
            due = time.monotonic() + self.pause()
            while not goal.is_set():
                if time.monotonic() > due and not stop.is_set():
                    due = time.monotonic() + self.pause()
                    if not self.unanswered:
                        request_id, text = self.next_words()
                        line.send({"type": "post", "id": request_id, "text": text})
                try:
                    frame = await asyncio.wait_for(frames.get(), 0.2)
                except TimeoutError:
                    continue
                if isinstance(frame, ClosedError):
                    return frame
                await self._hear(line, frame)
            return None
        finally:
            reading.cancel()
            await line.close()

    async def _hear(self, line: Line, frame: dict[str, Any]) -> None:
        if frame["type"] == "posted":
            self.answered(frame["id"])
        elif frame["type"] == "refused":
            assert frame["code"] in ("busy", "too_fast", "pace"), frame
            await asyncio.sleep(frame.get("retry_after", 1))
            if frame["id"] in self.unanswered:
                line.send({"type": "post", "id": frame["id"], "text": self.unanswered[frame["id"]]})
        elif frame["type"] == "fill":
            self.view.catch_up(frame)
        elif frame["type"] != "notice":
            self.view.hear(frame)
            if self.view.has_gap:
                await asyncio.sleep(2)
                line.send({"type": "fill", "since": self.view.last})


class Poller(Visitor):
    """Without a line: reads by polls that wait, and writes by forms; `is_plain` also without JSON."""

    def __init__(self, *who: Any, is_plain: bool = False) -> None:
        super().__init__(*who)
        self.is_plain = is_plain

    async def live(self, stop: asyncio.Event, goal: asyncio.Event) -> None:
        await self.get(f"/rooms/{self.slug}/", as_json=False)  # with the token of its forms
        await self.load()
        await asyncio.gather(self._read(goal), self._write(stop))

    async def _read(self, goal: asyncio.Event) -> None:
        while not goal.is_set():
            place = f"epoch={self.view.epoch}&since={self.view.last}&wait={2 if self.is_plain else 5}"
            answer = await self.get(f"/rooms/{self.slug}/events/?{place}")
            if answer is None or answer.status != 200:
                await asyncio.sleep(1)
                continue
            self.view.catch_up(answer.json())
            if self.view.must_load:
                await self.load()

    async def _write(self, stop: asyncio.Event) -> None:
        while not stop.is_set() or self.unanswered:
            if not self.unanswered:
                self.next_words()
            request_id, text = next(iter(self.unanswered.items()))
            answer = await self.ask("a form", partial(self._hand_in, request_id, text))
            if answer is not None and answer.status in (201, 302, 303):
                self.answered(request_id)
            else:
                assert answer is None or answer.status in (429, 503), answer.text
            await asyncio.sleep(self.pause())

    async def _hand_in(self, request_id: str, text: str) -> Answer:
        fields = {"id": request_id, "text": text}
        path = f"/rooms/{self.slug}/messages/"
        return await self.browser.post(path, fields, as_json=not self.is_plain)


class Looker(Visitor):
    """Opens the page again and again, with what belongs to it."""

    async def live(self, stop: asyncio.Event, goal: asyncio.Event) -> None:
        await self.load()
        while not stop.is_set():
            page = await self.get(f"/rooms/{self.slug}/", as_json=False)
            if page is not None:
                assert page.status == 200
                for file in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page.text)[:2]:
                    found = await self.get(file)
                    assert found is None or found.status == 200, f"{file}: {found.status}"
            await asyncio.sleep(0.5)


async def _read(line: Line, frames: asyncio.Queue[dict[str, Any] | ClosedError]) -> None:
    while True:
        try:
            frames.put_nowait(await line.frame(60))
        except ClosedError as end:
            frames.put_nowait(end)
            return
