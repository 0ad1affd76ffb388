"""E16: a network that is slow, cuts lines, and now and then keeps everything to itself."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from tests.faults.proxy import Proxy, Weather
from tests.faults.talk import Talk
from tests.faults.writers import started
from tests.ops.served import free_port

SLOW = Weather(delay=0.2, jitter=0.1)
CUT_SHARE, CUTS = 0.05, 20
HOLE_SECONDS = 8.0
BACK_SECONDS = 2.0 + 5 * (
    SLOW.delay + SLOW.jitter
)  # and the way there and back, of the line and of the words


async def test_behind_a_bad_network_everybody_has_the_same_room(
    tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    house = await started(tmp_path, free_port())
    try:
        async with AsyncExitStack() as stack:
            proxy = await stack.enter_async_context(Proxy(house.port, seed))
            proxy.weather = SLOW
            talk = await stack.enter_async_context(Talk(house.port, through=[proxy.port], readers=4))
            cut, back = 0, [0.0]
            for _ in range(CUTS):
                cut += proxy.cut(CUT_SHARE)
                await asyncio.sleep(0.1)
            back.append(await talk.goes_on())
            cut += proxy.cut()
            back.append(await talk.goes_on())
            proxy.swallow()
            await asyncio.sleep(HOLE_SECONDS)
            proxy.let_through()
            back.append(await talk.goes_on())
            found = await talk.end()
    finally:
        await asyncio.to_thread(house.end, 9)
    record_line(f"bad network: {found.line(cut + 1, max(back))}")
    assert found.is_whole, found
    assert cut > len(talk.writers)
    assert max(back) <= BACK_SECONDS
