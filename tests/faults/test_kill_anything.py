"""Two processes of one house, PostgreSQL and Redis: any of them fails at any moment, and nothing told is lost.

FAULTS makes it longer and FAULTS_SECONDS ends it early, FAULTS_SEED plays a printed run again.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from tests.faults.houses import Houses
from tests.faults.talk import Talk
from tests.faults.twins import Twins
from tests.postgres import Cluster
from tests.redis import Redis, redis

FAULTS = int(os.environ.get("FAULTS", "24"))
SECONDS = float(os.environ.get("FAULTS_SECONDS", "inf"))
SAY_AFTER = 50
PAUSE_SECONDS = 0.02  # between two answers, so that a long run leaves a room that can be read through
Fault = Callable[[], Awaitable[object]]


async def test_kills_of_anything_lose_double_and_reorder_nothing(
    houses: Houses, tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(2**32))
    print(f"FAULTS_SEED={seed}")
    chance = random.Random(seed)
    name, began = houses.new(tmp_path), time.monotonic()
    with redis() as there:
        where = {"DATABASE_URL": houses.cluster.url(name), "REDIS_URL": there.url}
        async with Twins(tmp_path, **where) as twins, Talk(*twins.ports, pause=PAUSE_SECONDS) as talk:
            done: Counter[str] = Counter()
            slowest = 0.0
            while done.total() < FAULTS and time.monotonic() - began < SECONDS:
                await asyncio.sleep(chance.uniform(0.02, 0.4))
                kind, fault = chance.choice(list(_faults(twins, houses.cluster, there, name, chance).items()))
                await fault()
                slowest = max(slowest, await talk.goes_on())
                done[kind] += 1
                if done.total() % SAY_AFTER == 0:
                    print(f"{done.total()} faults in {time.monotonic() - began:.0f} s", flush=True)
            await twins.all_serve()
            found = await talk.end()
    print(f"FAULTS_SEED={seed}: {dict(done)}")
    record_line(f"two processes, PostgreSQL, Redis: {found.line(done.total(), slowest)}")
    assert found.is_whole, found
    assert found.acked > done.total()


def _faults(
    twins: Twins, cluster: Cluster, there: Redis, name: str, chance: random.Random
) -> Mapping[str, Fault]:
    """A process only while the other serves: two at once are nobody's house any more."""
    one = chance.randrange(2)
    of_processes: dict[str, Fault] = {
        "a process is killed": lambda: twins.end_one(one, signal.SIGKILL),
        "a process is asked to end": lambda: twins.end_one(one, signal.SIGTERM),
    }
    dropped = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"

    async def silence(other: Cluster | Redis) -> None:
        other.pause()
        await asyncio.sleep(chance.uniform(0.1, 2.0))
        other.go_on()

    async def kill(other: Cluster | Redis) -> None:
        await asyncio.to_thread(other.kill)
        await asyncio.sleep(chance.uniform(0.0, 1.0))
        await asyncio.to_thread(other.start)

    return (of_processes if twins.do_serve else {}) | {
        "Redis is killed": lambda: kill(there),
        "Redis is silent": lambda: silence(there),
        "Redis ends its subscriptions": lambda: asyncio.to_thread(there.ask, *_END_SUBSCRIPTIONS),
        "Redis forgets everything": lambda: asyncio.to_thread(there.ask, "FLUSHALL"),
        "PostgreSQL is killed": lambda: kill(cluster),
        "PostgreSQL is silent": lambda: silence(cluster),
        "PostgreSQL is restarted": lambda: asyncio.to_thread(cluster.restart),
        "PostgreSQL drops everybody": lambda: asyncio.to_thread(cluster.ask, dropped, name),
    }


_END_SUBSCRIPTIONS = ("CLIENT", "KILL", "TYPE", "pubsub")
