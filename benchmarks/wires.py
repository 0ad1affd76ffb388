"""How each server is spoken to: coming in, posting, and telling words from what else comes.

A wire gives connected sockets; after that the load only counts bytes and walks them.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
import select
import socket
import struct
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from benchmarks.house import Member

WAIT_SECONDS = 30
TEXT_FRAME = 0x81
WORDS = "ここにいるだけでいい、という日もあります。"  # what everybody says, behind a number
# Eight figures before every word would have the house look for a telephone number in each.
_FIGURES = "茶豆米麦餅梅柿桃栗芋"


def spelled(number: int) -> str:
    """Of 0 to 99,999,999: eight letters, each worth a figure, and a space."""
    return "".join(_FIGURES[int(figure)] for figure in f"{number:08}") + " "


def words(number: int) -> str:
    return spelled(number) + WORDS


_NUMBER = re.compile(f"((?:{'|'.join(_FIGURES)}){{8}}) {WORDS}".encode())


class Wire(Protocol):
    """`is_alike`: every reader is sent the very same bytes."""

    name: str
    is_alike: bool

    def come_in(self, number: int) -> tuple[list[socket.socket], list[socket.socket]]:
        """`number` readers, and the writers."""

    def post(self, writer: int, number: int) -> bytes: ...

    def walk(self, data: bytes) -> tuple[list[bytes], bytes]:
        """What is whole in `data`, piece by piece, and the rest."""

    def number_in(self, piece: bytes) -> int | None:
        """Which of our words this piece shows; None if it is something else."""

    def refused(self, piece: bytes) -> int | None:
        """Which of our words this piece says no to."""


def reach(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def read_until(sock: socket.socket, mark: bytes, data: bytes = b"") -> bytes:
    """Everything up to and behind `mark`. Raises ConnectionError if it does not come."""
    while mark not in data:
        more = sock.recv(65536)
        if not more:
            raise ConnectionError(f"{mark!r} did not come, only {data[-300:]!r}")
        data += more
    return data


def number_in(piece: bytes) -> int | None:
    found = _NUMBER.search(piece)
    return int("".join(str(_FIGURES.index(letter)) for letter in found[1].decode())) if found else None


# WebSocket


def upgrade(port: int, path: str, cookie: str = "") -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{port}",
        f"Origin: http://localhost:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ibasho.v1",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def masked(text: str) -> bytes:
    """A text frame of a client; masked with zeros, which spares the load the work."""
    payload = text.encode()
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else struct.pack("!BBH", 0x81, 0x80 | 126, size)
    return head + b"\0\0\0\0" + payload


def frames(data: bytes) -> tuple[list[bytes], bytes]:
    """The frames of a server that are whole, heads and all, and the rest."""
    found, at, end = [], 0, len(data)
    while end - at >= 2:
        size, head = data[at + 1], 2
        if size == 126:
            if end - at < 4:
                break
            size, head = (data[at + 2] << 8) + data[at + 3], 4
        elif size == 127:
            if end - at < 10:
                break
            size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
        if end - at < head + size:
            break
        found.append(data[at : at + head + size])
        at += head + size
    return found, data[at:]


def is_text(frame: bytes) -> bool:
    """Words, and no ping."""
    return frame[0] & 0x0F == 1


def payload_of(frame: bytes) -> bytes:
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]


def opened(port: int, path: str, cookie: str = "") -> tuple[socket.socket, bytes]:
    """A WebSocket, and what already came on it."""
    sock = reach(port)
    sock.sendall(upgrade(port, path, cookie))
    head, _, rest = read_until(sock, b"\r\n\r\n").partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101"):
        raise ConnectionError(head[:200].decode("latin-1"))
    return sock, rest


@dataclass(eq=False)
class Joining:
    """A line on its way in: `path` with its query, and later its socket, its welcome, and what came behind."""

    path: str
    cookie: str
    sock: socket.socket = field(default_factory=socket.socket)
    welcome: dict[str, Any] = field(default_factory=dict)
    data: bytes = b""
    _is_open: bool = False

    def take(self, more: bytes) -> bool:
        """Whether the welcome is there. Raises ConnectionError if there will be none."""
        self.data += more
        if not self._is_open:
            head, mark, rest = self.data.partition(b"\r\n\r\n")
            if (mark and not head.startswith(b"HTTP/1.1 101")) or not more:
                raise ConnectionError(f"not let in: {self.data[:200]!r}")
            if not mark:
                return False
            self.data, self._is_open = rest, True
        found, self.data = frames(self.data)
        for number, frame in enumerate(found):
            if frame[0] == TEXT_FRAME:
                self.welcome = json.loads(payload_of(frame))
                self.data = b"".join(found[number + 1 :]) + self.data
                if self.welcome["type"] != "welcome":
                    raise ConnectionError(f"instead of a welcome: {self.welcome}")
                return True
        return False


def join_all(port: int, lines: Sequence[Joining], at_once: int = 200) -> None:
    """Bring the lines in, so many at a time; returns when every one has its welcome."""
    poll = select.epoll()
    by_fd: dict[int, Joining] = {}
    waiting = list(reversed(lines))
    deadline = time.monotonic() + 3 * WAIT_SECONDS
    while waiting or by_fd:
        while waiting and len(by_fd) < at_once:
            line = waiting.pop()
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sock.setblocking(False)
            line.sock.connect_ex(("127.0.0.1", port))
            by_fd[line.sock.fileno()] = line
            poll.register(line.sock.fileno(), select.EPOLLOUT)
        for fd, event in poll.poll(1):
            line = by_fd[fd]
            if event & select.EPOLLOUT:
                line.sock.send(upgrade(port, line.path, line.cookie))
                poll.modify(fd, select.EPOLLIN)
            elif line.take(line.sock.recv(262_144)):
                poll.unregister(fd)
                del by_fd[fd]
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(waiting) + len(by_fd)} lines did not come in")
    poll.close()


def joined(port: int, members: Sequence[Member]) -> list[Joining]:
    """A line of each of them, in their order."""
    lines = [Joining(f"/rooms/{member.slug}/live", member.cookie) for member in members]
    join_all(port, lines)
    return lines


class HouseWire:
    name = "ibasho"
    is_alike = True

    def __init__(
        self, port: int, members: Sequence[Member], writers: int, others: Sequence[int] = ()
    ) -> None:
        """`others`: ports of further processes, over which everybody is spread evenly."""
        self._ports = (port, *others)
        self._writers, self._readers = members[:writers], members[writers:]
        self._asked: dict[str, int] = {}
        self._codes: dict[int, str] = {}

    def come_in(self, number: int) -> tuple[list[socket.socket], list[socket.socket]]:
        members = [*self._readers[:number], *self._writers]
        socks = [line.sock for line in self._joined(members)]
        return socks[:number], socks[number:]

    def _joined(self, members: Sequence[Member]) -> list[Joining]:
        count = len(self._ports)
        parts = [joined(port, members[at::count]) for at, port in enumerate(self._ports)]
        return [parts[at % count][at // count] for at in range(len(members))]

    def post(self, writer: int, number: int) -> bytes:
        request_id = str(uuid.uuid4())
        self._asked[request_id] = number
        return masked(json.dumps({"type": "post", "id": request_id, "text": words(number)}))

    walk = staticmethod(frames)
    number_in = staticmethod(number_in)

    def refused(self, piece: bytes) -> int | None:
        payload = payload_of(piece)
        if not payload.startswith(b'{"type":"refused"'):
            return None
        told = json.loads(payload)
        if told["code"] != "resting":
            raise AssertionError(f"the house refused: {told}")
        return self._asked[told["id"]]


class TutorialWire:
    """The chat of Channels' tutorial: one JSON object in, the same out to everyone."""

    name = "channels tutorial"
    is_alike = True

    def __init__(self, port: int, writers: int) -> None:
        self._port, self._writers = port, writers

    def come_in(self, number: int) -> tuple[list[socket.socket], list[socket.socket]]:
        return self._open(number), self._open(self._writers)

    def _open(self, number: int) -> list[socket.socket]:
        return [opened(self._port, "/ws/chat/room/")[0] for _ in range(number)]

    def post(self, writer: int, number: int) -> bytes:
        return masked(json.dumps({"message": words(number)}, ensure_ascii=False))

    walk = staticmethod(frames)

    def number_in(self, piece: bytes) -> int | None:
        return number_in(json.dumps(json.loads(payload_of(piece)), ensure_ascii=False).encode())

    def refused(self, piece: bytes) -> int | None:
        return None


