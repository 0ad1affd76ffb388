"""The way from a commit to every screen of this process.

One hub per process, on its event loop. A change is encoded once, and everything that
became ready in one turn of the loop goes to each line in one write. The hub asks the
outside only through the questions of `Asks`: the table is the truth, a push only
hurries, and what was lost on the way is found by its number.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ibasho.lib.rate_limit import LINES_PER_PERSON, LINES_PER_SEAT
from ibasho.live import metrics, topics
from ibasho.live.changes import Change
from ibasho.live.line import Line
from ibasho.live.package import encode
from ibasho.live.room_lines import Pulse, RoomLines, Watch

logger = logging.getLogger(__name__)

SLOWEST_RETURN_SECONDS = 30
LINES_BACK_PER_SECOND = 100
TURNS_FOR_MORE = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line must hear after its facts changed; `close` is (code, reason)."""

    notices: Sequence[Mapping[str, Any]] = ()
    close: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    newest: int
    persons: frozenset[int] = frozenset()
    seats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asks:
    """The questions the hub puts to the tables, each answered off the loop.

    `turned` is no question: it names the lines of a room that has just opened or closed.
    """

    repair: Callable[[int, int], Awaitable[Sequence[Change]]]
    compare: Callable[[Sequence[int]], Awaitable[Mapping[int, Pulse]]]
    facts: Callable[[int | None], Awaitable[Facts]]
    recheck: Callable[[Sequence[Line]], Awaitable[Sequence[Verdict]]]
    sessions_gone: Callable[[frozenset[str]], Awaitable[frozenset[str]]]
    turned: Callable[[Sequence[Line]], Coroutine[Any, Any, None]]


