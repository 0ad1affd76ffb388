"""A big room at an even pace: how long until the last one has it, also beside what is slow."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

from benchmarks.crowd import Crowd
from benchmarks.house import House, Member, house
from benchmarks.pages import Browser
from benchmarks.table import Row, milliseconds, p99
from benchmarks.wires import HouseWire, opened, read_until

READERS, WRITERS = 1_000, 10
POSTS_PER_SECOND = 10
FEW = 200
SLOW_SECONDS = 0.5
EVERY = 0.01  # seconds between posts: fewer, and p99 would be the slowest of a hundred
SLOW_PAGE, SLOW_TABLE = "/help/", "house_helpline"


def rows(seconds: float) -> Iterator[Row]:
    """The big room."""
    with (
        house(seats=READERS + WRITERS) as here,
        Crowd(HouseWire(here.port, here.members, WRITERS), READERS) as crowd,
    ):
        run = crowd.run(100, seconds, every=1 / POSTS_PER_SECOND)
    last = p99(run.to_last)
    yield Row(
        f"post to the last of {READERS:,} readers, {POSTS_PER_SECOND} posts/s, p99",
        milliseconds(last),
        "≤100 ms",
        last <= 0.1,
        f"echo p99 {milliseconds(p99(run.echoes))}, {run.messages} posts",
    )


def rows_beside_slow(seconds: float) -> Iterator[Row]:
    """One room without and with a reader who never reads, and with a page whose query takes half a second."""
    slow = f"{SLOW_TABLE}:{SLOW_SECONDS}"
    with (
        house(seats=FEW + WRITERS + 1, is_watched=True, IBASHO_BENCH_SLOW=slow) as here,
        Crowd(HouseWire(here.port, here.members[:-1], WRITERS), FEW) as crowd,
    ):
        for name, beside in (("reader", _SlowReader), ("query", _SlowQuery)):
            alone = [p99(crowd.run(100, seconds / 4, every=EVERY).echoes)]
            with beside(here, here.members[-1]):
                other = p99(crowd.run(100, seconds / 2, every=EVERY).echoes)
            alone.append(p99(crowd.run(100, seconds / 4, every=EVERY).echoes))
            usual = sum(alone) / 2
            yield Row(
                f"one slow {name}: echo p99 of the others",
                f"{milliseconds(other)} beside {milliseconds(usual)}",
                "×≤1.25 or +2 ms",
                other <= max(usual * 1.25, usual + 0.002),
            )


class _SlowReader:
    """A line whose socket is never read, with the smallest buffer there is."""

    def __init__(self, here: House, member: Member) -> None:
        self._here, self._member = here, member

    def __enter__(self) -> None:
        self._line, rest = opened(self._here.port, f"/rooms/{self._member.slug}/live", self._member.cookie)
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        read_until(self._line, b'"type":"welcome"', rest)

    def __exit__(self, *_: object) -> None:
        self._line.close()


class _SlowQuery:
    """Somebody who loads, again and again, the page that waits for its query."""

    def __init__(self, here: House, member: Member) -> None:
        self._browser = Browser(here.port, member.cookie)
        self._over = threading.Event()

    def __enter__(self) -> None:
        began = time.monotonic()
        status = self._browser.get(SLOW_PAGE).status  # the first time costs more, because it is the first
        if status != 200 or time.monotonic() - began < SLOW_SECONDS:
            raise AssertionError(f"{SLOW_PAGE} is not slow: {status}")
        self._thread = threading.Thread(target=self._load)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _load(self) -> None:
        while not self._over.is_set():
            self._browser.get(SLOW_PAGE)
