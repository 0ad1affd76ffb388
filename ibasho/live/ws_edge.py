"""The WebSocket side of the server: one connection, from handshake to close code."""

# ruff: noqa: N802, N803 - the names are Twisted's

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor as _reactor

from ibasho.lib import headers

reactor: Any = _reactor  # its type is an interface with too little in it

UNREAD_BYTES = 524_288  # a whole catch-up may lie there before live words come behind it
WAITING_FRAMES = 32
LOOK_AGAIN_SECONDS = 0.02
GOODBYE_SECONDS = 2
REASON_BYTES = 123


class EdgeProtocol(WebSocketProtocol):  # type: ignore[misc]
    _is_reading = True

    def onConnect(self, request: Any) -> Any:
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(400)
        self.opened_at = self.heard_at = time.monotonic()
        return super().onConnect(request)

    def onOpen(self) -> None:
        # The HTTP channel is still registered as producer and would pause reading for good.
        self.transport.unregisterProducer()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self.state != self.STATE_OPEN or self.muted:
            return
        self.heard_at = time.monotonic()
        kind: str = "bytes" if isBinary else "text"
        self.application_queue.put_nowait(
            {"type": "websocket.receive", kind: payload if isBinary else payload.decode()}
        )
        # Thousands of frames may lie in one segment: they share one pause.
        if self._is_reading and self.application_queue.qsize() > WAITING_FRAMES:
            self._is_reading = False
            self.transport.pauseProducing()
            self._read_on_later()

    def _read_on_later(self) -> None:
        reactor.callLater(LOOK_AGAIN_SECONDS, self._read_on)

    def _read_on(self) -> None:
        if self.state != self.STATE_OPEN or self.application_queue.empty():
            self._is_reading = True
            self.transport.resumeProducing()
        else:
            self._read_on_later()

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if not hasattr(self, "request"):
            return  # refused before there was an application
        self.server.protocol_disconnected(self)
        if not self.muted and hasattr(self, "application_queue"):
            self.application_queue.put_nowait({"type": "websocket.disconnect", "code": code or 1005})

    def write_frames(self, data: bytes) -> None:
        """Send ready-made frames. At once if nothing lies before them; a reader who leaves too
        much unread is let go, and finds what it missed by its number.
        """
        transport = self.transport
        if self.state != self.STATE_OPEN or not transport.connected:
            return
        unread = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        if unread == 0 and not transport.disconnecting:
            data = self._send_now(data)
        elif unread > UNREAD_BYTES:
            transport.abortConnection()
            return
        if data:
            transport.write(data)

    def _send_now(self, data: bytes) -> bytes:
        try:
            sent = self.transport.socket.send(data)
        except OSError:  # full, or gone: the transport finds out which
            return data
        return data[sent:]

    def handle_reply(self, message: dict[str, Any]) -> None:
        if self.state in (self.STATE_CLOSING, self.STATE_CLOSED):
            return
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            # autobahn's sendClose knows neither 1008 nor 1012 nor 1013, and Daphne drops the reason
            reason = (message.get("reason") or "").encode()[:REASON_BYTES]
            self.sendCloseFrame(code=message.get("code") or 1000, reasonUtf8=reason or None)
        elif message["type"] == "websocket.send" and message.get("text") == "":
            self.sendMessage(b"", False)
        else:
            super().handle_reply(message)

    def dropConnection(self, abort: bool = False) -> None:
        """Let our good-bye arrive, also at a slow phone: an abort would take its code back."""
        has_said_goodbye = self.wasClean or self.closedByMe
        super().dropConnection(abort=abort and not has_said_goodbye)
        if has_said_goodbye:
            reactor.callLater(GOODBYE_SECONDS, self.transport.abortConnection)

    def handle_exception(self, exception: Exception) -> None:
        if hasattr(self, "handshake_deferred"):
            self.handshake_deferred.errback(ConnectionDeny(500))
            del self.handshake_deferred
        elif self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=1013)

    def check_timeouts(self) -> None:
        """By a clock that nobody sets: Daphne's own would close all sockets when the time is corrected."""
        now = time.monotonic()
        if self.state == self.STATE_CONNECTING:
            if now - self.opened_at > self.server.websocket_connect_timeout:
                self._give_up()
        elif self.state == self.STATE_OPEN and now - self.heard_at > self.server.ping_interval:
            self._sendAutoPing()
            self.heard_at = now

    def _give_up(self) -> None:
        if hasattr(self, "handshake_deferred"):
            self.serverReject()

    def sendHttpErrorResponse(
        self, code: int, reason: str, responseHeaders: list[tuple[str, str]] | None = None
    ) -> None:
        """Autobahn repeats what the client sent in its reason; we say only what the number means."""
        pairs = [*(responseHeaders or []), ("Content-Length", "0"), ("Connection", "close")]
        ours = [*headers.NOT_KEPT, *headers.as_pairs(None)]
        pairs += [(name.decode(), value.decode()) for name, value in ours]
        super().sendHttpErrorResponse(code, HTTPStatus(code).phrase, pairs)

    def __repr__(self) -> str:
        return f"<EdgeProtocol {id(self):x}>"


class EdgeSockets(WebSocketFactory):  # type: ignore[misc]
    protocol = EdgeProtocol
