"""How late the event loop comes to what is due. Whatever holds it up, holds up every line."""

from __future__ import annotations

import asyncio
from collections import deque

from ibasho.live import metrics

LOOK_SECONDS = 0.1
REMEMBERED_SECONDS = 5.0
SLOW_SECONDS = 0.25  # from here on people notice


class Lag:
    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._look_later()

    @property
    def worst(self) -> float:
        """The longest delay of the last few seconds."""
        return max((late for _, late in self._late), default=0.0)

    def _look_later(self) -> None:
        self._loop.call_later(LOOK_SECONDS, self._look, self._loop.time() + LOOK_SECONDS)

    def _look(self, due: float) -> None:
        now = self._loop.time()
        late = now - due
        metrics.LAG_SECONDS.observe(late)
        while self._late and now - self._late[0][0] > REMEMBERED_SECONDS:
            self._late.popleft()
        self._late.append((now, late))
        self._look_later()


here = Lag()  # of this process's one loop; 0 where nobody started it
