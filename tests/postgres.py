"""`python -m tests.postgres COMMAND …`: runs the command beside a PostgreSQL that lives only as long.

The cluster stands in a temporary folder, listens on loopback alone, and `DATABASE_URL`
names it. PostgreSQL refuses to be run by root, so root hands it to the user `postgres`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of an empty database in a cluster of its own."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="ibasho-postgres-"))
    try:
        _give_to_postgres(folder)
        _run(
            folder,
            [programs / "initdb", "-D", "cluster", "-U", "house", "-E", "UTF8", "--locale=C", "-A", "trust"],
        )
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} " + " ".join(f"-c {q}" for q in QUICK)
        _run(folder, [programs / "pg_ctl", "-D", "cluster", "-w", "-l", "log", "-o", options, "start"])
        try:
            yield f"postgresql://house@127.0.0.1:{port}/postgres"
        finally:
            _run(folder, [programs / "pg_ctl", "-D", "cluster", "-w", "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _run(folder: Path, command: list[str | Path]) -> None:
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
