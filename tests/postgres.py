"""`python -m tests.postgres COMMAND …`: runs the command beside a PostgreSQL that lives only as long.

The cluster stands in a temporary folder, listens on loopback alone, and `DATABASE_URL`
names it. PostgreSQL refuses to be run by root, so root hands it to the user `postgres`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Cluster:
    """One PostgreSQL with a port of its own, which it keeps through every end and start."""

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        self.folder, self._programs = folder, _programs()
        words = ("-D", "cluster", "-U", "house", "-E", "UTF8", "--locale=C", "-A", "trust")
        _run(folder, [self._programs / "initdb", *words])
        self.port = _free_port()
        where = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {folder} "
        self._options = where + " ".join(f"-c {option}" for option in options)
        self.start()

    def url(self, database: str = "postgres", *, port: int = 0) -> str:
        """`port` is that of somebody in between."""
        return f"postgresql://house@127.0.0.1:{port or self.port}/{database}"

    @property
    def pid(self) -> int:
        """Of the first process, which starts all others."""
        return int((self.folder / "cluster" / "postmaster.pid").read_text().split()[0])

    def ask(self, sql: str, *values: object, database: str = "postgres") -> list[tuple[Any, ...]]:
        """The rows of one statement, which is committed by itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        self._control("-l", "log", "-o", self._options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._control("-m", mode, "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """SIGKILL for all of it at once."""
        processes = self._signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    def pause(self) -> None:
        """Its connections stay, and nothing is answered until `go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> list[psutil.Process]:
        """To the first process before its children, so that none is made meanwhile."""
        first = psutil.Process(self.pid)
        first.send_signal(number)
        children = first.children(recursive=True)
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.send_signal(number)
        return [first, *children]

    def _control(self, *words: str) -> None:
        _run(self.folder, [self._programs / "pg_ctl", "-D", "cluster", "-w", *words])


@contextlib.contextmanager
def cluster(*options: str) -> Iterator[Cluster]:
    """With `options` it keeps its word about the disk unless they say otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="ibasho-postgres-"))
    try:
        _give_to_postgres(folder)
        here = Cluster(folder, options)
        try:
            yield here
        finally:
            here.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of an empty database in a cluster of its own, which is in no hurry to reach the disk."""
    with cluster(*QUICK) as here:
        yield here.url()


def _programs() -> Path:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parent.parent.name)
    )
    if not folders:
        sys.exit("PostgreSQL is missing. Install it with: sudo apt-get install -y postgresql")
    return folders[-1].parent


def _give_to_postgres(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")


def _run(folder: Path, command: Sequence[str | Path]) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    # stdin closed and output to a file: a server that inherits a pipe would keep its reader waiting
    with (folder / "said").open("a+") as said:
        done = subprocess.run(
            command, cwd=folder, user=user, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
        )
        if done.returncode:
            said.seek(0)
            sys.exit(f"PostgreSQL did not start or stop:\n{said.read()}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    with postgres() as url:
        code = subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    sys.exit(code)
