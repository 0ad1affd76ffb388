"""How long tests wait for what has to come, and how they measure a wait on a machine that others use, too."""

from __future__ import annotations

import os
import time
from pathlib import Path

# Reached only by what never comes: a machine may be slow, and that is nobody's fault.
PATIENCE_SECONDS = 60.0


class Unhindered:
    """`seconds`: that went by since, less those in which a thread of this process, or of the others named,
    could have gone on and had no core to do so. How soon something is done can be asked only of these.
    """

    def __init__(self, *others: int) -> None:
        self._processes = (os.getpid(), *others)
        self._held_up = self._look()
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        went_by, now = time.monotonic() - self._began, self._look()
        return went_by - sum(now[thread] - self._held_up.get(thread, 0.0) for thread in now)

    def _look(self) -> dict[str, float]:
        """By thread the seconds that it has ever waited for a core."""
        found = {}
        for process in self._processes:
            for file in Path(f"/proc/{process}/task").glob("*/schedstat"):
                try:
                    found[str(file)] = int(file.read_text().split()[1]) / 1e9
                except OSError:  # it has ended meanwhile
                    continue
        return found
