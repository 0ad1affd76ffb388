"""Our own server: its folder, its people, its process."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import processes

MODULE = [sys.executable, "-m"]
WHERE: list[str] = []  # --folder: the parent of the data folders, if not the usual one for temporary files


@dataclass(frozen=True)
class Member:
    """Somebody who sits in a room, and the browser that shows it."""

    slug: str
    seat: str
    cookie: str


class House:
    """A filled house. `serve` may be called again after `kill`: the same folder, the same people."""

    def __init__(
        self, folder: Path, *, rooms: int, seats: int, is_watched: bool = False, **environment: str
    ) -> None:
        self._environment = {
            "IBASHO_DATA": str(folder / "data"),
            "IBASHO_RATE_LIMITS": "off",
            "IBASHO_URL": "",
            "DJANGO_SETTINGS_MODULE": "ibasho.settings",
            "PYTHONUNBUFFERED": "1",
            "IBASHO_BENCH_COUNTS": str(folder / "counts.json"),
            **environment,
        }
        self._log = folder / "log.txt"
        self._counts = folder / "counts.json"
        self._program = "benchmarks.watched" if is_watched else "ibasho"
        arguments = ["benchmarks.furnish", "--rooms", str(rooms), "--seats", str(seats), "--obey"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._hand = self._start(arguments, core=processes.cores()[1], **pipes)
        told = self._answer()
        self.members = [
            Member(one["slug"], one["seat"], f"{told['cookie']}={one['key']}") for one in told["members"]
        ]
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self.others: list[tuple[int, subprocess.Popen[str]]] = []  # each with its port

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def serve(self, *arguments: str) -> None:
        """Returns when it serves. Raises RuntimeError with its log if it ends before."""
        self.port, self.process = self._serve(self.port, *arguments)

    def serve_another(self) -> None:
        """One more process beside the first; PostgreSQL and Redis are in the environment."""
        self.others.append(self._serve(0))

    def _serve(self, port: int, *arguments: str) -> tuple[int, subprocess.Popen[str]]:
        command = [self._program, "serve", "--port", str(port), *arguments]
        process = self._start(command, core=processes.cores()[0], stdout=subprocess.PIPE)
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.fullmatch(r"address: http://localhost:(\d+)/\n", line):
                return int(found[1]), process
        raise RuntimeError(f"the house did not start:\n{self._log.read_text()}")

    def kill(self) -> None:
        assert self.process is not None
        processes.end(self.process, signal.SIGKILL)

    def order(self, name: str, *values: object) -> Any:
        """Have something done to the tables from another process."""
        assert self._hand.stdin is not None
        self._hand.stdin.write(json.dumps({"order": name, "with": values}) + "\n")
        self._hand.stdin.flush()
        return self._answer()

    def queries(self) -> Counter[str]:
        """How many queries of each table the server has asked since it began. Only if it is watched."""
        self._counts.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        while not self._counts.exists() or not self._counts.read_text():
            time.sleep(0.02)
        return Counter(json.loads(self._counts.read_text()))

    def end(self) -> None:
        for process in (self.process, self._hand, *(one for _, one in self.others)):
            if process is not None:
                processes.end(process)

    def _start(self, arguments: list[str], *, core: int, **more: Any) -> subprocess.Popen[str]:
        with self._log.open("a") as log:
            return processes.start(
                [*MODULE, *arguments], core=core, environment=self._environment, stderr=log, **more
            )

    def _answer(self) -> Any:
        assert self._hand.stdout is not None
        line = self._hand.stdout.readline()
        if not line:
            raise RuntimeError(f"the house could not be prepared:\n{self._log.read_text()}")
        return json.loads(line)


@contextlib.contextmanager
def house(*, rooms: int = 1, seats: int, is_watched: bool = False, **environment: str) -> Iterator[House]:
    """A house that serves, with `seats` people in each room; gone with the block."""
    folder = Path(tempfile.mkdtemp(prefix="ibasho-bench-", dir=WHERE[0] if WHERE else None))
    here = None
    try:
        here = House(folder, rooms=rooms, seats=seats, is_watched=is_watched, **environment)
        here.serve()
        yield here
    finally:
        if here is not None:
            here.end()
        shutil.rmtree(folder, ignore_errors=True)
