"""Many come and go, or the process is held up: those who stay notice little."""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path

from tests.patience import Unhindered
from tests.sockets.server import RunningHouse, seated, until, until_ready, welcomed
from tests.wire import Browser

STORM_SECONDS = 3.0


async def test_who_comes_and_goes_is_no_byte_on_anybody_elses_line(tmp_path: Path) -> None:
    with RunningHouse(tmp_path, IBASHO_RATE_LIMITS="off") as house:
        writer, reader = await seated(house), await seated(house, "observe")
        visitors = [await seated(house, "observe") for _ in range(20)]
        async with await welcomed(writer) as mine, await welcomed(reader) as theirs:
            storm = asyncio.gather(*(_come_and_go(visitor) for visitor in visitors))
            took = []
            while not storm.done():
                waited = Unhindered(house.process.pid)
                mine.send({"type": "post", "id": str(uuid.uuid4()), "text": "あらしの夜"})
                frame = await theirs.frame()
                assert frame["type"] in ("message_posted", "beat")
                if frame["type"] == "message_posted":
                    took.append(waited.seconds)
                await asyncio.sleep(0.02)
            assert sum(await storm) >= len(visitors)
        assert sorted(took)[int(len(took) * 0.99)] < 3
        assert await house.count("ibasho_lines") <= 2


async def _come_and_go(visitor: Browser) -> int:
    began, visits = time.monotonic(), 0
    while time.monotonic() - began < STORM_SECONDS:
        async with await welcomed(visitor):
            visits += 1
    return visits


async def test_a_process_that_was_held_up_says_so_and_loses_no_line(tmp_path: Path) -> None:
    quick = {"times": {"ping_after": 1.0, "pong_within": 20.0}}
    with RunningHouse(tmp_path, quick, IBASHO_RATE_LIMITS="off") as house:
        browser = Browser(house.port)
        await until_ready(browser)
        async with await welcomed(await seated(house)) as line:
            before = await _late(house)
            listening = asyncio.create_task(line.closed())

            async def is_held_up() -> bool:
                house.hold_up()
                await asyncio.sleep(0.7)
                answer = await browser.get("/readyz")
                return (answer.status, answer.text) == (503, "the event loop is held up\n")

            await until(is_held_up)
            assert (await browser.get("/livez")).status == 200
            assert await _late(house) > before
            await until_ready(browser)
            assert not listening.done()
            listening.cancel()


async def _late(house: RunningHouse) -> float:
    all_looks = await house.count("ibasho_loop_lag_seconds_count")
    return all_looks - await house.count('ibasho_loop_lag_seconds_bucket{le="0.25"}')
