"""The HTTP side of the server: limits before anything is kept, headers on its own errors."""

# ruff: noqa: N802 - the names are Twisted's

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor as _reactor
from twisted.internet.protocol import connectionDone
from twisted.web import http

from ibasho.lib import headers

reactor: Any = _reactor

BODY_BYTES = 262_144
THROWN_AWAY_BYTES = 1_048_576  # of a request that was answered before it had come


class EdgeRequest(WebRequest):  # type: ignore[misc]
    """`is_refused` once it was answered before its body had come."""

    is_refused = False
    _body_bytes = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Twisted would read each form before the house does: for nobody, and it answers some by itself.
        self._parsePOSTFormSubmission = False

    def gotLength(self, length: int | None) -> None:
        self.content = BytesIO()  # Twisted's would lie on the disk, with the words in it

    def handleContentChunk(self, data: bytes) -> None:
        self._body_bytes += len(data)
        if self._body_bytes > BODY_BYTES:
            self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif not self.is_refused:
            super().handleContentChunk(data)

    def refuse(self, status: HTTPStatus) -> None:
        if not self.is_refused:
            self.is_refused = True
            self.channel.refuse(status)

    def process(self) -> Any:
        if self.channel is not None:
            self.channel.mark_heard()
        if self.is_refused:
            return None
        if not self._is_plain():
            return self.basic_error(HTTPStatus.BAD_REQUEST, b"Bad Request", "")
        return super().process()

    def _is_plain(self) -> bool:
        # Daphne hands a handshake on as HTTP/1.1 with a bare path, whatever it was before.
        is_old = self.clientproto != b"HTTP/1.1" and self.requestHeaders.hasHeader(b"upgrade")
        return self.uri.startswith(b"/") and not is_old

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """Daphne's own page carries a style and no security headers; ours carries the headers only."""
        if self._response_started:
            self._break_off()
            return
        plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        host = self.requestHeaders.getRawHeaders(b"host", [None])[0]
        if self.channel is not None:
            self.channel.persistent = 0  # what follows such a request may be a part of it
        self.handle_reply(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*plain, *headers.NOT_KEPT, *headers.as_pairs(host)],
            }
        )
        self.handle_reply({"type": "http.response.body", "body": status_text + b"\n"})

    def _break_off(self) -> None:
        # Too late for another answer; and an error raised here would end Daphne's only cleaner for good.
        if not self.finished and self.channel is not None:
            self.channel.transport.abortConnection()

    def __repr__(self) -> str:
        return f"<EdgeRequest {id(self):x}>"


class EdgeChannel(http.HTTPChannel):
    """One connection. A request has a time in which it must be whole: bytes that trickle in win no more."""

    transport: Any
    _is_idle = False
    _is_refused = False
    _thrown_away = 0

    def connectionMade(self) -> None:
        super().connectionMade()  # type: ignore[no-untyped-call]
        self.factory.server.unheard.add(self)

    def connectionLost(self, reason: Any = connectionDone) -> None:
        self.mark_heard()
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def mark_heard(self) -> None:
        """Its first request is here: whoever ends need not wait for one."""
        self.factory.server.unheard.discard(self)

    def refuse(self, status: HTTPStatus) -> None:
        """Answer with nothing but a status, and hang up once the answer could arrive."""
        if self._is_refused:
            return
        self.mark_heard()
        self._is_refused = True
        self.setTimeout(None)  # type: ignore[no-untyped-call]
        pairs = [*headers.NOT_KEPT, *headers.as_pairs(None)]
        pairs += [(b"content-length", b"0"), (b"connection", b"close")]
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
        lines += [name + b": " + value for name, value in pairs]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n")
        # Hanging up on what is still on its way would reset the connection, and take the answer back.
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()
        reactor.callLater(self._times.goodbye, self.transport.abortConnection)

    @property
    def _times(self) -> Any:
        return self.factory.server.times

    def dataReceived(self, data: bytes) -> None:
        if self._is_refused:
            self._throw_away(data)
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self.line_mode and not self._is_refused and b"\n" in self._buffer:
            self.refuse(HTTPStatus.BAD_REQUEST)  # a line that ends without CR: others may read two requests

    def _throw_away(self, data: bytes) -> None:
        self._thrown_away += len(data)
        if self._thrown_away > THROWN_AWAY_BYTES:
            self.transport.pauseProducing()

    def lineReceived(self, line: bytes) -> None:
        if self._is_refused:
            return
        if line.startswith((b" ", b"\t")):  # a folded line: others may read another header
            self.refuse(HTTPStatus.BAD_REQUEST)
        else:
            super().lineReceived(line)  # type: ignore[no-untyped-call]

    def rawDataReceived(self, data: bytes) -> None:
        if not self._is_refused:
            super().rawDataReceived(data)

    def resetTimeout(self) -> None:
        if self._is_idle:
            self._is_idle = False
            self.setTimeout(self._times.request)  # type: ignore[no-untyped-call]

    def requestDone(self, request: Any) -> None:
        has_begun_next = any(self._dataBuffer)
        super().requestDone(request)  # type: ignore[no-untyped-call]
        if self.persistent and not has_begun_next and not self._handlingRequest:
            self._is_idle = True
            self.setTimeout(self._times.keep_alive)  # type: ignore[no-untyped-call]

    def checkPersistence(self, request: Any, version: bytes) -> bool:
        if self.factory.server.is_ending:
            request.responseHeaders.setRawHeaders(b"connection", [b"close"])
            return False
        return bool(super().checkPersistence(request, version))  # type: ignore[no-untyped-call]

    def allHeadersReceived(self) -> None:
        if self.length is not None and self.length > BODY_BYTES:
            self.requests[-1].gotLength(0)
            self.requests[-1].refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> None:
        self.refuse(HTTPStatus.BAD_REQUEST)

    def _respondToBadRequestAndDisconnect(self) -> None:
        self.refuse(HTTPStatus.BAD_REQUEST)


class EdgeFactory(HTTPFactory):  # type: ignore[misc]
    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.timeOut = server.times.request

    @staticmethod
    def protocol() -> http._GenericHTTPChannelProtocol:
        return http._GenericHTTPChannelProtocol(EdgeChannel())  # type: ignore[no-untyped-call]

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        if protocol is not None:
            protocol.requestFactory = EdgeRequest
        return protocol