class Follows(Protocol):
    """Whoever must know which rooms somebody reads here."""

    def opened(self, room_id: int) -> None: ...

    def emptied(self, room_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the hub waits, in seconds."""

    early: float = 0.05
    together: float = 0.003
    compare: float = 5.0
    facts: float = 2.0
    sessions: float = 4.0
    beat: float = 20.0
    retry: float = 1.0


class Hub:
    def __init__(self, asks: Asks, pace: Pace | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.asks = asks
        self.pace = pace or Pace()
        self.is_draining = _is_ending
        self.hurried = asyncio.Event()
        self.desk_hurried = asyncio.Event()
        self.compare_hurried = asyncio.Event()
        self.follower: Follows | None = None
        self.at_drain: list[Callable[[], None]] = []  # for those whose lines are no room's
        self._rooms: dict[str, RoomLines] = {}
        self._by_seat: dict[str, dict[Line, None]] = defaultdict(dict)
        self._by_person: dict[int, dict[Line, None]] = defaultdict(dict)
        self._ready: set[RoomLines] = set()
        self._talking: set[Line] = set()
        self._flush_due: asyncio.Handle | None = None
        self._is_lively = False  # whether the last commit brought several changes
        # whether words are being written just now: set by who knows
        self.more_to_come: Callable[[], bool] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # From other threads, after a commit.

    def hear(self, changes: Sequence[Change]) -> None:
        self._from_thread(self.take, changes)

    def hurry(self) -> None:
        self._from_thread(self.hurried.set)

    def hurry_desk(self) -> None:
        self._from_thread(self.desk_hurried.set)

    def _from_thread(self, func: Callable[..., object], *args: object) -> None:
        try:
            self.loop.call_soon_threadsafe(func, *args)
        except RuntimeError:  # the loop has ended: whoever comes back reads the table
            logger.debug("a change came after the end of the loop")

    # Lines.

    @property
    def lines(self) -> list[Line]:
        return [line for lines in self._by_person.values() for line in lines]

    @property
    def rooms(self) -> list[RoomLines]:
        return list(self._rooms.values())

    def lines_of(self, facts: Facts) -> list[Line]:
        """Lines of the persons and seats named."""
        found: dict[Line, None] = {}
        for person in facts.persons & self._by_person.keys():
            found.update(self._by_person[person])
        for seat in facts.seats & self._by_seat.keys():
            found.update(self._by_seat[seat])
        return list(found)

    def join(self, line: Line) -> None:
        """Hold the room's changes for `line` from now on; `settle` gives them out.

        Subscribe first, then read: whatever the read does not show yet waits here.
        """
        self._room(line.room).add(line)
        self._by_seat[line.seat][line] = None
        self._by_person[line.person][line] = None
        metrics.LINES.inc()
        self._end_oldest(self._by_seat[line.seat], LINES_PER_SEAT)
        self._end_oldest(self._by_person[line.person], LINES_PER_PERSON)

    def _end_oldest(self, lines: dict[Line, None], most: int) -> None:
        while len(lines) > most:
            self.close(next(iter(lines)), 1000, "elsewhere")

    def leave(self, line: Line) -> None:
        """Forget the line. Safe to call again."""
        if not self.knows(line):
            return
        self._drop(self._by_seat, line.seat, line)
        self._drop(self._by_person, line.person, line)
        self._talking.discard(line)
        self._room(line.room).remove(line)
        self._tidy(line.room)
        metrics.LINES.dec()

    @staticmethod
    def _drop(lines_by: dict[Any, dict[Line, None]], key: object, line: Line) -> None:
        lines_by[key].pop(line, None)
        if not lines_by[key]:
            del lines_by[key]

    def knows(self, line: Line) -> bool:
        return line in self._by_person.get(line.person, ())

    def settle(self, line: Line, frame: Mapping[str, Any], number: int, epoch: str) -> None:
        """The line has read up to `number`: send `frame`, then only what is newer."""
        if not self.knows(line):
            return
        room = self._room(line.room)
        room.epoch = room.epoch or epoch
        room.settle(line, frame, number)
        self._soon(room, line)

    def hold(self, line: Line) -> None:
        """Keep live changes back for `line` while it reads again."""
        self._room(line.room).hold(line)

    def let_go(self, line: Line) -> None:
        """The read came to nothing: go on where the line was."""
        if self.knows(line):
            room = self._room(line.room)
            room.let_go(line)
            self._soon(room, line)

    def tell(self, line: Line, frame: Mapping[str, Any]) -> None:
        """Send `frame` to this line alone, with this turn's write."""
        if self.knows(line):
            line.pending.append(encode(frame))
            self._talking.add(line)
            self._flush_soon()

    def close(self, line: Line, code: int, reason: str = "") -> None:
        """End the line, behind what it still has to get."""
        if not self.knows(line):
            return
        line.flush()
        self.leave(line)
        line.way.close(code, reason)
        metrics.CLOSED.labels(code=str(code)).inc()

    # Those who wait without a line.

    def watch(self, room_id: int) -> Watch:
        """Be woken by the room's next change. Give it back with `unwatch`."""
        watch = Watch(-1, self.loop.create_future())
        self._room(room_id).watches.add(watch)
        metrics.WAITING.inc()
        return watch

    def unwatch(self, room_id: int, watch: Watch) -> None:
        room = self._room(room_id)
        if watch in room.watches:
            room.watches.remove(watch)
            metrics.WAITING.dec()
        self._tidy(room_id)

    # What came, in its order.

    def take(self, changes: Sequence[Change]) -> None:
        """As `hear`, on the loop."""
        for change in changes:
            room = self._rooms.get(topics.room(change.room))
            if room is not None:
                room.take(change)
                room.wake()
                self._ready.add(room)
        self._is_lively = len(changes) > 1
        self._flush_with_what_comes()

    def _soon(self, room: RoomLines, line: Line) -> None:
        self._ready.add(room)
        self._talking.add(line)
        self._flush_soon()

    def _flush_with_what_comes(self) -> None:
        """If more words are being written just now, one round of writes serves both: beside the
        writer the round would only fight with it for the interpreter. Frames that were just read
        need a few turns of the loop to get to the writer.
        """
        if isinstance(self._flush_due, asyncio.TimerHandle):  # what was waited for has come
            self._flush_due.cancel()
            self._flush_due = None
            self._flush_soon()
        elif self.more_to_come is None or not self._is_lively:
            self._flush_soon()
        elif self._flush_due is None:
            self._flush_due = self.loop.call_soon(self._wait_for_more, self.more_to_come, TURNS_FOR_MORE)

    def _wait_for_more(self, more_to_come: Callable[[], bool], turns: int) -> None:
        self._flush_due = None
        if turns:
            self._flush_due = self.loop.call_soon(self._wait_for_more, more_to_come, turns - 1)
        elif more_to_come():
            self._flush_due = self.loop.call_later(self.pace.together, self._flush)
        else:
            self._flush()

    def _flush_soon(self) -> None:
        if self._flush_due is None:
            self._flush_due = self.loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = None
        ready, self._ready = self._ready, set()
        for room in ready:
            self._deliver(room, room.release())
            if room.is_behind:
                self.repair_soon(room)
        talking, self._talking = self._talking, set()
        for line in talking:
            line.flush()

    def _deliver(self, room: RoomLines, changes: list[Change]) -> None:
        if changes:
            metrics.CHANGES.inc(len(changes))
            metrics.DELIVERIES.inc(len(changes) * len(room.level))
            room.deliver(changes)
            if room.has_turned(changes):
                self._spawn(self.asks.turned(room.lines))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def repair_soon(self, room: RoomLines) -> None:
        """Something is missing: it may still come by itself for a moment, then the table is read."""
        if room.repair_due is None and not room.is_repairing:
            room.repair_due = self.loop.call_later(self.pace.early, self._begin_repair, room)

    def _begin_repair(self, room: RoomLines) -> None:
        room.repair_due = None
        if room.is_behind:
            self._spawn(self._repair(room))

    async def _repair(self, room: RoomLines) -> None:
        """Once for all readers of the room, however many miss the same change."""
        room.is_repairing = True
        metrics.REPAIRS.inc()
        try:
            changes = await self.asks.repair(room.id, room.number or 0)
        except Exception:
            logger.exception("a room could not be read again")
            self.loop.call_later(self.pace.retry, self.repair_soon, room)
        else:
            self._deliver(room, room.release_read(changes))
            if changes and room.is_behind:  # there was more than one reading holds
                self.loop.call_soon(self.repair_soon, room)
        finally:
            room.is_repairing = False

    # Rooms.

    def _room(self, room_id: int) -> RoomLines:
        topic = topics.room(room_id)
        room = self._rooms.get(topic)
        if room is None:
            room = self._rooms[topic] = RoomLines(room_id)
            if self.follower is not None:
                self.follower.opened(room_id)
        return room

    def _tidy(self, room_id: int) -> None:
        topic = topics.room(room_id)
        if self._rooms[topic].is_empty:
            del self._rooms[topic]
            if self.follower is not None:
                self.follower.emptied(room_id)

    # The end.

    def drain(self) -> None:
        """Tell everyone to come back, spread over a time that grows with their number."""
        self.is_draining = True
        lines = self.lines
        seconds = min(SLOWEST_RETURN_SECONDS, max(1, math.ceil(len(lines) / LINES_BACK_PER_SECOND)))
        for line in lines:
            self.close(line, 1012, str(seconds))
        for room in self.rooms:
            room.wake()
        for end in self.at_drain:
            end()


_current: Hub | None = None
_is_ending = False


def end() -> None:
    """The process ends: whoever has a line is told, and whoever still comes."""
    global _is_ending
    _is_ending = True
    if _current is not None:
        _current.drain()


def is_ending() -> bool:
    return _is_ending


def current() -> Hub | None:
    """The hub of this process, if it serves anybody."""
    return _current


def make_current(hub: Hub | None) -> None:
    global _current
    _current = hub
