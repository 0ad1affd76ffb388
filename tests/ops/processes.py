"""Several processes of one house, looked after as by systemd, and `systemctl` to have one of them restarted."""

from __future__ import annotations

import os
import re
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.ops.managed import WAIT_SECONDS, Managed, hearing, listening_at
from tests.ops.served import ROOT, START, clean_environment

ROLL = ROOT / "deploy" / "roll"

_SYSTEMCTL = """#!{python}
import socket, sys
with socket.socket(socket.AF_UNIX) as way:
    way.connect({control!r})
    way.sendall(" ".join(sys.argv[1:]).encode() + b"\\n")
    sys.exit(int(way.recv(10)))
"""


class Processes:
    """`start` is what the next one is started by. Process n has the door `doors/n.sock`, as in deploy/."""

    def __init__(self, folder: Path, stack: ExitStack, number: int, environment: dict[str, str]) -> None:
        self.folder, self.doors = folder, folder / "doors"
        self.doors.mkdir()
        self.start = START
        self.houses: dict[int, Managed] = {}
        self.logs: list[str] = []
        self._environment = environment
        self._listeners, self._ways = {}, {}
        for one in range(1, number + 1):
            self._listeners[one] = stack.enter_context(listening_at(self.doors / f"{one}.sock"))
            (folder / str(one)).mkdir()
            self._ways[one] = stack.enter_context(hearing(folder / str(one)))
        (folder / "house.env").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
        stack.enter_context(_listening_to(self, folder))

    def start_all(self) -> None:
        """At once; returns when all serve."""
        for one in self._listeners:
            self._begin(one)
        for one in self._listeners:
            assert self._is_ready(one), self.log

    def restart(self, one: int) -> bool:
        """As `systemctl restart` of a unit of Type=notify: whether it serves again."""
        self._end(one, signal.SIGTERM)
        self._begin(one)
        return self._is_ready(one)

    def end_all(self) -> None:
        for one in list(self.houses):
            self._end(one, signal.SIGKILL)

    def roll(self, *numbers: int, patience: int = 120) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "IBASHO_DOORS": str(self.doors),
            "IBASHO_ENVIRONMENT": str(self.folder / "house.env"),
            "IBASHO_PATIENCE": str(patience),
        }
        return subprocess.run(
            [ROLL, *map(str, numbers)],
            env=clean_environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    @property
    def log(self) -> str:
        return "\n".join([*self.logs, *(house.log for house in self.houses.values())])

    def _begin(self, one: int) -> None:
        self.houses[one] = Managed(
            [self._listeners[one]],
            self.folder / "data",
            None,
            self.start,
            NOTIFY_SOCKET=self._ways[one].getsockname(),
            **self._environment,
        )

    def _end(self, one: int, number: int) -> None:
        house = self.houses.pop(one)
        house.end(number)
        self.logs.append(house.log)
        _forget_heard(self._ways[one])

    def _is_ready(self, one: int) -> bool:
        house, way = self.houses[one], self._ways[one]
        ended = threading.Thread(target=_tell_the_end, args=(house, way.getsockname()), daemon=True)
        ended.start()
        return way.recv(100) == b"READY=1"


def _tell_the_end(house: Managed, way: str) -> None:
    house.process.wait()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
        teller.sendto(b"EXITED", way)


def _forget_heard(way: socket.socket) -> None:
    way.settimeout(1)
    try:
        while way.recv(100) != b"EXITED":
            continue
    except TimeoutError:
        pass
    finally:
        way.settimeout(WAIT_SECONDS)


@contextmanager
def _listening_to(processes: Processes, folder: Path) -> Iterator[None]:
    class Order(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            order = re.fullmatch(rb"restart ibasho@(\d+)\n", self.rfile.readline())
            assert order
            self.wfile.write(b"0" if processes.restart(int(order[1])) else b"1")

    (folder / "systemctl").write_text(
        _SYSTEMCTL.format(python=sys.executable, control=str(folder / "control"))
    )
    (folder / "systemctl").chmod(0o755)
    with socketserver.ThreadingUnixStreamServer(str(folder / "control"), Order) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def processes(folder: Path, number: int, **environment: str) -> Iterator[Processes]:
    """The doors are open; nobody serves yet. All are ended with the block."""
    with ExitStack() as stack:
        all_of_them = Processes(folder, stack, number, environment)
        stack.callback(all_of_them.end_all)
        yield all_of_them
