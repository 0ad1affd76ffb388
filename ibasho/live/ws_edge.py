"""The WebSocket side of the server: one connection, from handshake to close code."""

# ruff: noqa: N802, N803 - the names are Twisted's

from __future__ import annotations

import fcntl
import struct
import termios
import time
from http import HTTPStatus
from typing import Any

from autobahn.websocket.protocol import WebSocketServerProtocol
from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor as _reactor

from ibasho.lib import headers
from ibasho.live import metrics
from ibasho.live.intake import WAITING_FRAMES, Intake
from ibasho.live.line import Outlet
from ibasho.live.unread import Backlog
from ibasho.live.whole_frame import words_in

reactor: Any = _reactor  # its type is an interface with too little in it

LOOK_AGAIN_SECONDS = 0.02
REASON_BYTES = 123
FLOOD = 1008
TOO_LARGE = 1009
RESTARTING = 1012
LAST_DATA_OPCODE = 7
BACK_WITHIN = b"1"


class EdgeProtocol(WebSocketProtocol):  # type: ignore[misc]
    # Autobahn writes a page about its options for each socket, even if no log wants it: a third of the work
    # of letting somebody in. The factory hands them over instead.
    CONFIG_ATTRS = ()
    _is_waiting = False  # with reading
    _is_deaf = False
    _answer_comes = False
    _left_at_ping = 0

    def onConnect(self, request: Any) -> Any:
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(400)
        self.opened_at = self.heard_at = time.monotonic()
        self._intake = Intake()
        self._backlog = Backlog()
        self.outlet = Outlet(self.write_frames)
        return super().onConnect(request)

    def onOpen(self) -> None:
        # The HTTP channel is still registered as producer and would pause reading for good.
        self.transport.unregisterProducer()
        if self.server.is_ending:
            self.end()

    def end(self) -> None:
        """The house restarts: come back soon."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=RESTARTING, reasonUtf8=BACK_WITHIN)

    # What comes in.

    def dataReceived(self, data: bytes) -> None:
        """Without autobahn's line about it, which is painted in colours before anybody asks for it."""
        is_short = len(data) <= self.maxFramePayloadSize and self._is_between_frames()
        words = words_in(data) if is_short else None
        if words is None:
            self._dataReceived(data)
        else:
            self._hear("text", words)

    def _is_between_frames(self) -> bool:
        return (
            self.state == self.STATE_OPEN
            and not self.data
            and self.current_frame is None
            and not self.inside_message
            and self.autoPingTimeoutCall is None
            and not self._is_deaf
            and not self._must_wait()
        )

    def processData(self) -> bool:
        """One step of reading. What may not be read yet stays where it is, in the end at its sender."""
        if self.state == self.STATE_CLOSING and not self._intake.take_after_goodbye():
            self._stop_listening()
        if self._is_deaf:
            self.data = b""
            return False
        if self.state == self.STATE_OPEN and self._must_wait():
            self._wait()
            return False
        is_more: bool = super().processData()
        return is_more

    def onFrameBegin(self) -> None:
        frame = self.current_frame
        is_control = frame.opcode > LAST_DATA_OPCODE
        super().onFrameBegin()
        if (is_control or frame.length == 0) and not self._intake.take_idle():
            self._shut_out()
        elif not is_control and not self._intake.take_fragment(is_first=frame.opcode != 0):
            self.sendCloseFrame(code=TOO_LARGE)  # and nothing if it has said good-bye already

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self.state == self.STATE_OPEN:
            self._hear("bytes" if isBinary else "text", payload if isBinary else payload.decode())

    def _hear(self, kind: str, content: bytes | str) -> None:
        if self.muted:
            return
        self.heard_at = time.monotonic()
        self.application_queue.put_nowait({"type": "websocket.receive", kind: content})
        if not self._intake.take_frame():
            self._shut_out()

    def _must_wait(self) -> bool:
        return self._is_waiting or self.application_queue.qsize() >= WAITING_FRAMES or self._intake.rest > 0

    def _wait(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self.transport.pauseProducing()
            self._look_again()

    def _look_again(self) -> None:
        reactor.callLater(max(LOOK_AGAIN_SECONDS, self._intake.rest), self._read_on)

    def _read_on(self) -> None:
        if self.state == self.STATE_OPEN and not self.application_queue.empty():
            self._look_again()
            return
        self._is_waiting = False
        self.consumeData()  # what had come before the pause
        if not self._is_waiting and not self._is_deaf:
            self.transport.resumeProducing()

    def _shut_out(self) -> None:
        metrics.FLOODS.inc()
        self.sendCloseFrame(code=FLOOD)
        self._stop_listening()

    def _stop_listening(self) -> None:
        # Reading on only to throw it away would cost others their time; the close frame is on its way.
        self._is_deaf = True
        self.transport.pauseProducing()

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if not hasattr(self, "request"):
            return  # refused before there was an application
        self.outlet.send = None
        self.server.unread.forget(self)
        self.server.protocol_disconnected(self)
        if not self.muted and hasattr(self, "application_queue"):
            self.application_queue.put_nowait({"type": "websocket.disconnect", "code": code or 1005})

    # What goes out.

    @property
    def unread(self) -> int:
        """Bytes that wait here because the reader has not taken what came before them."""
        transport = self.transport
        if transport is None or not transport.connected:
            return 0
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)

    def expect_answer(self) -> None:
        """What is written next is an answer to this reader, not live words that pile up."""
        self._answer_comes = True

    def write_frames(self, data: bytes) -> None:
        """Send ready-made frames. At once if nothing lies before them; a reader who leaves too
        much unread is let go, and finds what it missed by its number.
        """
        transport, self.outlet.send = self.transport, None
        if self.state != self.STATE_OPEN or not transport.connected:
            return
        is_answer, self._answer_comes = self._answer_comes, False
        unread = self.unread
        if unread == 0 and not transport.disconnecting:
            try:
                sent = transport.socket.send(data)
            except OSError:  # full, or gone: the transport finds out which
                sent = 0
            if sent == len(data):
                self.outlet.send = transport.socket.send  # until anything else is written
                return
            data = data[sent:]
        if self._backlog.has_room(unread, len(data), is_answer=is_answer):
            transport.write(data)
            self.server.unread.note(self, unread + len(data))
        else:
            self.let_go()

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Whatever autobahn itself writes: pings, pongs, good-byes. It may have to wait, and words behind it."""
        if hasattr(self, "outlet"):
            self.outlet.send = None
        super().sendData(data, sync, chopsize)

    def let_go(self) -> None:
        self.outlet.send = None
        metrics.LET_GO.inc()
        self.transport.abortConnection()

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
            reactor.callLater(self.factory.server_class.times.goodbye, self.transport.abortConnection)

    def handle_exception(self, exception: Exception) -> None:
        if hasattr(self, "handshake_deferred"):
            self.handshake_deferred.errback(ConnectionDeny(500))
            del self.handshake_deferred
        elif self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=1013)

    # What does not come.

    def check_timeouts(self) -> None:
        """By a clock that nobody sets: Daphne's own would close all sockets when the time is corrected."""
        times, now = self.server.times, time.monotonic()
        if self.state == self.STATE_CONNECTING:
            if now - self.opened_at > times.handshake:
                self._give_up()
        elif self.state == self.STATE_OPEN and now - self.heard_at > times.ping_after:
            if self.autoPingTimeoutCall is None:  # autobahn forgets a timer that overlaps the next
                self._sendAutoPing()
                self._left_at_ping = self._left()
            self.heard_at = now

    def onAutoPingTimeout(self) -> None:
        """Behind much that is unread our ping has not even arrived: who takes it in, is there."""
        left = self._left()
        if left >= self._left_at_ping:  # also when just all has come: then their answer is on its way
            super().onAutoPingTimeout()
            return
        self._left_at_ping = left
        timer = self.factory._batched_timer
        self.autoPingTimeoutCall = timer.call_later(self.autoPingTimeout, self.onAutoPingTimeout)

    def _left(self) -> int:
        """Bytes that have not arrived yet: those that wait here, and those in the kernel's hands."""
        try:
            (sent,) = struct.unpack("i", fcntl.ioctl(self.transport.fileno(), termios.TIOCOUTQ, b"\0" * 4))
        except OSError:
            return 0
        return self.unread + int(sent)

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

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        for option in WebSocketServerProtocol.CONFIG_ATTRS:
            setattr(protocol, option, getattr(self, option))
        return protocol
