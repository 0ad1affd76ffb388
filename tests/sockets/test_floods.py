"""Who sends too much is read no faster than anybody may write, and then not at all."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import uuid
from collections.abc import Iterator

import pytest

from tests.patience import Unhindered
from tests.sockets.server import RunningHouse, seated, welcomed
from tests.wire import PING, TEXT, Browser, ClosedError, encode_frame

BURST = 5  # posts at once, and one every three seconds


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    with RunningHouse(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.parametrize(
    "data",
    [
        encode_frame(PING, b"") * 10_000,
        encode_frame(TEXT, b"", fin=False) + encode_frame(0, b"", fin=False) * 10_000,
        encode_frame(10, b"x") * 10_000,
    ],
    ids=["pings", "fragments", "pongs"],
)
async def test_ten_thousand_frames_that_say_nothing_end_the_line(running: RunningHouse, data: bytes) -> None:
    browser = await seated(running, "observe")
    async with await welcomed(browser) as line:
        waited = Unhindered(running.process.pid)
        line.send_bytes(data)
        assert (await line.closed()).code == 1008
        assert waited.seconds < 5
        assert (await browser.get("/livez")).status == 200


async def test_a_message_in_countless_pieces_is_too_large(running: RunningHouse) -> None:
    async with await welcomed(await seated(running, "observe")) as line:
        line.send_bytes(encode_frame(TEXT, b" ", fin=False) + encode_frame(0, b" ", fin=False) * 2_000)
        assert (await line.closed()).code == 1009


async def test_a_flood_of_words_is_read_slowly_and_ended_and_nobody_else_waits(running: RunningHouse) -> None:
    browser, other = await seated(running), await seated(running, "observe")
    before = await _frames_read(running)
    async with await welcomed(browser) as line, await welcomed(other) as reader:
        flood = b"".join(_post() for _ in range(10_000))
        line.send_bytes(flood)
        closing = asyncio.create_task(line.closed())
        slowest = 0.0
        while not closing.done():
            waited = Unhindered(running.process.pid)
            assert (await Browser(running.port).get("/livez")).status == 200
            slowest = max(slowest, waited.seconds)
            await asyncio.sleep(0.05)
        assert (await closing).code == 1008
        assert slowest < 5
        assert await _frames_read(running) - before < 100
        assert 1 <= _stored(running) <= 2 * BURST
        assert (await reader.frame_of("message_posted"))["message"]["text"] == "ながれ"
    assert await running.count("ibasho_floods_total") >= 1


async def test_an_evening_of_honest_frames_is_no_flood(running: RunningHouse) -> None:
    async with await welcomed(await seated(running, "observe")) as line:
        for _ in range(19):
            line.send({"type": "seen", "id": str(uuid.uuid4())})
        for _ in range(19):
            assert (await line.frame_of("refused"))["code"] == "not_found"
        with pytest.raises((TimeoutError, ClosedError)) as still:
            await line.frame_of("nothing", 0.5)
        assert still.type is TimeoutError


def _post() -> bytes:
    frame = {"type": "post", "id": str(uuid.uuid4()), "text": "ながれ"}
    return encode_frame(TEXT, json.dumps(frame).encode())


async def _frames_read(house: RunningHouse) -> float:
    try:
        return await house.count('ibasho_frames_total{type="post"}')
    except AssertionError:  # none yet
        return 0.0


def _stored(house: RunningHouse) -> int:
    database = sqlite3.connect(house.folder / "data" / "ibasho.sqlite3")
    try:
        (found,) = database.execute("SELECT count(*) FROM rooms_message").fetchone()
        return int(found)
    finally:
        database.close()
