"""A reader that keeps what it is sent, and questions that a test answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from ibasho.live.changes import Change
from ibasho.live.hub import Asks, Facts, Hub, Pace, Verdict
from ibasho.live.line import Line
from ibasho.live.package import Package
from ibasho.live.room_lines import Pulse
from tests.patience import PATIENCE_SECONDS

ROOM = 7


class Ear:
    """A way that ends in a list. `writes` counts writes, `frames` what was in them."""

    def __init__(self) -> None:
        self.packages: list[Package] = []
        self.closed: tuple[int, str] | None = None

    def write(self, package: Package) -> None:
        self.packages.append(package)

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [orjson.loads(payload) for package in self.packages for payload in package.payloads]

    @property
    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.frames if frame["type"] == "message_posted"]


@dataclass(frozen=True)
class Standing:
    seq: int
    oldest: int = 1
    crowd: str = "quiet"
    epoch: str = "e"


@dataclass
class Table:
    """What the hub may ask, answered from here."""

    changes: list[Change] = field(default_factory=list)
    pulses: dict[int, Pulse] = field(default_factory=dict)
    facts: Facts = field(default_factory=lambda: Facts(0))
    verdict: Verdict = field(default_factory=Verdict)
    gone: frozenset[str] = frozenset()
    reads: int = 0
    turned: list[Line] = field(default_factory=list)
    fault: Exception | None = None
    asked_after: list[int | None] = field(default_factory=list)
    sessions_asked: set[str] = field(default_factory=set)

    def asks(self) -> Asks:
        return Asks(self._repair, self._compare, self._facts, self._recheck, self._gone, self._turned)

    async def _repair(self, room: int, after: int) -> Sequence[Change]:
        self.reads += 1
        return [change for change in self.changes if change.seq > after]

    async def _compare(self, rooms: Sequence[int]) -> Mapping[int, Pulse]:
        return self.pulses

    async def _facts(self, number: int | None) -> Facts:
        self.asked_after.append(number)
        return self.facts

    async def _recheck(self, lines: Sequence[Line]) -> Sequence[Verdict]:
        if self.fault is not None:
            raise self.fault
        return [self.verdict for _ in lines]

    async def _gone(self, sessions: frozenset[str]) -> frozenset[str]:
        self.sessions_asked |= sessions
        return self.gone & sessions

    async def _turned(self, lines: Sequence[Line]) -> None:
        self.turned.extend(lines)


def hub_of(table: Table | None = None, **pace: float) -> Hub:
    return Hub((table or Table()).asks(), Pace(**({"early": 0.005} | pace)))


def change(seq: int, position: int | None = None, *, kind: str = "message_posted", **words: str) -> Change:
    place = seq if position is None else position
    message = {"id": f"m{place}", "position": place, "call_name": "しずか", "text": f"words {seq}", **words}
    return Change(ROOM, seq, {"type": kind, "seq": seq, "message": message}, place)


def sit(
    hub: Hub, *, seat: str = "s", person: int = 1, history_from: int = 1, session: str = "h"
) -> tuple[Line, Ear]:
    """A line that has joined and not read yet."""
    ear = Ear()
    line = Line(
        ear, room=ROOM, seat=seat, person=person, session=session, history_from=history_from, who=None
    )
    hub.join(line)
    return line, ear


def settle(hub: Hub, line: Line, seq: int) -> None:
    hub.settle(line, {"type": "welcome", "seq": seq}, seq, "e")


async def until(is_so: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Give the loop turns until it is so."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - nothing tells a test when
            await asyncio.sleep(0.001)


async def a_turn() -> None:
    """Long enough for what is due in this turn of the loop, and the next."""
    for _ in range(3):
        await asyncio.sleep(0)
