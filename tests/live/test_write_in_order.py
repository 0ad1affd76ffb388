"""What is written by one step and what is written by autobahn come out as one stream, in order."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from twisted.internet import tcp

from ibasho.live.changes import Change
from ibasho.live.daphne_server import Server
from ibasho.live.line import FramedWay, Line, Outlet
from ibasho.live.package import Batch
from ibasho.live.room_lines import RoomLines
from ibasho.live.unread import FRAME_BYTES, Backlog
from ibasho.live.ws_edge import EdgeProtocol, EdgeSockets
from tests.wire import CLOSE, PING, encode_frame

BOUND = 256 * 1024
NARROW = 8_192
SIZES = (10, 500, 9_000, 15_000)
RESTARTING = b"\x03\xf4"


class Wire(tcp.Connection):
    """A real connection of Twisted's that writes when the test says so."""

    def __init__(self, sock: socket.socket, protocol: Any) -> None:
        self.wants_to_write = False
        reactor: Any = self
        super().__init__(sock, protocol, reactor)
        self.connected, self.logstr = 1, "a reader"

    def addWriter(self, _: object) -> None:  # noqa: N802
        self.wants_to_write = True

    def removeWriter(self, _: object) -> None:  # noqa: N802
        self.wants_to_write = False

    def addReader(self, _: object) -> None:  # noqa: N802
        """Nothing is read here."""

    removeReader = addReader  # noqa: N815

    def callLater(self, *_: object) -> None:  # noqa: N802
        """Nobody waits here."""

    def write_on(self) -> None:
        write: Any = self.doWrite
        if self.wants_to_write and self.connected and write():
            self.wants_to_write = False


@contextmanager
def one_reader() -> Iterator[tuple[Any, Wire, socket.socket, RoomLines]]:
    """An open line of a room, its wire, and the socket at the reader's end; both hold little."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
    server = Server(None, [])
    factory = EdgeSockets(server, server="")
    factory.setProtocolOptions(versions=[13], openHandshakeTimeout=0, closeHandshakeTimeout=0)
    protocol: Any = factory.buildProtocol(None)
    protocol.transport = wire = Wire(ours, protocol)
    protocol._connectionMade()
    protocol.server, protocol.request, protocol._backlog = server, object(), Backlog()
    protocol.state, protocol.websocket_version = EdgeProtocol.STATE_OPEN, 13
    protocol._perMessageCompress = None
    protocol.outlet = Outlet(protocol.write_frames)
    room = RoomLines(1)
    room.number = 0

    async def unused(_: object) -> None:
        raise AssertionError("an edge writes frames")

    way = FramedWay(unused, protocol.outlet)
    line = Line(way, room=1, seat="s", person=1, session="h", history_from=1, who=None)
    line.held, line.is_welcomed = None, True
    room.level.add(line)
    try:
        yield protocol, wire, theirs, room
    finally:
        ours.close()
        theirs.close()


def some_words(dice: random.Random, number: int) -> Change:
    return Change(
        1, number, {"type": "message_posted", "seq": number, "pad": "y" * dice.choice(SIZES)}, number
    )


def read(theirs: socket.socket, most: int) -> bytes:
    try:
        return theirs.recv(most)
    except BlockingIOError:
        return b""


@pytest.mark.parametrize("seed", range(60))
def test_words_pings_and_a_goodbye_come_whole_and_in_their_order(seed: int) -> None:
    dice, said, heard, number, has_ended = random.Random(seed), b"", b"", 0, False
    with one_reader() as (protocol, wire, theirs, room):
        for _ in range(120):
            step = dice.random()
            if step < 0.6:
                number += 1
                change = some_words(dice, number)
                said += b"" if has_ended else Batch([change]).whole.framed
                room.deliver([change])
            elif step < 0.68 and not has_ended:
                said += encode_frame(PING, b"hi", mask=b"")
                protocol.sendPing(b"hi")
            elif step < 0.685 and not has_ended:
                said += encode_frame(CLOSE, RESTARTING, mask=b"")
                protocol.sendCloseFrame(code=1012)
                has_ended = True
            elif step < 0.8:
                heard += read(theirs, dice.choice([100, 5_000, 100_000]))
            else:
                wire.write_on()
            assert protocol.unread <= BOUND + FRAME_BYTES
            if wire._aborting:
                break
        is_cut = wire._aborting
        while more := read(theirs, 1 << 20) or (wire.wants_to_write and not is_cut):
            heard += more if isinstance(more, bytes) else b""
            wire.write_on()
    assert said.startswith(heard) if is_cut else heard == said


def test_after_the_end_nothing_is_written_by_one_step() -> None:
    with one_reader() as (protocol, _, theirs, room):
        room.deliver([some_words(random.Random(1), 1)])
        assert protocol.outlet.send is not None
        protocol.onClose(True, 1000, "")
        assert protocol.outlet.send is None
        assert read(theirs, 1 << 20)
