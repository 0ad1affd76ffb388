"""The lines of one room, and its changes strictly in the order of their numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ibasho.live.changes import Change
from ibasho.live.line import Line
from ibasho.live.package import Batch, encode


class Pulse(Protocol):
    """What the table says of a room. `seq` is its newest number, `oldest` its first position."""

    @property
    def seq(self) -> int: ...

    @property
    def oldest(self) -> int: ...

    @property
    def crowd(self) -> str: ...

    @property
    def epoch(self) -> str: ...


@dataclass(eq=False, slots=True)
class Watch:
    """Somebody waiting without a line. `since` is what they have read, -1 before that."""

    since: int
    woken: asyncio.Future[None]

    def wake(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)


class RoomLines:
    """`number` is the last change released; None until the first read has told it.

    Lines in `level` have exactly `number`. Those in `apart` are reading just now, or
    have read further than the changes that came so far.
    """

    def __init__(self, room_id: int) -> None:
        self.id = room_id
        self.number: int | None = None
        self.newest = 0
        self.opening: tuple[str | None, str | None] = (None, None)
        self.epoch: str | None = None
        self.pulse: Pulse | None = None
        self.level: set[Line] = set()
        self.apart: set[Line] = set()
        self.watches: set[Watch] = set()
        self.repair_due: asyncio.TimerHandle | None = None
        self.is_repairing = False
        self._early: dict[int, Change] = {}

    @property
    def is_empty(self) -> bool:
        return not (self.level or self.apart or self.watches)

    @property
    def lines(self) -> list[Line]:
        return [*self.level, *self.apart]

    @property
    def is_behind(self) -> bool:
        """Whether something is missing that may still come, and else only the table can tell."""
        return self.number is not None and (bool(self._early) or self.number < self.newest)

    def take(self, change: Change) -> None:
        if (self.level or self.apart) and (self.number is None or change.seq > self.number):
            self._early[change.seq] = change

    def release(self) -> list[Change]:
        """The changes that are next, in order and without a gap; now they count as released."""
        ready: list[Change] = []
        while self.number is not None and self.number + 1 in self._early:
            self.number += 1
            ready.append(self._early.pop(self.number))
        return ready

    def release_read(self, changes: Iterable[Change]) -> list[Change]:
        """Rows read from the table: they may skip numbers that no row carries any more."""
        if self.number is None:
            return []
        ready = [change for change in changes if change.seq > self.number]
        if ready:
            self.number = ready[-1].seq
            self._forget_old()
        return ready + self.release()

    def deliver(self, changes: Sequence[Change]) -> None:
        batch = Batch(changes)
        framed, lowest = batch.whole.framed, batch.lowest
        size = len(framed)
        for line in self.level:  # the hottest loop of the house: each call in it costs a tenth of a write
            send = line.outlet.send
            if send is None or line.pending or line.history_from > lowest:
                line.write(batch.seen_from(line.history_from))
                continue
            try:
                sent = send(framed)
            except OSError:  # full, or gone: the longer way finds out which
                sent = 0
            if sent != size:
                line.outlet.write(framed[sent:])
        for line in list(self.apart):
            self._deliver_apart(line, batch)

    def has_turned(self, changes: Sequence[Change]) -> bool:
        """Whether the room came into another state than the last of which this process heard, or opened anew:
        who only looks at the table does not see that it was closed in between, but that it closes at another time.
        """
        has_turned = False
        for change in changes:
            if "room" in change.event:
                room = change.event["room"]
                before, self.opening = self.opening, (room.get("state"), room.get("closes_at"))
                has_turned = has_turned or self.opening != before
        return has_turned

    def _deliver_apart(self, line: Line, batch: Batch) -> None:
        if line.held is not None:
            line.held.extend(batch.events)
            return
        for event in batch.events:
            if event.seq > line.number:
                line.pending.append(event.seen_from(line.history_from))
                line.number = event.seq
        line.flush()
        self._place(line)

    def add(self, line: Line) -> None:
        self.apart.add(line)

    def remove(self, line: Line) -> None:
        self.level.discard(line)
        self.apart.discard(line)
        if not (self.level or self.apart):
            self.number = None
            self._early.clear()

    def hold(self, line: Line) -> None:
        """From now on live changes wait in `line.held`: a read is about to begin."""
        if line in self.level:
            self.level.remove(line)
            self.apart.add(line)
            line.number = self.number or 0
        line.held = []

    def settle(self, line: Line, frame: Mapping[str, Any], number: int) -> None:
        """The read is done at `number`: `frame` first, then what came meanwhile and is newer."""
        line.pending.insert(0, encode(frame))
        line.is_welcomed = True
        line.number = number
        self.let_go(line)

    def let_go(self, line: Line) -> None:
        """Give a held line what waits for it, after the number it has."""
        if self.number is None:
            self.number = line.number
            self._forget_old()
        for event in line.held or ():
            if event.seq > line.number:
                line.pending.append(event.seen_from(line.history_from))
                line.number = event.seq
        line.held = None
        if line.number < self.number:
            self._step_back(line.number)
        self._place(line)

    def _step_back(self, number: int) -> None:
        """Of the first readers one may settle with a newer read than another's: what lies between
        was never released, and this one still needs it.
        """
        self.newest = max(self.newest, self.number or 0)
        for line in self.level:
            line.number = self.number or 0
        self.apart |= self.level
        self.level.clear()
        self.number = number

    def wake(self) -> None:
        for watch in self.watches:
            watch.wake()

    def wake_behind(self, number: int) -> None:
        """Wake those whose own read was older than `number`."""
        for watch in self.watches:
            if 0 <= watch.since < number:
                watch.wake()

    def _place(self, line: Line) -> None:
        if self.number is not None and line.number <= self.number:
            self.apart.discard(line)
            self.level.add(line)

    def _forget_old(self) -> None:
        self._early = {seq: change for seq, change in self._early.items() if seq > (self.number or 0)}
