"""ngIRCd, a small IRC server in C that stores nothing: what a room costs when nothing is promised."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import processes

PACKAGE = "ngircd"
PROGRAM = "/usr/sbin/ngircd"
CONFIG = """[Global]
Name = irc.bench.local
Info = bench
Listen = 127.0.0.1
Ports = {port}
[Limits]
ConnectRetry = 0
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
"""


def is_there() -> bool:
    return Path(PROGRAM).exists()


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """Its port and its process."""
    folder, port = Path(tempfile.mkdtemp(prefix="ngircd-bench-")), processes.free_port()
    config = folder / "ngircd.conf"
    config.write_text(CONFIG.format(port=port))
    folder.chmod(0o755)
    try:
        with processes.running(
            [PROGRAM, "--nodaemon", "--config", config], port=port, core=processes.cores()[0]
        ) as process:
            yield port, process.pid
    finally:
        shutil.rmtree(folder, ignore_errors=True)
