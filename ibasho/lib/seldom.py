"""One line in the log for many of a kind: a flood of them would hide everything else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

SECONDS = 60


class Seldom:
    """Logs a warning at most once in `seconds`; the next one says how many were left out."""

    def __init__(
        self, logger: logging.Logger, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger = logger
        self._seconds = seconds
        self._clock = clock
        self._due = 0.0
        self._left_out = 0

    def warning(self, text: str) -> None:
        now = self._clock()
        if now < self._due:
            self._left_out += 1
            return
        if self._left_out:
            text = f"{text} (and {self._left_out} more since the last line)"
        self._logger.warning("%s", text)
        self._due = now + self._seconds
        self._left_out = 0