class FirehoseWire(TutorialWire):
    """The bare sender of `benchmarks.peers.firehose`: it shows what the load side can take in."""

    name = "bare sender"
    is_alike = True

    def come_in(self, number: int) -> tuple[list[socket.socket], list[socket.socket]]:
        readers = [reach(self._port) for _ in range(number)]
        for reader in readers:
            reader.sendall(b"R")
        writers = [reach(self._port) for _ in range(self._writers)]
        for writer in writers:
            writer.sendall(b"W")
        return readers, writers

    def post(self, writer: int, number: int) -> bytes:
        return spelled(number).encode()

    walk = staticmethod(frames)
    number_in = staticmethod(number_in)


# IRC


class IrcWire:
    name = "ngircd"
    is_alike = True

    def __init__(self, port: int, writers: int) -> None:
        self._port, self._writers = port, writers

    def come_in(self, number: int) -> tuple[list[socket.socket], list[socket.socket]]:
        nicks = (f"u{one:05}" for one in itertools.count())
        readers = [self._join(next(nicks)) for _ in range(number)]
        writers = [self._join(next(nicks)) for _ in range(self._writers)]
        return readers, writers

    def _join(self, nick: str) -> socket.socket:
        sock = reach(self._port)
        sock.sendall(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n".encode())
        read_until(sock, b" 001 ")
        sock.sendall(b"JOIN #room\r\n")
        read_until(sock, b" 366 ")
        return sock

    def post(self, writer: int, number: int) -> bytes:
        return f"PRIVMSG #room :{words(number)}\r\n".encode()

    def walk(self, data: bytes) -> tuple[list[bytes], bytes]:
        *lines, rest = data.split(b"\r\n")
        return [line + b"\r\n" for line in lines], rest

    number_in = staticmethod(number_in)

    def refused(self, piece: bytes) -> int | None:
        return None


# XMPP

_STREAM = (
    b"<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams'>"
)
_SASL = b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
_BIND = b"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
_ROOM = "room@conference.localhost"


class XmppWire:
    name = "ejabberd"
    is_alike = False

    def __init__(self, port: int, writers: int) -> None:
        self._port, self._writers = port, writers

    def come_in(self, number: int) -> tuple[list[socket.socket], list[socket.socket]]:
        nicks = (f"u{one:05}" for one in itertools.count())
        writers = [self._join(next(nicks)) for _ in range(self._writers)]
        readers = [self._join(next(nicks)) for _ in range(number)]
        return readers, writers

    def _join(self, nick: str) -> socket.socket:
        sock = reach(self._port)
        sock.sendall(_STREAM)
        read_until(sock, b"</stream:features>")
        sock.sendall(_SASL)
        read_until(sock, b"<success")
        sock.sendall(_STREAM)
        read_until(sock, b"</stream:features>")
        sock.sendall(_BIND)
        read_until(sock, b"</iq>")
        presence = f"<presence to='{_ROOM}/{nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
        sock.sendall(presence.encode())
        read_until(sock, b"<subject")
        return sock

    def post(self, writer: int, number: int) -> bytes:
        return f"<message to='{_ROOM}' type='groupchat' id='{number:08}'><body>{words(number)}</body></message>".encode()

    def walk(self, data: bytes) -> tuple[list[bytes], bytes]:
        *found, rest = data.split(b"</message>")
        return [one + b"</message>" for one in found], rest

    number_in = staticmethod(number_in)

    def refused(self, piece: bytes) -> int | None:
        return None
