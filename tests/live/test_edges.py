"""What the server's own protocols do when something ends at the wrong moment."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

from twisted.internet.testing import StringTransportWithDisconnection

from ibasho.live import daphne_server
from ibasho.live.http_edge import EdgeFactory


class Answering(daphne_server.Server):
    """A server whose application says nothing by itself."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        return asyncio.Queue()


def half_answered() -> tuple[Any, StringTransportWithDisconnection]:
    """A request whose answer has begun, and its wire."""
    channel = EdgeFactory(Answering(None, [])).buildProtocol(None)
    wire = StringTransportWithDisconnection()
    wire.protocol = channel
    channel.makeConnection(wire)
    channel.dataReceived(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
    request = channel._channel.requests[-1]
    request.handle_reply({"type": "http.response.start", "status": 200, "headers": []})
    request.handle_reply({"type": "http.response.body", "body": b"half", "more_body": True})
    return request, wire


def test_an_answer_that_fails_half_way_is_broken_off_and_ends_nothing_else() -> None:
    request, wire = half_answered()
    assert b"half" in wire.value()
    request.handle_exception(RuntimeError("half way"))
    assert not wire.connected
    assert b"500" not in wire.value()
    request.handle_exception(RuntimeError("again"))


def test_the_server_asks_for_as_many_files_as_it_may_have() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, most), most))
    try:
        daphne_server._allow_many_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
