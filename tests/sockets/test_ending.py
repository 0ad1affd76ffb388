"""SIGTERM: everyone is told, everything that was begun is finished, and the process ends with 0."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS
from tests.sockets.server import POLL, RunningHouse, seated, until, welcomed
from tests.wire import Browser, ClosedError, Line, read_answer

ROUNDS = int(os.environ.get("IBASHO_TEST_ROUNDS", "3"))  # 50 before a release
READERS = 12
WITHIN_SECONDS = 20  # a poll would wait for 25


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_under_load_everyone_hears_1012_and_nobody_is_cut(folder: Path, number: int) -> None:
    with RunningHouse(folder, IBASHO_RATE_LIMITS="off") as house:
        writer = await seated(house)
        mine = await welcomed(writer)
        lines = [await welcomed(await seated(house, "observe")) for _ in range(READERS)]
        half_open = await _half_open(house, 30)
        talking = asyncio.create_task(_talk(mine))
        closing = [asyncio.create_task(line.closed()) for line in lines]
        await asyncio.sleep(0.2 + 0.05 * number)
        began = time.monotonic()
        house.end()
        codes = [closed.code for closed in await asyncio.gather(*closing)]
        assert codes == [1012] * READERS
        assert (await talking).code == 1012
        assert await asyncio.to_thread(house.process.wait, PATIENCE_SECONDS) == 0
        assert time.monotonic() - began < WITHIN_SECONDS
        assert "Traceback" not in house.log
        for line in (mine, *lines):
            await line.close()
        for half in half_open:
            half.close()


async def _half_open(house: RunningHouse, amount: int) -> list[asyncio.StreamWriter]:
    """Requests that never come whole."""
    writers = []
    for _ in range(amount):
        _, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"POST /note/ HTTP/1.1\r\ncontent-length: 10\r\n")
        writers.append(writer)
    return writers


async def _talk(line: Line) -> ClosedError:
    while True:
        line.send({"type": "post", "id": str(uuid.uuid4()), "text": "さいごまで"})
        try:
            await line.frame_of("posted")
        except ClosedError as closed:
            return closed


async def test_a_poll_that_is_just_coming_in_is_answered_though_nobody_had_a_line_before(
    folder: Path,
) -> None:
    with RunningHouse(folder, {}, IBASHO_RATE_LIMITS="off") as house:
        browser = await seated(house, "observe")
        first = await _poll_while_ending(house, browser, "wait=0")
        assert first["events"] == []
        assert await asyncio.to_thread(house.process.wait, PATIENCE_SECONDS) == 0
    with RunningHouse(folder, {}, IBASHO_RATE_LIMITS="off") as house:
        began = time.monotonic()
        place = f"epoch={first['epoch']}&since={first['seq']}&wait=25"
        again = await _poll_while_ending(house, browser, place)
        assert (again["recovered"], again["events"]) == (True, [])
        assert await asyncio.to_thread(house.process.wait, PATIENCE_SECONDS) == 0
        assert time.monotonic() - began < WITHIN_SECONDS


async def _poll_while_ending(house: RunningHouse, browser: Browser, query: str) -> dict[str, object]:
    """The rest of the request and the signal come in the same moment."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(f"GET {POLL}?{query} HTTP/1.1\r\nhost: localhost:{house.port}\r\n".encode())
    await asyncio.sleep(0.2)
    house.hold_up()
    await asyncio.sleep(0.1)
    writer.write(f"cookie: {browser._cookie()}\r\n\r\n".encode())
    house.end()
    answer = await asyncio.wait_for(read_answer(reader), WITHIN_SECONDS)
    writer.close()
    assert answer.status == 200
    found: dict[str, object] = answer.json()
    return found


async def test_a_waiting_poll_is_answered_and_not_cut(folder: Path) -> None:
    with RunningHouse(folder, IBASHO_RATE_LIMITS="off") as house:
        browser = await seated(house, "observe")
        first = (await browser.get(POLL)).json()
        path = f"{POLL}?epoch={first['epoch']}&since={first['seq']}&wait=25"
        waiting = asyncio.create_task(browser.get(path))
        await until(lambda: house.counts("ibasho_polls_waiting", 1))
        house.end()
        assert (await waiting).json()["events"] == []
        assert await asyncio.to_thread(house.process.wait, PATIENCE_SECONDS) == 0
