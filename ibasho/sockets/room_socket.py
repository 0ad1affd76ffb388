"""A reader's line into a room: authenticates, joins, forwards, leaves."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from ibasho.house.actions import letter_seen
from ibasho.lib import busy, pools, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.live import metrics
from ibasho.live.line import Line, way_of
from ibasho.rooms import post_office
from ibasho.rooms.held_words import held_frame
from ibasho.rooms.hygiene import hear, uuid_v4
from ibasho.rooms.post_office import Held, Posted, Words
from ibasho.rooms.queries import CatchUp
from ibasho.rooms.queries import Line as RoomLine
from ibasho.sockets import coming_in
from ibasho.sockets.base_socket import BaseSocket
from ibasho.sockets.doorway import close_for, query_of, session_key_of, since_of
from ibasho.sockets.frames import ACCEPTS, PROTOCOL
from ibasho.sockets.wiring import hub_here

logger = logging.getLogger(__name__)

WAITING_ANSWERS = 32
SLOWEST_RETURN = "1"


class RoomSocket(BaseSocket):
    def __init__(self) -> None:
        super().__init__()
        self._line: Line | None = None
        self._answers: set[asyncio.Task[None]] = set()

    async def enter(self) -> None:
        self._hub = hub_here()
        if self._hub.is_draining:
            await self.end(1012, SLOWEST_RETURN)
            return
        rate_limit.take("connect_process", "")
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self._who = await coming_in.line_for(session_key_of(self.scope), slug)
        rate_limit.take("connect_person", str(self._who.person_id))
        await coming_in.arrive(self._who)
        await self._join(self._who)

    async def _join(self, who: RoomLine) -> None:
        query = query_of(self.scope)
        since = since_of(query)
        self._line = Line(
            way_of(self.scope, self.base_send),
            room=who.room_id,
            seat=who.seat_id,
            person=who.person_id,
            session=who.session_hash,
            history_from=who.history_from,
            who=who,
        )
        self._hub.join(self._line)
        caught = await coming_in.read_up(who, query.get("epoch"), since)
        self._epoch = caught.epoch
        for notice in caught.notices:
            self._line.hear_of(notice)
        self.expect_answer()
        self._hub.settle(self._line, welcome(caught), caught.seq, caught.epoch)
        if self._hub.is_draining:  # the drain came while this line was on its way in
            await self.end(1012, SLOWEST_RETURN)
        if since is not None:
            metrics.RECOVERED.labels(recovered=str(caught.recovered).lower()).inc()

    async def hear(self, kind: str, fields: dict[str, Any]) -> None:
        if self._line is None or not self._hub.knows(self._line):
            return
        if kind == "fill":
            await self._fill(self._line, fields["since"])
        elif kind == "seen":
            rate_limit.take("seen", self.key)
            await pools.write(letter_seen, self._who.person_id, self._who.session_hash, uuid_v4(fields["id"]))
        else:
            await self._hand_in(hear(self._who, kind, fields))

    async def _hand_in(self, words: Words) -> None:
        """Without waiting for the answer, so that many may be on their way at once."""
        if len(self._answers) >= WAITING_ANSWERS:
            await asyncio.wait(self._answers, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.get_running_loop().create_task(self._answer(words))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, words: Words) -> None:
        began = time.monotonic()
        act = post_office.post if words.verb == "post" else post_office.amend
        try:
            answer = await act(words)
            frame = held_frame(answer) if isinstance(answer, Held) else posted(answer)
        except Refusal as refusal:
            frame = refusal.as_dict(words.request_id)
        except Exception as error:
            known = busy.as_refusal(error)
            if known is None:
                logger.exception("words could not be taken")
            frame = (known or Refusal("busy")).as_dict(words.request_id)
        await self.tell(frame)
        metrics.ANSWER_SECONDS.labels(type=words.verb).observe(time.monotonic() - began)

    async def _fill(self, line: Line, since: int) -> None:
        """Reading again is joining again: what happens meanwhile waits, and comes after the answer."""
        rate_limit.take("fill", self.key)
        self._hub.hold(line)
        try:
            caught = await coming_in.read_up(self._who, self._epoch, since)
        except Refusal as refusal:
            await self.end(*close_for(refusal))
            return
        except Exception:
            self._hub.let_go(line)
            raise
        self.expect_answer()
        self._hub.settle(line, fill(caught), caught.seq, caught.epoch)

    async def tell(self, frame: Mapping[str, Any]) -> None:
        if self._line is not None:
            self._hub.tell(self._line, frame)

    async def end(self, code: int, reason: str = "") -> None:
        if self._line is not None and self._hub.knows(self._line):
            self.is_over = True
            self._hub.close(self._line, code, reason)
        elif self._line is None:
            await super().end(code, reason)

    async def leave(self) -> None:
        if self._line is not None:
            self._hub.leave(self._line)


def welcome(caught: CatchUp) -> dict[str, Any]:
    return {
        "type": "welcome",
        "protocol": PROTOCOL,
        "accepts": ACCEPTS,
        **state(caught),
    }


def state(caught: CatchUp) -> dict[str, Any]:
    """What `welcome` and the long poll have in common."""
    return {
        "epoch": caught.epoch,
        "seq": caught.seq,
        "oldest": caught.oldest,
        "recovered": caught.recovered,
        "room": caught.room,
        "you": caught.you,
        "events": caught.events,
        "notices": caught.notices,
    }


def fill(caught: CatchUp) -> dict[str, Any]:
    return {
        "type": "fill",
        "epoch": caught.epoch,
        "seq": caught.seq,
        "oldest": caught.oldest,
        "recovered": caught.recovered,
        "events": caught.events,
    }


def posted(answer: Posted) -> dict[str, Any]:
    return {"type": "posted", "id": answer.request_id, "message": answer.message_id, "seq": answer.seq}
