"""What a hub looks after by the clock: facts, sessions, the table, the beat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from ibasho.lib import clock
from ibasho.live.hub import Hub
from ibasho.live.line import Line
from ibasho.live.package import Package, encode
from ibasho.live.room_lines import Pulse, RoomLines

logger = logging.getLogger(__name__)

SESSION_SLICES = 4


class Rounds:
    """Runs until `stop`. A round that fails is logged and comes again in its time."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._facts_number: int | None = None
        self._slice = 0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        pace = self._hub.pace
        self._tasks = [
            self._every(pace.facts, self.look_at_facts, self._hub.hurried),
            self._every(pace.sessions / SESSION_SLICES, self.look_at_sessions),
            self._every(pace.compare, self.compare, self._hub.compare_hurried),
            self._every(pace.beat, self.beat),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _every(
        self, seconds: float, round_: Callable[[], Awaitable[None]], hurried: asyncio.Event | None = None
    ) -> asyncio.Task[None]:
        return self._hub.loop.create_task(self._turn(seconds, round_, hurried or asyncio.Event()))

    async def _turn(
        self, seconds: float, round_: Callable[[], Awaitable[None]], hurried: asyncio.Event
    ) -> None:
        while True:
            try:
                await round_()
            except Exception:
                logger.exception("a round of the hub failed")
            try:
                await asyncio.wait_for(hurried.wait(), seconds)
            except TimeoutError:
                continue
            hurried.clear()

    async def look_at_facts(self) -> None:
        """Whoever was bumped since last time is told, corrected or cut."""
        facts = await self._hub.asks.facts(self._facts_number)
        is_first = self._facts_number is None  # what was bumped since these lines came in is not known
        await self._look_at(self._hub.lines if is_first else self._hub.lines_of(facts))
        self._facts_number = facts.newest  # only now: if looking failed, the same are looked at again

    async def look_at_sessions(self) -> None:
        """A slice of all sessions at a time, each within `pace.sessions`: gone is gone."""
        sessions = frozenset(
            line.session for line in self._hub.lines if hash(line.session) % SESSION_SLICES == self._slice
        )
        gone = await self._hub.asks.sessions_gone(sessions) if sessions else frozenset()
        await self._look_at([line for line in self._hub.lines if line.session in gone])
        self._slice = (self._slice + 1) % SESSION_SLICES

    async def _look_at(self, lines: list[Line]) -> None:
        if not lines:
            return
        for line, verdict in zip(lines, await self._hub.asks.recheck(lines), strict=True):
            for notice in verdict.notices:
                self._tell_once(line, str(notice["id"]), {"type": "notice", **notice})
            if verdict.close is not None:
                self._hub.close(line, *verdict.close)
            else:
                self._take_back(line, {str(notice["id"]) for notice in verdict.notices})

    def _tell_once(self, line: Line, notice_id: str, frame: dict[str, object]) -> None:
        if notice_id not in line.told:
            line.hear_of(frame)
            self._hub.tell(line, frame)

    def _take_back(self, line: Line, waiting: set[str]) -> None:
        """What asked to come somewhere, and is no letter any more, is taken from an open page."""
        for notice_id in line.invitations.keys() - waiting:
            notice = line.invitations.pop(notice_id)
            self._hub.tell(line, {**notice, "type": "notice", "over": True})

    async def compare(self, only: Collection[int] | None = None) -> None:
        """Hold what was released against the table, one query for all rooms, or for `only` some."""
        rooms = {room.id: room for room in self._hub.rooms if only is None or room.id in only}
        pulses = await self._hub.asks.compare(list(rooms)) if rooms else {}
        for room_id, pulse in pulses.items():
            self._compare_one(rooms[room_id], pulse)

    def _compare_one(self, room: RoomLines, pulse: Pulse) -> None:
        room.pulse = pulse
        room.newest = pulse.seq
        if room.epoch is not None and room.epoch != pulse.epoch:
            self._end(room)
            return
        room.epoch = pulse.epoch
        room.wake_behind(pulse.seq)
        if room.number is not None and room.number < pulse.seq:
            self._hub.repair_soon(room)

    def _end(self, room: RoomLines) -> None:
        """The room was restored: nobody's numbers mean anything any more."""
        room.wake()
        for line in room.lines:
            self._hub.close(line, 1012, "1")
        room.epoch = None

    async def beat(self) -> None:
        """Tell every line the number it should have by now."""
        at = clock.rfc3339(clock.now())
        for room in self._hub.rooms:
            if room.pulse is not None and room.number is not None:
                self._beat_one(room, room.pulse, at)

    @staticmethod
    def _beat_one(room: RoomLines, pulse: Pulse, at: str) -> None:
        made: dict[tuple[int, int], Package] = {}

        def beat(line: Line, number: int) -> Package:
            # what lies before a reader's own history is not theirs to keep either
            oldest = max(pulse.oldest, line.history_from)
            if (number, oldest) not in made:
                frame = {"type": "beat", "epoch": pulse.epoch, "seq": number, "oldest": oldest}
                made[number, oldest] = Package([encode({**frame, "crowd": pulse.crowd, "at": at})])
            return made[number, oldest]

        for line in room.level:
            line.write(beat(line, room.number or 0))
        for line in room.apart:
            if line.held is None:
                line.write(beat(line, line.number))
