"""A keeper's line to the desk: says who is there, hears that something changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ibasho.lib import pools, rate_limit
from ibasho.live.line import way_of
from ibasho.live.package import Package, encode
from ibasho.people.queries import KeeperFacts
from ibasho.sockets.base_socket import BaseSocket
from ibasho.sockets.desk_lines import BACK_WITHIN, DeskLine, desk_here, read_state
from ibasho.sockets.doorway import keeper_for, session_key_of
from ibasho.sockets.frames import OF_KEEPER


class DeskSocket(BaseSocket):
    reads = OF_KEEPER

    def __init__(self) -> None:
        super().__init__()
        self._line: DeskLine | None = None

    async def enter(self) -> None:
        self._desk = desk_here()
        if self._desk.hub.is_draining:
            await self.end(1012, BACK_WITHIN)
            return
        rate_limit.take("connect_process", "")
        keeper, session = await pools.read(keeper_for, session_key_of(self.scope))
        rate_limit.take("connect_desk", str(keeper.person_id))
        await self._join(keeper, session)

    async def _join(self, keeper: KeeperFacts, session: str) -> None:
        state = await pools.read(read_state, [keeper])
        if self._desk.hub.is_draining:  # the drain came while this line was on its way in
            await self.end(1012, BACK_WITHIN)
            return
        self._line = DeskLine(way_of(self.scope, self.base_send), session, keeper)
        self._desk.join(self._line, state)

    async def hear(self, kind: str, fields: dict[str, Any]) -> None:
        if self._line is not None and self._desk.knows(self._line):
            await self._desk.note_there(self._line)

    async def tell(self, frame: Mapping[str, Any]) -> None:
        if self._line is not None and self._desk.knows(self._line):
            self._line.way.write(Package([encode(frame)]))

    async def end(self, code: int, reason: str = "") -> None:
        if self._line is None:
            await super().end(code, reason)
        else:
            self.is_over = True
            self._desk.close(self._line, code, reason)

    async def leave(self) -> None:
        if self._line is not None:
            self._desk.leave(self._line)
