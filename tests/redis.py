"""A Redis that keeps nothing on disk and lives only as long as its test, on a free port of loopback."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ops.served import free_port

START_SECONDS = 20


class Redis:
    """`kill` and `start` again: the same port, and nothing of what it held."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port, self._options = folder, free_port(), options
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        keep_nothing = ("--save", "", "--appendonly", "no", "--dir", str(self.folder))
        where = ("--port", str(self.port), "--bind", "127.0.0.1")
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [_program(), *where, *keep_nothing, *self._options], stdout=log, stderr=log
            )
        for _ in range(START_SECONDS * 20):
            if self.ask("PING") == "PONG":
                return
            threading.Event().wait(0.05)
        raise AssertionError(f"Redis did not start:\n{(self.folder / 'log').read_text()}")

    def ask(self, *words: str) -> str:
        """What Redis answers; empty if it does not."""
        asked = subprocess.run(
            ["redis-cli", "-p", str(self.port), *words],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return asked.stdout.strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def restart(self) -> None:
        self.kill()
        self.start()

    def pause(self) -> None:
        """Its connections stay, and nothing is answered until `go_on`."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def redis(*options: str) -> Iterator[Redis]:
    folder = Path(tempfile.mkdtemp(prefix="ibasho-redis-"))
    try:
        here = Redis(folder, *options)
        try:
            yield here
        finally:
            here.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program() -> str:
    found = shutil.which("redis-server")
    if found is None:
        sys.exit("Redis is missing. Install it with: sudo apt-get install -y redis-server")
    return found
