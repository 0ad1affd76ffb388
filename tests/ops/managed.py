"""What a service manager does for a house: it opens the sockets, keeps them, and hears how the process fares."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.ops.served import START, House

WAIT_SECONDS = 300

# Between fork and exec its sockets become 3, 4, …, and who they are for is said.
# First out of the way, so that none is put in another's place.
_GIVING = """
import fcntl, os, sys
number = int(sys.argv[1])
given = [fcntl.fcntl(int(handle), fcntl.F_DUPFD_CLOEXEC, 100) for handle in sys.argv[2:2 + number]]
for place, handle in enumerate(given, 3):
    os.dup2(handle, place)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = str(number)
os.execv(sys.argv[2 + number], sys.argv[2 + number:])
"""


class Managed(House):
    """A house that is given sockets, as by systemd."""

    def __init__(
        self,
        given: Sequence[socket.socket],
        data: Path,
        port: int | None = None,
        start: Path = START,
        **environment: str,
    ) -> None:
        self._given = given
        self._start = start
        super().__init__(data, port=port, **environment)

    def starting(self) -> list[str]:
        handles = [str(handle) for handle in self.handles()]
        if not handles:
            return [str(self._start)]
        return [sys.executable, "-c", _GIVING, str(len(handles)), *handles, str(self._start)]

    def handles(self) -> list[int]:
        return [one.fileno() for one in self._given]


@contextmanager
def listening(host: str) -> Iterator[socket.socket]:
    with socket.create_server((host, 0), backlog=1024) as listener:
        yield listener


@contextmanager
def listening_at(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        path.chmod(0o660)
        listener.listen(1024)
        yield listener


@contextmanager
def hearing(folder: Path) -> Iterator[socket.socket]:
    """Where processes tell how they fare."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.bind(str(folder / "notify"))
        way.settimeout(WAIT_SECONDS)
        yield way


class ByPath(http.client.HTTPConnection):
    """A connection to a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(str(self._path))
