"""Reading without a line: one request waits for the next change, up to 25 seconds.

While it waits it holds neither a thread nor a database connection, and who may read is
asked again when it answers.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ibasho.lib import busy, pools, rate_limit
from ibasho.lib.asgi_types import Receive, Scope, Send
from ibasho.lib.errors import Refusal
from ibasho.lib.rate_limit import POLLS_PER_SEAT
from ibasho.live.hub import Hub
from ibasho.live.room_lines import Watch
from ibasho.rooms.queries import CatchUp, Line, catch_up
from ibasho.sockets import coming_in
from ibasho.sockets.doorway import line_for, query_of, session_key_of, since_of
from ibasho.sockets.replies import reply_json, reply_refusal
from ibasho.sockets.room_socket import state
from ibasho.sockets.wiring import hub_here

logger = logging.getLogger(__name__)

LONGEST_WAIT = 25
EMPTY_AGAIN_SECONDS = 1.0
_METHODS = ("GET", "HEAD")
_MOST_SEATS = 5_000

_waiting: dict[str, dict[Watch, None]] = defaultdict(dict)
_next_empty: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class _Wish:
    session_key: str | None
    slug: str
    epoch: str | None
    since: int | None
    wait: int

    @classmethod
    def from_scope(cls, scope: Scope) -> _Wish:
        query = query_of(scope)
        slug = scope["url_route"]["kwargs"]["slug"]
        return cls(session_key_of(scope), slug, query.get("epoch"), since_of(query), _wait_of(query))


async def long_poll(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application behind `/rooms/<slug>/events/`."""
    answering = asyncio.ensure_future(_respond(scope, send))
    hanging_up = asyncio.ensure_future(_until_gone(receive))
    try:
        await asyncio.wait((answering, hanging_up), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (answering, hanging_up):
            task.cancel()
        await asyncio.gather(answering, hanging_up, return_exceptions=True)
    if not answering.cancelled():
        answering.result()  # what it could not answer itself is the server's to say


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _respond(scope: Scope, send: Send) -> None:
    try:
        if scope["method"] not in _METHODS:
            await reply_json(send, 405, Refusal("malformed").as_dict(), {"allow": "GET, HEAD"})
            return
        caught = await _answer(_Wish.from_scope(scope))
    except Refusal as refusal:
        await reply_refusal(send, refusal)
    except Exception as error:
        known = busy.as_refusal(error)
        if known is None:
            logger.exception("a poll failed")
        await reply_refusal(send, known or Refusal("busy"))
    else:
        await reply_json(send, 200, state(caught))


async def _answer(wish: _Wish) -> CatchUp:
    line = await coming_in.line_for(wish.session_key, wish.slug)
    rate_limit.take("poll", line.seat_id)
    await coming_in.arrive(line)
    hub = hub_here()
    with _Waiting(hub, line) as watch:
        caught = await pools.read(catch_up, line, epoch=wish.epoch, since=wish.since)
        is_empty = wish.since is not None and caught.recovered and not caught.events
        if is_empty and wish.wait and not hub.is_draining:
            watch.since = caught.seq
            await _wait(watch, wish.wait)
    if is_empty:
        caught = await _answer_late(wish, line.seat_id, caught)
    return caught


async def _answer_late(wish: _Wish, seat: str, caught: CatchUp) -> CatchUp:
    """What is there now, for whoever may read now; nothing again comes no sooner than a second after nothing."""
    if wish.wait:
        caught = await pools.read(_read_anew, wish)
    if not caught.events:
        await _not_again_at_once(seat)
    return caught


def _read_anew(wish: _Wish) -> CatchUp:
    return catch_up(line_for(wish.session_key, wish.slug), epoch=wish.epoch, since=wish.since)


async def _wait(watch: Watch, seconds: int) -> None:
    try:
        await asyncio.wait_for(asyncio.shield(watch.woken), seconds)
    except TimeoutError:
        return


class _Waiting:
    """One of the few polls a seat may have waiting; one more answers the oldest."""

    def __init__(self, hub: Hub, line: Line) -> None:
        self._hub = hub
        self._line = line

    def __enter__(self) -> Watch:
        self._watch = self._hub.watch(self._line.room_id)
        mine = _waiting[self._line.seat_id]
        mine[self._watch] = None
        while len(mine) > POLLS_PER_SEAT:
            oldest = next(iter(mine))
            del mine[oldest]
            oldest.wake()
        return self._watch

    def __exit__(self, *_: object) -> None:
        self._hub.unwatch(self._line.room_id, self._watch)
        mine = _waiting[self._line.seat_id]
        mine.pop(self._watch, None)
        if not mine:
            del _waiting[self._line.seat_id]


async def _not_again_at_once(seat: str) -> None:
    loop = asyncio.get_running_loop()
    due = _next_empty.get(seat, 0.0)
    if due > loop.time():
        await asyncio.sleep(due - loop.time())
    if len(_next_empty) > _MOST_SEATS:
        _next_empty.clear()
    _next_empty[seat] = loop.time() + EMPTY_AGAIN_SECONDS


def _wait_of(query: Mapping[str, Any]) -> int:
    text = query.get("wait") or "0"
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > LONGEST_WAIT:
        raise Refusal("malformed")
    return int(text)
