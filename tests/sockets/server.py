"""The real server as its own process, on a port and in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
TRIAL_ROOM = "tameshi"


class RunningHouse:
    """`log` is everything it has said so far. Ends with the block, at the latest by SIGKILL."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self._log = folder / "log.txt"
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("IBASHO_", "DATABASE_URL"))
        }
        self._environment |= {
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "ibasho.settings",
            **environment,
        }
        self.port = 0

    def __enter__(self) -> RunningHouse:
        command = [
            sys.executable,
            "-m",
            "ibasho",
            "serve",
            "--port",
            "0",
            "--data",
            str(self.folder / "data"),
        ]
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.fullmatch(r"address: http://localhost:(\d+)/\n", line):
                self.port = int(found[1])
                return self
        raise AssertionError(f"the server did not start:\n{self.log}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def log(self) -> str:
        return self._log.read_text()

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
