"""D8: more come than the process may have files. Whoever is in talks on, nobody is turned round in circles."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.faults.talk import Talk
from tests.faults.writers import started
from tests.ops.served import free_port
from tests.wire import Browser

FREE_FILES = 10
VISITORS = 100
LOOK_SECONDS = 2.0
SPUN_SECONDS = 0.5  # of the processor in that time; a loop that goes round in circles takes all it can get


async def test_whoever_is_in_talks_on_and_others_get_in_once_there_is_room(tmp_path: Path) -> None:
    house = await started(tmp_path, free_port())
    process = psutil.Process(house.process.pid)
    try:
        async with Talk(house.port, writers=2) as talk:
            before = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
            most = process.num_fds() + FREE_FILES
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, before[1]))
            async with _visitors(house.port) as turned_away:
                assert turned_away >= VISITORS - FREE_FILES
                await talk.goes_on()
                talk.fall_silent()
                spun = await _work_of(process)
            found = await talk.end()
        assert found.is_whole, found
        assert spun <= SPUN_SECONDS
        assert (await Browser(house.port).get("/rules/")).status == 200
        assert process.num_fds() < most
    finally:
        await asyncio.to_thread(house.end, 9)


@asynccontextmanager
async def _visitors(port: int) -> AsyncIterator[int]:
    """Those who come and ask nothing yet; how many of them were sent off at once."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(VISITORS)]
    ends = [asyncio.create_task(reader.read(1)) for reader, _ in lines]
    try:
        gone, _ = await asyncio.wait(ends, timeout=1)
        yield len(gone)
    finally:
        for _, writer in lines:
            writer.transport.abort()
        await asyncio.gather(*ends, return_exceptions=True)


async def _work_of(process: psutil.Process) -> float:
    began = process.cpu_times()
    await asyncio.sleep(LOOK_SECONDS)
    ended = process.cpu_times()
    return float(ended.user + ended.system - began.user - began.system)
