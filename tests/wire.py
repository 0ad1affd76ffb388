"""A small HTTP and WebSocket client over plain sockets, so that tests see every byte."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import socket
import ssl
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from tests.patience import PATIENCE_SECONDS

WAIT_SECONDS = PATIENCE_SECONDS  # longer than a poll that waits for 25
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class HandshakeRefusedError(Exception):
    """The server answered the upgrade with something else."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


class ClosedError(Exception):
    """The line has ended: with its close code, or 1006 without one."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Browser:
    """Cookies and the CSRF token of one browser; a connection per request. `through`: the port of whoever
    stands between it and the server.
    """

    port: int
    host: str = "127.0.0.1"
    name: str = "localhost"
    through: int = 0
    cookies: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None

    @property
    def authority(self) -> str:
        return f"{self.name}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.authority}"

    async def get(self, path: str, *, as_json: bool = False) -> Answer:
        return await self.request("GET", path, headers=_accept(as_json))

    async def post(self, path: str, fields: dict[str, str] | None = None, *, as_json: bool = False) -> Answer:
        """A form with the token of this browser; a page is fetched first if it has none yet."""
        token = "__Host-csrftoken" if self.tls else "csrftoken"
        if token not in self.cookies:
            await self.get("/enter/")
        form = {"csrfmiddlewaretoken": self.cookies.get(token, ""), **(fields or {})}
        headers = [*_accept(as_json), ("content-type", "application/x-www-form-urlencoded")]
        headers.append(("origin", self.origin))
        return await self.request("POST", path, headers=headers, body=urlencode(form).encode())

    async def request(
        self, method: str, path: str, *, headers: list[tuple[str, str]] | None = None, body: bytes = b""
    ) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"host: {self.authority}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in headers or []]
        if self.cookies:
            lines.append(f"cookie: {self._cookie()}")
        if body or method == "POST":
            lines.append(f"content-length: {len(body)}")
        whole = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        answer = await send_raw(self.through or self.port, whole, host=self.host, tls=self.tls)
        self._keep(answer)
        return answer

    async def enter(self, standpoint: str = "person") -> None:
        """Read the rules, say yes, be a guest."""
        page = await self.get("/enter/")
        found = re.search(
            r'name="rules_version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="rules_version"', page.text
        )
        assert found is not None, page.text[:500]
        fields = {"rules_version": found[1] or found[2], "accept": "on", "standpoint": standpoint}
        answer = await self.post("/enter/", fields)
        assert answer.status in (302, 303), answer.text[:500]

    async def line(self, path: str, **options: Any) -> Line:
        """Open a line: `path` is that of the socket, with its query."""
        return await open_line(self, path, **options)

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                content = rest.split(";")[0].strip('"')
                if content and not re.search(r"max-age=0(;|$)", value, re.I):
                    self.cookies[key] = content
                else:
                    self.cookies.pop(key, None)


def _accept(as_json: bool) -> list[tuple[str, str]]:
    return [("accept", "application/json" if as_json else "text/html")]


async def send_raw(
    port: int, data: bytes, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Answer:
    """Send these bytes; the one answer, read until the server hangs up or its length is reached."""
    reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=tls), WAIT_SECONDS)
    try:
        writer.write(data)
        answer = await asyncio.wait_for(read_answer(reader), WAIT_SECONDS)
    finally:
        await _hang_up(writer)
    return answer


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in head[1:] if line]
    headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    answer = Answer(int(head[0].split(" ")[1]), headers)
    if answer.status == 101:
        return answer
    if answer.header("transfer-encoding") == "chunked":
        answer.body = await _read_chunks(reader)
    elif (length := answer.header("content-length")) is not None:
        answer.body = await reader.readexactly(int(length))
    else:
        answer.body = await reader.read()
    return answer


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    return b"".join(parts)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        return


async def open_line(
    browser: Browser,
    path: str,
    *,
    origin: str | None = "",
    protocol: str | None = "ibasho.v1",
    headers: list[tuple[str, str]] | None = None,
    room: int | None = None,
) -> Line:
    """Raises HandshakeRefusedError. `origin` None sends none; empty sends the browser's own. `room` is how
    many bytes this machine takes in before anybody has read them.
    """
    port = browser.through or browser.port
    connecting = (
        _connect_narrowly(browser, room)
        if room
        else asyncio.open_connection(browser.host, port, ssl=browser.tls)
    )
    reader, writer = await asyncio.wait_for(connecting, WAIT_SECONDS)
    lines = [
        f"GET {path} HTTP/1.1",
        f"host: {browser.authority}",
        "upgrade: websocket",
        "connection: Upgrade",
    ]
    lines += ["sec-websocket-version: 13", f"sec-websocket-key: {base64.b64encode(os.urandom(16)).decode()}"]
    if origin is not None:
        lines.append(f"origin: {origin or browser.origin}")
    if protocol is not None:
        lines.append(f"sec-websocket-protocol: {protocol}")
    if browser.cookies:
        lines.append(f"cookie: {browser._cookie()}")
    lines += [f"{name}: {value}" for name, value in headers or []]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    try:
        answer = await asyncio.wait_for(read_answer(reader), WAIT_SECONDS)
    except BaseException:  # cut, or no longer waited for
        writer.transport.abort()
        raise
    if answer.status != 101:
        await _hang_up(writer)
        raise HandshakeRefusedError(answer)
    return Line(reader, writer, answer)


async def _connect_narrowly(browser: Browser, room: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    narrow = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, (browser.host, browser.port))
    return await asyncio.open_connection(sock=narrow, limit=room)


class Line:
    """An open WebSocket. Answers pings by itself; raises ClosedError when it ends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
        self.reader = reader
        self.writer = writer
        self.answer = answer

    async def __aenter__(self) -> Line:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def send(self, frame: dict[str, Any]) -> None:
        self.send_bytes(encode_frame(TEXT, json.dumps(frame).encode()))

    def send_bytes(self, data: bytes) -> None:
        self.writer.write(data)

    async def frame(self, wait: float = WAIT_SECONDS) -> dict[str, Any]:
        """The next text frame."""
        async with asyncio.timeout(wait):
            while True:
                opcode, payload = await self._read()
                if opcode == PING:
                    self.send_bytes(encode_frame(PONG, payload))
                elif opcode == CLOSE:
                    raise self._closed(payload)
                elif opcode == TEXT:
                    found: dict[str, Any] = json.loads(payload)
                    return found

    async def frame_of(self, kind: str, wait: float = WAIT_SECONDS) -> dict[str, Any]:
        """The next frame of this type; others are skipped."""
        async with asyncio.timeout(wait):
            while True:
                found = await self.frame(wait)
                if found["type"] == kind:
                    return found

    async def closed(self, wait: float = WAIT_SECONDS) -> ClosedError:
        """Wait until the server ends the line; what comes before is skipped."""
        async with asyncio.timeout(wait):
            while True:
                try:
                    await self.frame(wait)
                except ClosedError as closed:
                    return closed

    def stop_reading(self) -> None:
        """Let everything pile up at the server."""
        transport: Any = self.writer.transport
        transport.pause_reading()

    async def close(self) -> None:
        self.writer.transport.abort()
        await _hang_up(self.writer)

    async def _read(self) -> tuple[int, bytes]:
        try:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise ClosedError(1006, "") from error

    def _closed(self, payload: bytes) -> ClosedError:
        self.send_bytes(encode_frame(CLOSE, payload[:2]))
        code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
        return ClosedError(code, payload[2:].decode())


def encode_frame(opcode: int, payload: bytes, *, fin: bool = True, mask: bytes = b"\0\0\0\0") -> bytes:
    """A client's frame; `mask` empty sends it unmasked, which no client may."""
    first = (0x80 if fin else 0) | opcode
    flag = 0x80 if mask else 0
    if len(payload) < 126:
        head = struct.pack("!BB", first, flag | len(payload))
    elif len(payload) < 65_536:
        head = struct.pack("!BBH", first, flag | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first, flag | 127, len(payload))
    if mask and any(mask):
        payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    return head + mask + payload
