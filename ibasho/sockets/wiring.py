"""Puts the hub together with the questions it asks. The hub itself knows of no table."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ibasho.house import support_card
from ibasho.house.queries import notices_for_all
from ibasho.lib import pools, shared
from ibasho.lib.errors import Refusal
from ibasho.live import hub as hubs
from ibasho.live.changes import Change
from ibasho.live.hub import Asks, Facts, Hub, Pace, Verdict
from ibasho.live.line import Line
from ibasho.live.room_lines import Pulse
from ibasho.live.rounds import Rounds
from ibasho.people import queries as people
from ibasho.rooms import post_office
from ibasho.rooms import queries as rooms
from ibasho.sockets.doorway import close_for

if TYPE_CHECKING:
    from ibasho.live.relay import Relay

logger = logging.getLogger(__name__)

_PAST_ALL_NUMBERS = 2**62
_LOOKED_AT_TOGETHER = 200
_rounds: Rounds | None = None
_relay: Relay | None = None


def hub_here() -> Hub:
    """The hub of the running loop; the first caller starts it."""
    here = hubs.current()
    if here is None or here.loop is not asyncio.get_running_loop():
        here = open_hub()
    return here


def open_hub(pace: Pace | None = None) -> Hub:
    global _rounds
    here = Hub(Asks(_repair, _compare, _facts, _recheck, _sessions_gone, _turned), pace)
    here.more_to_come = post_office.is_busy
    hubs.make_current(here)
    _rounds = Rounds(here)
    _rounds.start()
    _follow_others(here, _rounds)
    return here


def _follow_others(here: Hub, rounds: Rounds) -> None:
    global _relay
    others = shared.current()
    if others is not None:
        # only here: a house of one process does without the driver and its memory
        from ibasho.live.relay import Relay

        _relay = Relay(here, others, rounds.compare)
        _relay.start()


async def close_hub() -> None:
    """Forget the hub and end its rounds."""
    global _rounds, _relay
    hubs.make_current(None)
    if _relay is not None:
        await _relay.stop()
        _relay = None
    if _rounds is not None:
        await _rounds.stop()
        _rounds = None


async def _repair(room_id: int, after: int) -> Sequence[Change]:
    return await pools.read(rooms.changes_between, room_id, after)


async def _compare(room_ids: Sequence[int]) -> Mapping[int, Pulse]:
    return await pools.read(rooms.live_rooms, room_ids)


async def _facts(number: int | None) -> Facts:
    return await pools.read(_facts_after, _PAST_ALL_NUMBERS if number is None else number)


def _facts_after(number: int) -> Facts:
    # Two reads: what comes between them is asked for again, never skipped.
    newest, persons = people.facts_after(number)
    also_newest, seats = rooms.facts_after(number)
    return Facts(min(newest, also_newest), frozenset(persons), frozenset(seats))


async def _recheck(lines: Sequence[Line]) -> Sequence[Verdict]:
    return await pools.read(_verdicts, [cast(rooms.Line, line.who) for line in lines])


def _verdicts(lines: Sequence[rooms.Line]) -> list[Verdict]:
    found: list[Verdict] = []
    for start in range(0, len(lines), _LOOKED_AT_TOGETHER):
        some = lines[start : start + _LOOKED_AT_TOGETHER]
        refusals = rooms.lines_still_allowed(some)
        notices = notices_for_all({line.person_id for line in some})
        cards = support_card.find_behind({(line.session_hash, line.path) for line in some})
        for line, end in zip(some, refusals, strict=True):
            card = cards.get((line.session_hash, line.path))
            found.append(_verdict(end, [*notices[line.person_id], *support_card.as_notices(card)]))
    return found


def _verdict(refusal: Refusal | None, notices: Sequence[Mapping[str, Any]]) -> Verdict:
    if refusal is not None and refusal.code == "not_entered":
        return Verdict(close=close_for(refusal))  # away: nothing personal on that screen any more
    return Verdict(notices, None if refusal is None else close_for(refusal))


async def _sessions_gone(sessions: frozenset[str]) -> frozenset[str]:
    return await pools.read(_gone, sessions)


def _gone(sessions: frozenset[str]) -> frozenset[str]:
    return sessions - people.sessions_alive(sessions)


async def _turned(lines: Sequence[Line]) -> None:
    """Whoever sat there before the room opened was in this session, and may read it later."""
    by_room: dict[int, dict[str, None]] = defaultdict(dict)
    for line in lines:
        by_room[line.room][line.seat] = None
    for room_id, seats in by_room.items():
        try:
            await post_office.arrive_together(room_id, list(seats))
        except Exception:
            logger.exception("seats could not be noted in their session")
            return
