"""E3 and E5: PostgreSQL is restarted, drops everybody, says nothing for a while, or chooses a victim."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from tests.faults.houses import Houses
from tests.faults.talk import ROOM, Talk
from tests.faults.writers import Writer, whole_room
from tests.ops.served import House
from tests.postgres import Cluster

ANSWER_SECONDS = 3.0
RESUME_SECONDS = 5.0
DROPS = 5
SILENT_SECONDS = 5.0
THOSE_OF_THE_HOUSE = "FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@asynccontextmanager
async def served(houses: Houses, folder: Path) -> AsyncIterator[tuple[House, str]]:
    name = houses.new(folder)
    house = House(folder, DATABASE_URL=houses.cluster.url(name), IBASHO_RATE_LIMITS="off")
    try:
        await asyncio.to_thread(house.wait_until_it_serves)
        yield house, name
    finally:
        await asyncio.to_thread(house.end, 9)


async def test_words_are_put_off_while_postgres_fails_and_none_is_lost_or_doubled(
    houses: Houses, tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    cluster = houses.cluster
    async with served(houses, tmp_path) as (house, name), Talk(house.port) as talk:
        back = []
        for _ in range(DROPS):
            assert cluster.ask(f"SELECT pg_terminate_backend(pid) {THOSE_OF_THE_HOUSE}", name)
            back.append(await talk.goes_on())
        assert talk.busy > 0
        await asyncio.to_thread(cluster.restart)
        back.append(await talk.goes_on())
        before = talk.busy
        cluster.pause()
        await asyncio.sleep(SILENT_SECONDS)
        cluster.go_on()
        back.append(await talk.goes_on())
        assert talk.busy >= before + len(talk.writers)
        found = await talk.end()
    record_line(f"PostgreSQL: {found.line(len(back), max(back))}, slowest answer {talk.slowest:.1f} s")
    assert found.is_whole, found
    assert talk.slowest <= ANSWER_SECONDS
    assert max(back) <= RESUME_SECONDS


async def test_the_victim_of_a_deadlock_is_put_off_and_written_once(houses: Houses, tmp_path: Path) -> None:
    async with served(houses, tmp_path) as (house, name):
        writer = Writer("なぎ", house.port)
        await writer.sit_down(ROOM)
        await writer.come_in()
        assert writer.line is not None
        frame = {"type": "post", "id": str(uuid.uuid4()), "text": "どちらが さきでしょう"}
        with psycopg.connect(houses.cluster.url(name)) as other:
            other.execute("SET deadlock_timeout = '1min'")  # so that the house is the one to find it
            other.execute("SELECT id FROM rooms_seat FOR UPDATE")
            writer.line.send(frame)
            await _until_somebody_waits(houses.cluster, name)
            await asyncio.to_thread(other.execute, "SELECT id FROM rooms_room FOR UPDATE")
            refused = await writer.line.frame_of("refused", ANSWER_SECONDS)
            assert (refused["code"], refused["id"]) == ("busy", frame["id"])
            other.rollback()
        assert "deadlock detected" in (houses.cluster.folder / "log").read_text()
        writer.line.send(frame)
        posted = await writer.line.frame_of("posted")
        writer.line.send(frame)
        assert await writer.line.frame_of("posted") == posted
        stored = await whole_room(writer.browser, ROOM)
        assert [message["id"] for message in stored] == [posted["message"]]
        await writer.line.close()


async def _until_somebody_waits(cluster: Cluster, name: str) -> None:
    async with asyncio.timeout(10):
        question = f"SELECT 1 {THOSE_OF_THE_HOUSE} AND wait_event_type = 'Lock'"
        while not cluster.ask(question, name):  # noqa: ASYNC110 - another process is asked
            await asyncio.sleep(0.02)
