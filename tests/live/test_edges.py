"""What the server's own protocols do when something ends at the wrong moment."""

from __future__ import annotations

import asyncio
import resource
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.testing import StringTransportWithDisconnection

from ibasho.live import daphne_server
from ibasho.live.http_edge import EdgeFactory
from ibasho.live.ws_edge import EdgeProtocol


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


class Behind(EdgeProtocol):
    """A line whose reader has, at each look, so many bytes still before them."""

    def __init__(self, *left: int) -> None:
        super().__init__()
        self._left_at_ping, *self.lefts = left
        self.waits = 0
        self.is_dropped = False
        self.autoPingTimeout = 1.0
        self.factory = SimpleNamespace(_batched_timer=self)

    def _left(self) -> int:
        return self.lefts.pop(0)

    def call_later(self, *_: object) -> None:
        self.waits += 1

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802
        self.is_dropped = True


@pytest.mark.parametrize(
    ("left", "waits"),
    [((0, 0), 0), ((900, 900), 0), ((900, 500, 500), 1), ((900, 500, 0, 0), 2)],
    ids=["nothing before it", "takes nothing in", "takes no more", "has just taken the last"],
)
def test_a_ping_is_waited_for_as_long_as_what_lies_before_it_grows_less(
    left: tuple[int, ...], waits: int
) -> None:
    line = Behind(*left)
    for look in range(waits + 1):
        assert not line.is_dropped, look
        line.onAutoPingTimeout()
    assert (line.waits, line.is_dropped) == (waits, True)


def test_the_server_asks_for_as_many_files_as_it_may_have() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, most), most))
    try:
        daphne_server._allow_many_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
