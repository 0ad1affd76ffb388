"""Two processes of one house on PostgreSQL and Redis, each with a door of its own, and one clock for all."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import math
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import time_machine
from django.db import connection

from ibasho.people.models import Person
from tests.conftest import EVENING
from tests.faults.house import CSRF, TURN_SECONDS, House, Wire
from tests.faults.moved import said_by
from tests.ops import served
from tests.sockets.server import TOKEN
from tests.wire import Answer, Browser, ClosedError, Line, open_line

SESSION = "sessionid"


class WireOutside(Wire):
    def __init__(self, line: Line, door: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.door = door
        self._line = line
        self._came: list[dict[str, Any]] = []
        self._end: tuple[int, str] | None = None
        self._hearing = loop.create_task(self._hear())

    @property
    def is_over(self) -> bool:
        return self.is_lost or self._end is not None

    def send(self, frame: Mapping[str, Any]) -> None:
        self._line.send(dict(frame))

    def _take(self) -> list[dict[str, Any]]:
        found, self._came = self._came, []
        self.closed = self._end
        return found

    async def _hear(self) -> None:
        try:
            while True:
                frame = await self._line.frame(math.inf)
                self._came.append(frame)
        except ClosedError as end:
            self._end = (end.code, end.reason)

    async def hang_up(self) -> None:
        self._hearing.cancel()
        await asyncio.gather(self._hearing, return_exceptions=True)
        await self._line.close()


class Moved(served.House):
    """One process. `clock` is the file with its time, `name` what the database knows it by."""

    def __init__(self, clock: Path, data: Path, port: int, name: str, **environment: str) -> None:
        self._clock, self._data, self.name = clock, data, name
        environment["DATABASE_URL"] += f"?application_name={name}"
        super().__init__(data, port=port, **environment)

    def starting(self) -> list[str]:
        return [sys.executable, "-m", "tests.faults.moved", str(self._clock), "serve"]

    @property
    def serves(self) -> bool:
        return bool(self.said)

    def look_at_clock(self) -> None:
        self.process.send_signal(signal.SIGUSR1)

    def stands_at(self, when: str) -> bool:
        answer = said_by(self._clock, self.process.pid)
        return answer.exists() and answer.read_text() == when

    def has_come_to(self, epoch: str) -> bool:
        file = self._data / "epoch.json"
        if not file.exists():
            return False
        noted = json.loads(file.read_text())
        return f"{noted['mark']}.{noted['count']}" == epoch


class Processes(House):
    """`folders`: one for each, with the same house secret. Requests come in by all doors in turns."""

    def __init__(self, clock: Path, folders: Sequence[Path], **environment: str) -> None:
        self._clock, self._folders = clock, folders
        self._environment = {"IBASHO_RATE_LIMITS": "off", "IBASHO_METRICS_TOKEN": TOKEN, **environment}
        self._loop = asyncio.new_event_loop()
        self._wires: list[WireOutside] = []
        self._requests = itertools.count()
        self._ended: list[Moved] = []
        self._travel = time_machine.travel(EVENING, tick=False)
        self._traveller = self._travel.start()
        self._clock.write_text(repr(EVENING.timestamp()))
        self._ports = [served.free_port() for _ in folders]
        self._processes = [self._start(door) for door in range(len(folders))]

    @property
    def log(self) -> str:
        return "\n".join(process.log for process in (*self._ended, *self._processes))

    def end(self) -> None:
        for process in self._processes:
            process.end(signal.SIGKILL)
        self._loop.close()
        self._travel.stop()

    def move_to(self, when: dt.datetime) -> None:
        self._all_serve()
        self._traveller.move_to(when.timestamp())
        stands = repr(when.timestamp())
        self._clock.write_text(stands)
        for process in self._processes:
            process.look_at_clock()
        self.until(lambda: all(one.stands_at(stands) for one in self._processes), "a clock that stays behind")

    def turn(self, times: int) -> None:
        self.run(asyncio.sleep(times * TURN_SECONDS))

    def rest_between_sessions(self) -> None:
        for door in range(len(self._processes)):
            self._notice_ends(door)

    def kill(self, pick: int) -> None:
        """One, or the other, or both; nobody waits for them."""
        self._all_serve()
        doors = ((0,), (1,), (0, 1))[pick % 3]
        for door in doors:
            self._processes[door].end(signal.SIGKILL)
            self._ended.append(self._processes[door])
        for wire in [wire for wire in self._wires if wire.door in doors]:
            wire.is_lost = True
            self._let_go(wire)
        names = [self._processes[door].name for door in doors]
        self.until(lambda: not _connections(names), "a transaction that outlives its process")
        for door in doors:
            self._processes[door] = self._start(door)

    def close(self) -> None:
        for wire in list(self._wires):
            self._let_go(wire)
        self.rest_between_sessions()

    def enter(self, standpoint: str) -> tuple[Person, str]:
        browser = Browser(self._ports[self._next_door()])
        self.run(browser.enter(standpoint))
        return Person.objects.latest("pk"), f"{SESSION}={browser.cookies[SESSION]}"

    def request(self, method: str, path: str, cookie: str, form: Mapping[str, str] | None = None) -> Answer:
        browser = self._browser(self._next_door(), cookie)
        if method == "GET":
            return self.run(browser.get(path, as_json=True))
        return self.run(browser.post(path, dict(form or {}), as_json=True))

    def open(self, path: str, cookie: str, door: int) -> Wire:
        door %= len(self._processes)
        self._processes[door].wait_until_it_serves()
        line = self.run(open_line(self._browser(door, cookie), path))
        self._wires.append(WireOutside(line, door, self._loop))
        return self._wires[-1]

    def hang_up(self, wire: Wire) -> None:
        assert isinstance(wire, WireOutside)
        self._let_go(wire)
        self._notice_ends(wire.door)

    def settle(self, epoch: str) -> None:
        self._all_serve()
        self.until(
            lambda: all(one.has_come_to(epoch) for one in self._processes), "an epoch that stays behind"
        )

    def _start(self, door: int) -> Moved:
        name = f"door{door}"
        return Moved(self._clock, self._folders[door], self._ports[door], name, **self._environment)

    def _all_serve(self) -> None:
        for process in self._processes:
            process.wait_until_it_serves()

    def _next_door(self) -> int:
        """By turns, past one that is still beginning."""
        if not any(process.serves for process in self._processes):
            self._all_serve()
        serving = [door for door, process in enumerate(self._processes) if process.serves]
        return serving[next(self._requests) % len(serving)]

    def _browser(self, door: int, cookie: str) -> Browser:
        name, _, value = cookie.partition("=")
        return Browser(self._ports[door], cookies={name: value, "csrftoken": CSRF})

    def _let_go(self, wire: WireOutside) -> None:
        self._wires.remove(wire)
        self.run(wire.hang_up())

    def _notice_ends(self, door: int) -> None:
        """Else somebody who hung up would still be there for the house: in a session, or one line too many."""
        there = [wire for wire in self._wires if wire.door == door and not wire.is_over]
        if self._processes[door].serves:
            self.until(lambda: self._lines(door) <= len(there), "a line that nobody holds")

    def _lines(self, door: int) -> int:
        headers = [("authorization", f"Bearer {TOKEN}")]
        text = self.run(Browser(self._ports[door]).request("GET", "/metrics", headers=headers)).text
        found = re.search(r"^ibasho_lines (\S+)$", text, re.M)
        assert found is not None
        return round(float(found[1]))


def _connections(names: Sequence[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS, [list(names)])
        return int(cursor.fetchone()[0])


_CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY(%s)"
)
