"""The real server as its own process, on a port and in a folder of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.ops.served import begin
from tests.patience import PATIENCE_SECONDS
from tests.wire import Browser, Line, open_line

ROOT = Path(__file__).resolve().parents[2]
TRIAL_ROOM = "tameshi"
LIVE = f"/rooms/{TRIAL_ROOM}/live"
POLL = f"/rooms/{TRIAL_ROOM}/events/"
TOKEN = "look"


class RunningHouse:
    """`log` is everything it has said so far. Ends with the block, at the latest by SIGKILL.

    `other` changes waits and constants, as `tests.sockets.launch` says.
    """

    def __init__(self, folder: Path, other: dict[str, Any] | None = None, **environment: str) -> None:
        self.folder = folder
        self._other = other
        self._log = folder / "log.txt"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("IBASHO_", "DATABASE_URL"))
        }
        self.environment |= {
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "ibasho.settings",
            "IBASHO_METRICS_TOKEN": TOKEN,
            **environment,
        }
        self.port = 0

    def __enter__(self) -> RunningHouse:
        begin(self.folder / "data")
        how = ["ibasho"] if self._other is None else ["tests.sockets.launch", json.dumps(self._other)]
        command = [sys.executable, "-m", *how, "serve", "--port", "0", "--data", str(self.folder / "data")]
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True
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
        self.process.wait(PATIENCE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def memory(self) -> int:
        """Bytes that the process holds in memory."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found is not None
        return int(found[1]) * 1024

    async def counts(self, name: str, number: float) -> bool:
        return await self.count(name) == number

    async def count(self, name: str) -> float:
        """One number of /metrics."""
        headers = [("authorization", f"Bearer {TOKEN}")]
        answer = await Browser(self.port).request("GET", "/metrics", headers=headers)
        found = re.search(rf"^{re.escape(name)} (\S+)$", answer.text, re.M)
        assert found is not None, name
        return float(found[1])

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def jump(self) -> None:
        """Set its clock, by the hours that `other` says."""
        self.process.send_signal(signal.SIGUSR1)

    def hold_up(self) -> None:
        """Keep its event loop from doing anything for a moment."""
        self.process.send_signal(signal.SIGUSR2)


async def until(is_so: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS) -> None:
    """Ask again and again until the house says so."""
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 - another process is asked
            await asyncio.sleep(0.05)


async def until_ready(browser: Browser) -> None:
    """On a busy machine a loop that just began is held up, and /readyz says so."""

    async def is_ready() -> bool:
        return (await browser.get("/readyz")).text == "ok\n"

    await until(is_ready)


async def seated(house: RunningHouse, mode: str = "speak") -> Browser:
    """A guest with a seat in the room to try."""
    browser = Browser(house.port)
    await browser.enter()
    answer = await browser.post(f"/rooms/{TRIAL_ROOM}/door/", {"mode": mode, "call_name": ""})
    assert answer.status in (302, 303), answer.text[:300]
    return browser


async def welcomed(browser: Browser) -> Line:
    line = await open_line(browser, LIVE)
    assert (await line.frame())["type"] == "welcome"
    return line
