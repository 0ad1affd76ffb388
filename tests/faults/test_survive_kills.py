"""E1: the server is killed in the middle of a burst of words, again and again."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable
from pathlib import Path

from tests.faults.outcome import outcome
from tests.faults.writers import Writer, started, whole_room
from tests.ops.served import free_port

KILLS = 40
ROOM = "tameshi"


async def test_kills_in_a_burst_of_words_lose_double_and_reorder_nothing(
    tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    port = free_port()
    house = await started(tmp_path, port)
    writers = [Writer(name, port) for name in ("なぎ", "おぼろ", "とりのす", "ふゆみかん")]
    slowest = 0.0
    try:
        for writer in writers:
            await writer.sit_down(ROOM)
            await writer.come_in()
        for _ in range(KILLS):
            burst = [asyncio.create_task(writer.write_until(asyncio.Event())) for writer in writers]
            await asyncio.sleep(chance.uniform(0.02, 0.4))
            house.end(signal.SIGKILL)
            await asyncio.gather(*burst)
            began = asyncio.get_running_loop().time()
            house = await started(tmp_path, port)
            await asyncio.gather(*(writer.come_in() for writer in writers))
            slowest = max(slowest, asyncio.get_running_loop().time() - began)
        enough = asyncio.Event()
        enough.set()
        await asyncio.gather(*(writer.write_until(enough) for writer in writers))
        stored = await whole_room(writers[0].browser, ROOM)
    finally:
        house.end(signal.SIGKILL)
        for writer in writers:
            if writer.line is not None:
                await writer.line.close()

    found = outcome(writers, stored)
    record_line(found.line(KILLS, slowest))
    assert found.is_whole, found
    assert found.acked > KILLS
