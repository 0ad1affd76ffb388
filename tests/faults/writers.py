"""People who write without pause at a real house, and remember what they were told is written."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ops.served import House, begin
from tests.patience import PATIENCE_SECONDS
from tests.wire import Browser, ClosedError, HandshakeRefusedError, Line

IN_FLIGHT = 4
AGAIN_SECONDS = 0.1


@dataclass
class Writer:
    """One seat in the room to try. `unanswered` is sent again, with the same ids, after every fault. `slowest`:
    the longest wait for an answer, also for `busy`; `latest`: the number of the latest words that are written;
    `ways`: other doors of the same house, each a port and that of whoever stands before it.
    """

    name: str
    port: int
    through: int = 0
    pause: float = 0.0
    unanswered: dict[str, str] = field(default_factory=dict)
    acked: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    written: int = 0
    line: Line | None = None
    welcome: dict[str, Any] = field(default_factory=dict)
    end: ClosedError | None = None
    busy: int = 0
    slowest: float = 0.0
    latest: int = 0
    ways: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browser = Browser(self.port, through=self.through)
        self._sent_at: dict[str, float] = {}
        self._numbers: dict[str, int] = {}
        self.told_at: dict[int, float] = {}  # by the number of the words

    async def sit_down(self, room: str, mode: str = "speak") -> None:
        self.room = room
        await self.browser.enter()
        answer = await self.browser.post(f"/rooms/{room}/door/", {"mode": mode, "call_name": self.name})
        assert answer.status == 303, answer.text

    async def come_in(self, query: str = "") -> float:
        """Open a line, as often as it takes; return the seconds until the welcome."""
        began = time.monotonic()
        while True:
            assert time.monotonic() - began < PATIENCE_SECONDS, f"{self.name} does not get in"
            try:
                self.line = await self.browser.line(f"/rooms/{self.room}/live{query}")
                self.welcome = await self.line.frame_of("welcome")
                return time.monotonic() - began
            except (OSError, ClosedError, HandshakeRefusedError, asyncio.IncompleteReadError):
                self._try_the_next_door()
                await asyncio.sleep(0.02)

    def _try_the_next_door(self) -> None:
        if self.ways:
            here = self.ways.index((self.browser.port, self.browser.through))
            self.browser.port, self.browser.through = self.ways[(here + 1) % len(self.ways)]

    def hand_in(self, request_id: str, text: str) -> None:
        assert self.line is not None
        self.unanswered[request_id] = text
        self._sent_at[request_id] = time.monotonic()
        self.line.send({"type": "post", "id": request_id, "text": text})

    async def write_until(self, stop: asyncio.Event) -> None:
        """Keep a few words on their way until told to stop or cut off; first what is unanswered."""
        assert self.line is not None
        for request_id, text in list(self.unanswered.items()):
            self.hand_in(request_id, text)
        while True:
            while len(self.unanswered) < IN_FLIGHT and not stop.is_set():
                self.written += 1
                # a bare number behind a name is asked about, as if it were somebody's
                request_id = str(uuid.uuid4())
                self._numbers[request_id] = self.written
                self.hand_in(request_id, f"{self.name}の {self.written}番めの言葉です。")
            if not self.unanswered:
                return
            try:
                if self._hear(await self.line.frame()):
                    await asyncio.sleep(self.pause)
            except TimeoutError:  # an OSError as well, but nobody cut the line: words were never answered
                raise
            except (ClosedError, OSError) as end:
                self.end = end if isinstance(end, ClosedError) else None
                await self.line.close()
                self.line = None
                return

    def _hear(self, frame: dict[str, Any]) -> bool:
        """Whether it was an answer to own words."""
        if frame.get("id") in self._sent_at:
            self.slowest = max(self.slowest, time.monotonic() - self._sent_at.pop(frame["id"]))
        if frame["type"] == "posted":
            text = self.unanswered.pop(frame["id"], None)
            if text is not None:
                self.acked[frame["id"]] = (frame["message"], frame["seq"], text)
                self.told_at[frame["seq"]] = time.monotonic()
                self.latest = max(self.latest, self._numbers.pop(frame["id"]))
        elif frame["type"] == "refused" and frame["code"] == "busy":
            self.busy += 1
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._hand_in_again, frame["id"])
        else:
            assert frame["type"] not in ("refused", "asked", "held"), frame
        return frame["type"] in ("posted", "refused")

    def _hand_in_again(self, request_id: str) -> None:
        if self.line is not None and request_id in self.unanswered:
            self.hand_in(request_id, self.unanswered[request_id])


async def started(data: Path, port: int, **environment: str) -> House:
    """A real house on this folder, serving; the sample house if the folder is new."""
    await asyncio.to_thread(begin, data)
    house = House(data, port=port, IBASHO_RATE_LIMITS="off", **environment)
    await asyncio.to_thread(house.wait_until_it_serves)
    return house


async def whole_room(browser: Browser, room: str) -> list[dict[str, Any]]:
    """Every message the page gives, from the first to the last."""
    messages: list[dict[str, Any]] = []
    before = ""
    while True:
        answer = await browser.get(f"/rooms/{room}/messages/{before}", as_json=True)
        page = answer.json()
        messages = page["messages"] + messages
        if not page["more"]:
            return messages
        before = f"?before={page['messages'][0]['position']}"
