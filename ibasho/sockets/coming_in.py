"""After a restart everybody comes back at once: what is asked for each of them is asked for many together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ibasho.lib import pools
from ibasho.lib.errors import Refusal
from ibasho.lib.gather import Gather
from ibasho.rooms import post_office
from ibasho.rooms.queries import Behind, CatchUp, Line
from ibasho.sockets import doorway


async def line_for(session_key: str | None, slug: str) -> Line:
    """`doorway.line_for`, off the loop. Refuses as that says."""
    return await _lines.ask((session_key, slug))


async def read_up(line: Line, epoch: str | None, since: int | None) -> CatchUp:
    """`doorway.read_all_up` for one line, off the loop. Refuses as that says."""
    return await _missed.ask(Behind(line, epoch, since))


async def arrive(line: Line) -> None:
    """`post_office.arrive`; those who arrive together are noted together."""
    if line.keeper_id is not None:
        await post_office.arrive(line)
    elif line.must_arrive:
        await _arrivals.ask(line)


async def _ask_lines(asked: Sequence[tuple[str | None, str]]) -> Sequence[Line | Refusal]:
    return await pools.read(doorway.lines_for, asked)


async def _ask_missed(asked: Sequence[Behind]) -> Sequence[CatchUp | Refusal]:
    return await pools.read(doorway.read_all_up, asked)


async def _note_arrivals(lines: Sequence[Line]) -> Sequence[None]:
    """A busy database stops nobody from reading: the next arrival, or the first words, note it."""
    by_room: dict[int, list[str]] = defaultdict(list)
    for line in lines:
        by_room[line.room_id].append(line.seat_id)
    for room_id, seat_ids in by_room.items():
        try:
            await post_office.arrive_together(room_id, seat_ids)
        except Refusal as refusal:
            if refusal.code != "busy":
                raise
    return [None] * len(lines)


_lines = Gather(_ask_lines)
_missed = Gather(_ask_missed)
_arrivals = Gather(_note_arrivals, at_once=1)
