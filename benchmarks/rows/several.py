"""One house served by one, two and four processes, with PostgreSQL and Redis between them, all on the server's core.

More processes on one core are no faster; what each part takes for a post tells what more cores would bring.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import partial

from benchmarks import postgres, processes
from benchmarks.crowd import Crowd, Run
from benchmarks.house import House, house
from benchmarks.table import Row, milliseconds, p99
from benchmarks.wires import HouseWire
from tests.redis import Redis, redis

COUNTS = (1, 2, 4)
SIZES = (10, 100, 500)
WRITERS = 10
IN_FLIGHT = (1, 10)  # a room where people talk, and one where they talk at once


@dataclass(frozen=True)
class Parts:
    """Seconds of the core, of each part of a house."""

    serving: float
    database: float
    broker: float


def rows(seconds: float) -> Iterator[Row]:
    for size in SIZES:
        for count in COUNTS:
            with contextlib.ExitStack() as stack:
                try:
                    table = stack.enter_context(postgres.durable())
                except SystemExit as missing:
                    yield Row(f"{count} processes", "not measured", "", False, str(missing))
                    return
                broker = stack.enter_context(_on_the_servers_core())
                here = stack.enter_context(
                    house(seats=size + WRITERS, DATABASE_URL=table.url(), REDIS_URL=broker.url)
                )
                for _ in range(count - 1):
                    here.serve_another()
                yield from _rows(
                    count, size, here, partial(_used, here, table.pid, broker.process.pid), seconds
                )


def _rows(count: int, size: int, here: House, used: Callable[[], Parts], seconds: float) -> Iterator[Row]:
    ports = [port for port, _ in here.others]
    with Crowd(HouseWire(here.port, here.members, WRITERS, ports), size) as crowd:
        for in_flight in IN_FLIGHT:
            before = used()
            run = crowd.run(in_flight, seconds)
            after = used()
            yield Row(
                f"deliveries/s, room of {size} over {count} process{'es' * (count > 1)}, {in_flight} in flight",
                f"{run.deliveries_per_second:,.0f}",
                beside=f"{_cost(run, before, after)}; echo p99 {milliseconds(p99(run.echoes))}",
            )


def _cost(run: Run, before: Parts, after: Parts) -> str:
    each = [
        (end - start) / max(1, run.messages) * 1e6
        for start, end in zip(astuple(before), astuple(after), strict=True)
    ]
    return "µs a message: processes together {:,.0f}, PostgreSQL {:,.0f}, Redis {:,.0f}".format(*each)


def _used(here: House, database: int, broker: int) -> Parts:
    serving = sum(processes.cpu_seconds(pid) for pid in (here.pid, *(one.pid for _, one in here.others)))
    return Parts(serving, processes.cpu_seconds_with_children(database), processes.cpu_seconds(broker))


@contextlib.contextmanager
def _on_the_servers_core() -> Iterator[Redis]:
    with redis() as here:
        processes.move(here.process.pid)
        yield here
