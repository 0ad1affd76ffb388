"""E1: the server is killed in the middle of a burst of words, again and again."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

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

    by_id = {message["id"]: message for message in stored}
    acked = [answer for writer in writers for answer in writer.acked.values()]
    lost = [text for message, _, text in acked if by_id.get(message, {}).get("text") != text]
    texts = Counter(message["text"] for message in stored)
    doubled = [text for text, times in texts.items() if times > 1]
    in_order = [by_id[message]["position"] for message, _, _ in sorted(acked, key=lambda answer: answer[1])]
    reordered = sum(1 for first, second in itertools.pairwise(in_order) if second <= first)
    record_line(
        f"faults {KILLS}, acked {len(acked)}, lost {len(lost)}, doubled {len(doubled)}, "
        f"reordered {reordered}, slowest recovery {slowest:.1f} s"
    )
    assert (lost, doubled, reordered) == ([], [], 0)
    assert [message["position"] for message in stored] == list(range(1, len(stored) + 1))
    assert len(stored) == len(acked), "what is stored was answered in the end"
    assert len(acked) > KILLS
