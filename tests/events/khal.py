"""khal, a calendar that people use: it is given our files and asked what it understood."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_CONFIG = """
[calendars]
[[home]]
path = {folder}/calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Asia/Tokyo
default_timezone = Asia/Tokyo
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


class Khal:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._config = folder / "khal.conf"
        (folder / "calendar").mkdir()
        self._config.write_text(_CONFIG.format(folder=folder))

    def take_in(self, file: bytes) -> None:
        """As somebody does who opens a file once more: what has the same UID is replaced."""
        path = self._folder / "house.ics"
        path.write_bytes(file)
        self._run("import", "--batch", "-a", "home", str(path))

    def days(self, first: str, span: str = "400d") -> list[str]:
        """Each entry as `start end|title|where|status`, in order."""
        line = "{start-long-full} {end-time}|{title}|{location}|{status}"
        said = self._run("list", "--once", "--day-format", "", "--format", line, first, span)
        return [row.strip() for row in said.splitlines() if row.strip()]

    def _run(self, *words: str) -> str:
        home = {"HOME": str(self._folder), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from khal.cli import main_khal; main_khal()",
                "-c",
                str(self._config),
                *words,
            ],
            capture_output=True,
            text=True,
            timeout=60,
            env=home,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
