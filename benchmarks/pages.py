"""A browser as far as pages need one: a kept connection, what a page names, and how much came."""

from __future__ import annotations

import gzip
import re
import socket
from dataclasses import dataclass
from urllib.parse import urljoin

import brotli

from benchmarks.wires import reach, read_until

_NAMED = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_IMPORTS = re.compile(r"""(?:from|import)\s*\(?['"]([^'"]+\.js)['"]|@import\s+(?:url\()?['"]([^'"]+)['"]""")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    wire_bytes: int

    @property
    def text(self) -> str:
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
        plain: bytes = unpack[self.headers.get("content-encoding")](self.body)
        return plain.decode()


class Browser:
    """One connection that is kept as long as the server keeps it."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._sock: socket.socket | None = None

    def get(self, path: str) -> Answer:
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: localhost:{self._port}",
            "Accept: text/html,*/*",
            "Accept-Encoding: gzip, br",
            f"Cookie: {self._cookie}",
        ]
        sock = self._sock or reach(self._port)
        sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = _read(sock)
        if answer.headers.get("connection", "").lower() == "close":
            sock.close()
            self._sock = None
        else:
            self._sock = sock
        return answer

    def load(self, path: str) -> dict[str, int]:
        """The page with every file that it names, and those that these import; bytes on the wire of each."""
        page = self.get(path)
        if page.status != 200:
            raise AssertionError(f"{path}: {page.status}")
        weights, waiting = {path: page.wire_bytes}, _NAMED.findall(page.text)
        while waiting:
            file = waiting.pop()
            if file in weights:
                continue
            answer = self.get(file)
            weights[file] = answer.wire_bytes
            if file.endswith((".js", ".css")):
                waiting += [urljoin(file, one or other) for one, other in _IMPORTS.findall(answer.text)]
        return weights


def _read(sock: socket.socket) -> Answer:
    head, _, body = read_until(sock, b"\r\n\r\n").partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    size = len(head) + 4
    if headers.get("transfer-encoding") == "chunked":
        raw = read_until(sock, b"0\r\n\r\n", body)
        size, body = size + len(raw), _without_chunks(raw)
    else:
        length = int(headers.get("content-length", "0"))
        while len(body) < length:
            body += sock.recv(65536)
        size += length
    return Answer(int(first.split()[1]), headers, body, size)


def _without_chunks(raw: bytes) -> bytes:
    body = b""
    while raw:
        size, _, rest = raw.partition(b"\r\n")
        length = int(size, 16)
        body, raw = body + rest[:length], rest[length + 2 :] if length else b""
    return body
