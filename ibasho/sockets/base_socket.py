"""What every line has in common: how it is accepted, refused, counted and ended."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping
from typing import Any

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from ibasho.lib import busy, rate_limit
from ibasho.lib.asgi_types import Message, Receive, Scope, Send
from ibasho.lib.errors import Refusal
from ibasho.live import metrics
from ibasho.sockets.doorway import close_for
from ibasho.sockets.frames import FRAME_BYTES, OF_CLIENT, SUBPROTOCOL, Unreadable, read_frame

logger = logging.getLogger(__name__)

_numbers = itertools.count(1)


class BaseSocket(AsyncConsumer):  # type: ignore[misc]
    """Subclasses enter, hear frames, and leave; they never touch ASGI."""

    reads = OF_CLIENT

    def __init__(self) -> None:
        self.key = f"line-{next(_numbers)}"  # for what is counted by line
        self.is_over = False

    async def enter(self) -> None:
        """Let the reader in. A Refusal ends the line with its code."""
        raise NotImplementedError

    async def hear(self, kind: str, fields: dict[str, Any]) -> None:
        """Take a frame of the right shape. A Refusal is told, and the line stays."""
        raise NotImplementedError

    async def leave(self) -> None:
        """The line has ended, whoever ended it."""
        raise NotImplementedError

    async def tell(self, frame: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def expect_answer(self) -> None:
        """What is written next is an answer: it does not count as live words that pile up."""
        tell = (self.scope.get("extensions") or {}).get("ibasho.answer")
        if tell is not None:
            tell()

    async def end(self, code: int, reason: str = "") -> None:
        """End the line from our side."""
        self.is_over = True
        await self.send({"type": "websocket.close", "code": code, "reason": reason})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As Channels' own, but for a single source: it keeps two tasks for each line, and makes three more
        for each message, to be able to listen to a layer as well.
        """
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            return
        finally:  # a server that loses patience cancels us, and then no disconnect is ever heard
            await self.leave()

    async def dispatch(self, message: Message) -> None:
        """Without the thread that Channels waits for before each message: there, one slow query
        would keep every line of the process waiting.
        """
        try:
            await getattr(self, get_handler_name(message))(message)
        except StopConsumer:
            raise
        except Exception as error:
            if busy.as_refusal(error) is None:
                logger.exception("a line failed")
            await self.end(1013)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        # Accepted first, closed afterwards: a browser sees no code of a refused handshake.
        chosen = SUBPROTOCOL if SUBPROTOCOL in self.scope.get("subprotocols", ()) else None
        await self.send({"type": "websocket.accept", "subprotocol": chosen})
        try:
            await self.enter()
        except Refusal as refusal:
            await self.end(*close_for(refusal))

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        if self.is_over:
            return
        if text is None:
            await self.end(1003)
        elif len(text) > FRAME_BYTES or len(text.encode("utf-8", "replace")) > FRAME_BYTES:
            await self.end(1009)
        else:
            await self._read(text)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        self.is_over = True
        raise StopConsumer

    async def _read(self, text: str) -> None:
        request_id = None
        try:
            kind, fields = read_frame(text, self.reads)
            metrics.FRAMES.labels(type=kind).inc()
            request_id = fields.get("id")
            await self.hear(kind, fields)
        except Unreadable as refusal:
            await self._refuse(refusal, refusal.request_id)
        except Refusal as refusal:
            await self._refuse(refusal, request_id)
        except Exception as error:
            known = busy.as_refusal(error)
            if known is None:
                raise
            await self._refuse(known, request_id)

    async def _refuse(self, refusal: Refusal, request_id: str | None) -> None:
        await self.tell(refusal.as_dict(request_id))
        if refusal.code == "malformed":
            await self._count_malformed()

    async def _count_malformed(self) -> None:
        try:
            rate_limit.take("malformed", self.key)
        except Refusal:
            await self.end(1008)
