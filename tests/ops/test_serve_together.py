"""Two processes serve one house: PostgreSQL holds everything, and Redis hurries."""

from __future__ import annotations

import asyncio
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ops.served import House, command, served
from tests.postgres import postgres
from tests.redis import Redis, redis
from tests.sockets.server import LIVE, TRIAL_ROOM
from tests.wire import Browser, open_line

WITHIN_SECONDS = 20.0
OWN_WORDS = "?connect_timeout=7&keepalives_idle=9"  # what the lock would say of its own line too


@dataclass
class Pair:
    here: House
    there: House
    broker: Redis
    folder: Path
    url: str


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("house")
    with (
        postgres() as url,
        redis() as broker,
        served(folder, DATABASE_URL=url + OWN_WORDS, REDIS_URL=broker.url) as here,
        served(folder, DATABASE_URL=url + OWN_WORDS, REDIS_URL=broker.url) as there,
    ):
        yield Pair(here, there, broker, folder, url + OWN_WORDS)


async def seated(pair: Pair) -> tuple[Browser, Browser]:
    """One person, whose next request may come to either process."""
    at_home = Browser(pair.here.port)
    await at_home.enter()
    answer = await at_home.post(f"/rooms/{TRIAL_ROOM}/door/", {"mode": "speak", "call_name": ""})
    assert answer.status in (302, 303), answer.text[:300]
    return at_home, Browser(pair.there.port, cookies=at_home.cookies)


async def test_words_come_in_one_order_to_who_reads_at_either_process(pair: Pair) -> None:
    (first, _), (_, second) = await seated(pair), await seated(pair)
    async with await open_line(first, LIVE) as mine, await open_line(second, LIVE) as theirs:
        welcomes = [await line.frame_of("welcome") for line in (mine, theirs)]
        assert welcomes[0]["epoch"] == welcomes[1]["epoch"]
        for line, text in ((mine, "ひとつ"), (theirs, "ふたつ")):
            line.send({"type": "post", "id": str(uuid.uuid4()), "text": text})
            frames = [await one.frame_of("message_posted") for one in (mine, theirs)]
            assert frames[0] == frames[1]
            assert frames[0]["message"]["text"] == text


async def test_a_session_is_one_of_both(pair: Pair) -> None:
    _, there = await seated(pair)
    page = await there.get("/me/")
    assert page.status == 200
    assert "わたし" in page.text


async def test_who_leaves_at_one_process_is_gone_from_the_other(pair: Pair) -> None:
    here, there = await seated(pair)
    async with await open_line(there, LIVE) as line:
        await line.frame_of("welcome")
        assert (await here.post("/away/")).status in (200, 302, 303)
        assert (await line.closed(WITHIN_SECONDS)).code == 4401


async def test_tries_at_both_are_counted_together(pair: Pair) -> None:
    here, there = await seated(pair)
    for browser in (here, there, here):
        assert (await browser.post("/note/", {"text": "ひとこと"})).status in (302, 303)
    for browser in (there, here):
        assert (await browser.post("/note/", {"text": "ひとこと"})).status == 429


async def test_without_redis_words_are_found_in_the_table_and_nobody_sees_a_fault(pair: Pair) -> None:
    writer, _ = await seated(pair)
    _, reader = await seated(pair)
    async with await open_line(writer, LIVE) as mine, await open_line(reader, LIVE) as theirs:
        await mine.frame_of("welcome")
        await theirs.frame_of("welcome")
        pair.broker.kill()
        try:
            await asyncio.sleep(3)  # until both are in doubt
            began = time.monotonic()
            mine.send({"type": "post", "id": str(uuid.uuid4()), "text": "Redisなしで"})
            async with asyncio.timeout(WITHIN_SECONDS):
                frame = await theirs.frame_of("message_posted")
            assert frame["message"]["text"] == "Redisなしで"
            print(f"found in {time.monotonic() - began:.1f} s")
            assert (await reader.get(f"/rooms/{TRIAL_ROOM}/")).status == 200
        finally:
            pair.broker.start()


def refused(folder: Path, pair: Pair, **environment: str) -> str:
    done = command(folder, "serve", "--port", "0", DATABASE_URL=pair.url, **environment)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_process_that_does_not_share_redis_is_refused(pair: Pair, tmp_path: Path) -> None:
    assert "another ibasho already serves" in refused(pair.folder, pair)
    shutil.copy(pair.folder / "house.secret", tmp_path)
    assert "another ibasho already serves this database" in refused(tmp_path, pair)


def test_a_process_that_shares_another_redis_is_refused(pair: Pair) -> None:
    with redis() as other:
        assert "the same REDIS_URL" in refused(pair.folder, pair, REDIS_URL=other.url)


def test_a_redis_that_keeps_is_refused(pair: Pair) -> None:
    with redis("--appendonly", "yes") as keeping:
        assert "writes to disk" in refused(pair.folder, pair, REDIS_URL=keeping.url)


async def test_one_ends_and_the_other_serves_on(pair: Pair) -> None:
    with served(pair.folder, DATABASE_URL=pair.url, REDIS_URL=pair.broker.url) as third:
        assert third.end() == 0, third.log
    _, there = await seated(pair)
    assert (await there.get("/livez")).text == "ok\n"
