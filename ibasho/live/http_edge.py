"""The HTTP side of the server: limits before anything is kept, headers on its own errors."""

# ruff: noqa: N802 - the names are Twisted's

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.web import http

from ibasho.lib import headers

BODY_BYTES = 262_144


class EdgeRequest(WebRequest):  # type: ignore[misc]
    """`is_refused` once it was answered before its body had come."""

    is_refused = False
    _body_bytes = 0

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
        plain = [(b"content-type", b"text/plain; charset=utf-8"), *headers.NOT_KEPT]
        host = self.requestHeaders.getRawHeaders(b"host", [None])[0]
        self.handle_reply(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*plain, *headers.as_pairs(host)],
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
    transport: Any

    def refuse(self, status: HTTPStatus) -> None:
        """Answer with nothing but a status, and hang up."""
        pairs = [*headers.NOT_KEPT, *headers.as_pairs(None)]
        pairs += [(b"content-length", b"0"), (b"connection", b"close")]
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
        lines += [name + b": " + value for name, value in pairs]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n")
        self.loseConnection()  # type: ignore[no-untyped-call]

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
    @staticmethod
    def protocol() -> http._GenericHTTPChannelProtocol:
        return http._GenericHTTPChannelProtocol(EdgeChannel())  # type: ignore[no-untyped-call]

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        if protocol is not None:
            protocol.requestFactory = EdgeRequest
        return protocol
