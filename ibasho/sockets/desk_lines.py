"""The keepers' open desks of this process: who may still have one, and what they are told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ibasho.desk.queries import DeskNow, alerts_for, desk_now
from ibasho.duty.actions import note_there
from ibasho.lib import busy, clock, pools
from ibasho.lib.errors import Refusal
from ibasho.lib.rate_limit import LINES_PER_KEEPER
from ibasho.lib.seldom import Seldom
from ibasho.live import metrics
from ibasho.live.hub import Hub
from ibasho.live.line import Way
from ibasho.live.package import Package, encode
from ibasho.people.queries import KeeperFacts
from ibasho.sockets.doorway import close_for, keeper_again
from ibasho.sockets.wiring import hub_here

logger = logging.getLogger(__name__)
seldom = Seldom(logger)

APART_SECONDS = 1.0
LOOK_SECONDS = 2.0
STATE_SECONDS = 5.0
REPEAT_SECONDS = 15.0  # said again, so that a page knows that its line lives
NOTE_SECONDS = 15.0
BACK_WITHIN = "1"


@dataclass(frozen=True, slots=True)
class DeskState:
    """What the desk shows now: one version for all, alerts for each keeper by id."""

    version: str
    alerts: Mapping[int, list[dict[str, Any]]]


@dataclass(slots=True, eq=False)
class DeskLine:
    """One open desk. `told` is the version and alerts it has, and `told_at` when it was last told them."""

    way: Way
    session: str
    keeper: KeeperFacts
    told: tuple[str, list[dict[str, Any]]] | None = None
    told_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """One reading for all lines: each line's keeper or why there is none, and the state if it was asked for."""

    keepers: Sequence[KeeperFacts | Refusal]
    state: DeskState | None


@dataclass(slots=True, eq=False)
class Desk:
    """All desk lines. It asks only while one is open."""

    hub: Hub
    _lines: dict[DeskLine, None] = field(default_factory=dict)
    _noted_at: dict[int, float] = field(default_factory=dict)
    _state_at: float = -STATE_SECONDS
    _rounds: asyncio.Task[None] | None = None

    def join(self, line: DeskLine, state: DeskState) -> None:
        """Tell `line` what the desk shows, and from now on whatever changes."""
        self._lines[line] = None
        self._tell(line, state)
        mine = [one for one in self._lines if one.keeper.keeper_id == line.keeper.keeper_id]
        for oldest in mine[:-LINES_PER_KEEPER]:
            self.close(oldest, 1000, "elsewhere")
        if self._rounds is None:
            self._rounds = self.hub.loop.create_task(self._look_round())

    def knows(self, line: DeskLine) -> bool:
        return line in self._lines

    def leave(self, line: DeskLine) -> None:
        """Forget the line. Safe to call again."""
        self._lines.pop(line, None)
        if not self._lines and self._rounds is not None:
            self._rounds.cancel()
            self._rounds = None

    def close(self, line: DeskLine, code: int, reason: str = "") -> None:
        if self.knows(line):
            self.leave(line)
            line.way.close(code, reason)
            metrics.CLOSED.labels(code=str(code)).inc()

    def drain(self) -> None:
        for line in list(self._lines):
            self.close(line, 1012, BACK_WITHIN)

    async def note_there(self, line: DeskLine) -> None:
        """This keeper's page lives. However many say so, it is written at most every 15 seconds."""
        now = self.hub.loop.time()
        keeper_id = line.keeper.keeper_id
        if now - self._noted_at.get(keeper_id, -NOTE_SECONDS) >= NOTE_SECONDS:
            self._noted_at[keeper_id] = now
            await pools.write(note_there, keeper_id)

    async def _look_round(self) -> None:
        is_hurried = False
        while True:
            try:
                await self._look(is_hurried)
            except Exception as error:
                _tell(error)
                self._state_at = -STATE_SECONDS  # what hurried it is not forgotten
            await asyncio.sleep(APART_SECONDS)
            is_hurried = await self._is_hurried_within(LOOK_SECONDS - APART_SECONDS)

    async def _is_hurried_within(self, seconds: float) -> bool:
        hurried = self.hub.desk_hurried
        try:
            await asyncio.wait_for(hurried.wait(), seconds)
        except TimeoutError:
            return False
        hurried.clear()
        return True

    async def _look(self, is_hurried: bool) -> None:
        now = self.hub.loop.time()
        with_state = is_hurried or now - self._state_at >= STATE_SECONDS
        lines = list(self._lines)
        found = await pools.read(_read, [(line.session, line.keeper) for line in lines], with_state)
        if found.state is not None:
            self._state_at = now
        for line, keeper in zip(lines, found.keepers, strict=True):
            if isinstance(keeper, Refusal):
                self.close(line, *close_for(keeper))
            elif self.knows(line):
                line.keeper = keeper
                if found.state is not None:
                    self._tell_if_new(line, found.state)

    def _tell_if_new(self, line: DeskLine, state: DeskState) -> None:
        is_new = line.told != (state.version, state.alerts[line.keeper.keeper_id])
        if is_new or self.hub.loop.time() - line.told_at >= REPEAT_SECONDS:
            self._tell(line, state)

    def _tell(self, line: DeskLine, state: DeskState) -> None:
        alerts = state.alerts[line.keeper.keeper_id]
        line.told = (state.version, alerts)
        line.told_at = self.hub.loop.time()
        at = clock.rfc3339(clock.now())
        frame = {"type": "desk", "version": state.version, "alerts": alerts, "at": at}
        line.way.write(Package([encode(frame)]))


def read_state(keepers: Sequence[KeeperFacts]) -> DeskState:
    """What the desk shows now. Runs on a reader's thread."""
    now = desk_now()
    return DeskState(now.version, {keeper.keeper_id: _alerts(keeper, now) for keeper in keepers})


def _alerts(keeper: KeeperFacts, now: DeskNow) -> list[dict[str, Any]]:
    return [{"id": alert.id, "level": alert.level, "text": alert.text} for alert in alerts_for(keeper, now)]


def _read(lines: Sequence[tuple[str, KeeperFacts]], with_state: bool) -> Look:
    keepers = [keeper_again(session, keeper) for session, keeper in lines]
    there = {keeper.keeper_id: keeper for keeper in keepers if not isinstance(keeper, Refusal)}
    return Look(keepers, read_state(list(there.values())) if with_state and there else None)


def _tell(error: Exception) -> None:
    """In the log: a fault of ours each time, a table that is away once a minute."""
    if busy.as_refusal(error) is None:
        logger.error("a round of the desk failed", exc_info=error)
    else:
        seldom.warning("the desk waits for the database")


_desk: Desk | None = None


def desk_here() -> Desk:
    """The desk of the running loop's hub."""
    global _desk
    hub = hub_here()
    if _desk is None or _desk.hub is not hub:
        _desk = Desk(hub)
        hub.at_drain.append(_desk.drain)
    return _desk
