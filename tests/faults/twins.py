"""Two processes of one house, on PostgreSQL and Redis, each with a port that it keeps through every end."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from types import TracebackType

from tests.ops.served import House, free_port

START_TRIES = 20


class Twins:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.ports = (free_port(), free_port())
        self._folder = folder
        self._environment = {"IBASHO_RATE_LIMITS": "off", **environment}
        self._houses: dict[int, House] = {}
        self._starting: dict[int, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Twins:
        for number in range(len(self.ports)):
            await self._start(number)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._starting.values():
            task.cancel()
        await asyncio.gather(*self._starting.values(), return_exceptions=True)
        for house in self._houses.values():
            await asyncio.to_thread(house.end, signal.SIGKILL)

    @property
    def log(self) -> str:
        return "\n".join(house.log for house in self._houses.values())

    @property
    def do_serve(self) -> bool:
        """Whether both do, or one is still on its way."""
        return all(task.done() for task in self._starting.values())

    async def end_one(self, number: int, how: signal.Signals) -> int:
        """One is ended while the other serves, and begins again meanwhile; returns its exit code."""
        await self.all_serve()
        code = await asyncio.to_thread(self._houses[number].end, how)
        self._starting[number] = asyncio.create_task(self._start(number))
        return code

    async def all_serve(self) -> None:
        await asyncio.gather(*self._starting.values())

    async def _start(self, number: int) -> None:
        """Again, as whoever looks after it does, if the database was away just then."""
        for _ in range(START_TRIES):
            house = House(self._folder, port=self.ports[number], **self._environment)
            self._houses[number] = house
            try:
                await asyncio.to_thread(house.wait_until_it_serves)
            except AssertionError:
                await asyncio.to_thread(house.end, signal.SIGKILL)
            else:
                return
        raise AssertionError(f"it does not start any more:\n{self._houses[number].log}")
