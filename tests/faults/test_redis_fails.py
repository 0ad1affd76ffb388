"""E6, E7 and E8: Redis ends, says nothing, forgets, is full or loses messages; rooms are read on."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.faults.houses import Houses
from tests.faults.proxy import Proxy, Weather, read_reply
from tests.faults.talk import ROOM, Talk
from tests.faults.twins import Twins
from tests.redis import Redis, redis
from tests.wire import Browser

RESYNC_SECONDS = 5.0
SOON_SECONDS = 1.0
BEAT_SECONDS = 25.0  # behind the last words of all nobody else's come, so that a beat has to tell
SILENT_SECONDS = 10.0
LOST = Weather(lost=0.1)
MOST_LOST = 30
LATE = Weather(delay=0.25)  # each way


@asynccontextmanager
async def two_processes(houses: Houses, folder: Path, port: int) -> AsyncIterator[tuple[Twins, Talk]]:
    """`port`: that of Redis, or of whoever stands before it."""
    where = {"DATABASE_URL": houses.cluster.url(houses.new(folder))}
    where["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    async with Twins(folder, **where) as twins, Talk(*twins.ports, pause=0.02) as talk:
        yield twins, talk


async def test_whatever_redis_does_rooms_are_whole_again_soon_and_no_page_fails(
    houses: Houses, tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    with redis() as there:
        async with (
            Proxy(there.port, 1) as proxy,
            two_processes(houses, tmp_path, proxy.port) as (twins, talk),
        ):
            back: dict[str, float] = {}
            for words in _ORDERS:
                there.ask(*words)
                back[" ".join(words)] = await talk.goes_on()
            await asyncio.to_thread(there.restart)
            back["restart"] = await talk.goes_on()
            there.pause()
            back["silent"] = await _goes_on_and_serves(twins, talk, SILENT_SECONDS)
            there.go_on()
            back["not silent"] = await talk.goes_on()
            await asyncio.to_thread(there.kill)
            back["gone"] = await _goes_on_and_serves(twins, talk)
            await asyncio.to_thread(there.start)
            back["back"] = await talk.goes_on()
            proxy.weather = LATE
            back["late"] = await _goes_on_and_serves(twins, talk)
            proxy.weather = Weather()
            _fill(there)
            back["full"] = await _goes_on_and_serves(twins, talk)
            there.ask("CONFIG", "SET", "requirepass", "another")
            there.ask("-a", "another", "CLIENT", "KILL", "TYPE", "pubsub")
            there.ask("-a", "another", "CLIENT", "KILL", "TYPE", "normal")
            back["another password"] = await _goes_on_and_serves(twins, talk)
            found = await talk.end()
    record_line(f"Redis: {found.line(len(back), max(back.values()))}")
    assert found.is_whole, found
    assert max(back.values()) <= RESYNC_SECONDS, back


_ORDERS = (
    ("CLIENT", "PAUSE", "1000"),
    ("CLIENT", "KILL", "TYPE", "pubsub"),
    ("CLIENT", "KILL", "TYPE", "normal"),
    ("FLUSHALL",),
)


def _fill(there: Redis) -> None:
    """No room for anything, and where counts were kept there are lists now."""
    for key in there.ask("KEYS", "*").split():
        there.ask("DEL", key)
        there.ask("RPUSH", key, "not what was here")
    there.ask("CONFIG", "SET", "maxmemory", "1")


async def _goes_on_and_serves(twins: Twins, talk: Talk, seconds: float = 0.0) -> float:
    """The slowest way of some words to everybody in this time; pages are made and forms are taken as ever."""
    slowest, ends = 0.0, asyncio.get_running_loop().time() + seconds
    while True:
        slowest = max(slowest, await talk.goes_on())
        for reader in talk.readers:
            browser = reader.browser
            assert (await browser.get(f"/rooms/{ROOM}/messages/", as_json=True)).status == 200
            posted = await browser.post("/me/settings/", {"theme": "night"}, as_json=True)
            assert posted.status < 400, posted.text
        for port in twins.ports:
            assert (await Browser(port).get("/rules/")).status == 200
        if asyncio.get_running_loop().time() >= ends:
            return slowest


async def test_lost_messages_are_found_by_their_numbers(
    houses: Houses, tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    async with AsyncExitStack() as stack:
        there = stack.enter_context(redis())
        proxy = await stack.enter_async_context(Proxy(there.port, seed, read=read_reply))
        _, talk = await stack.enter_async_context(two_processes(houses, tmp_path, proxy.port))
        before = len(talk.waits())
        proxy.weather = LOST
        while proxy.lost < MOST_LOST:
            await talk.goes_on()
        found = await talk.end()
    waits = talk.waits()[before:]
    usual, worst = statistics.median(waits), max(waits)
    record_line(f"lost messages: {found.line(proxy.lost, worst)}, usually {usual * 1000:.0f} ms")
    assert found.is_whole, found
    assert usual <= SOON_SECONDS
    assert worst <= BEAT_SECONDS
