"""Who reads slowly gets everything or is let go, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path
from typing import Any

from ibasho.live.unread import FRAME_BYTES, UNREAD_BYTES
from tests.sockets.server import LIVE, POLL, TRIAL_ROOM, RunningHouse, seated, until, welcomed
from tests.wire import Line, open_line

NARROW = 4_096
WORDS = "あ" * 900


async def say(line: Line, amount: int) -> None:
    for _ in range(amount):
        line.send({"type": "post", "id": str(uuid.uuid4()), "text": WORDS})
    for _ in range(amount):
        await line.frame_of("posted")


async def until_let_go(house: RunningHouse, mine: Line, theirs: Line) -> int:
    """Say more and more until somebody is let go; what the reader then had got."""
    heard = 0
    while await house.count("ibasho_readers_let_go_total") == 0:
        await say(mine, 20)
        for _ in range(20):
            await theirs.frame_of("message_posted")
        heard += 20
        assert heard < 4_000
    return heard


async def test_a_reader_with_256_kib_unread_is_let_go_and_comes_back(tmp_path: Path) -> None:
    with RunningHouse(tmp_path, IBASHO_RATE_LIMITS="off") as house:
        writer, reader, slow = (
            await seated(house),
            await seated(house, "observe"),
            await seated(house, "observe"),
        )
        async with (
            await welcomed(writer) as mine,
            await welcomed(reader) as theirs,
            await open_line(slow, LIVE, room=NARROW) as stuck,
        ):
            welcome = await stuck.frame()
            stuck.stop_reading()
            heard = await until_let_go(house, mine, theirs)
            assert heard * len(WORDS.encode()) > UNREAD_BYTES
            assert await house.count("ibasho_lines") == 2
            place = f"epoch={welcome['epoch']}&since={welcome['seq']}"
            async with await slow.line(f"{LIVE}?{place}") as back:
                again = await back.frame()
                assert again["seq"] == welcome["seq"] + heard
                if not again["recovered"]:  # too far behind for one answer: the page is loaded again
                    page = (await slow.get(f"/rooms/{TRIAL_ROOM}/messages/", as_json=True)).json()
                    assert len(page["messages"]) == 50


async def test_all_readers_together_leave_no_more_than_the_house_can_hold(tmp_path: Path) -> None:
    most = 400_000
    other = {"set": {"ibasho.live.unread.ALL_UNREAD_BYTES": most}}
    with RunningHouse(tmp_path, other, IBASHO_RATE_LIMITS="off") as house:
        mine = await welcomed(await seated(house))
        theirs = await welcomed(await seated(house, "observe"))
        stuck = [await _stuck(house) for _ in range(5)]
        heard = await until_let_go(house, mine, theirs)
        assert heard * len(WORDS.encode()) * 5 > most
        assert await house.count("ibasho_unread_bytes") <= most
        assert await house.count("ibasho_lines") < 7
        for line in (mine, theirs, *stuck):
            await line.close()


async def _stuck(house: RunningHouse) -> Line:
    line = await open_line(await seated(house, "observe"), LIVE, room=NARROW)
    await line.frame()
    line.stop_reading()
    return line


async def test_a_catch_up_arrives_on_a_slow_line_with_what_is_said_meanwhile(tmp_path: Path) -> None:
    """It takes longer than a ping may stay unanswered, and lies before the ping."""
    quick = {"times": {"ping_after": 1.0, "pong_within": 2.5}}
    with RunningHouse(tmp_path, quick, IBASHO_RATE_LIMITS="off") as house:
        writer, slow = await seated(house), await seated(house, "observe")
        first = (await slow.get(POLL)).json()
        async with await welcomed(writer) as mine:
            await say(mine, 80)
            place = f"epoch={first['epoch']}&since={first['seq']}"
            async with await open_line(slow, f"{LIVE}?{place}", room=NARROW) as line:
                began = time.monotonic()
                reading = asyncio.create_task(_read_slowly(line))
                await asyncio.sleep(0.5)
                await say(mine, 3)
                welcome = await reading
                assert time.monotonic() - began > 4
                assert (welcome["recovered"], len(welcome["events"])) == (True, 80)
                assert [(await line.frame_of("message_posted"))["seq"] for _ in range(3)] == [
                    welcome["seq"] + 1,
                    welcome["seq"] + 2,
                    welcome["seq"] + 3,
                ]


async def _read_slowly(line: Line) -> dict[str, Any]:
    reader: Any = line.reader
    read = reader.readexactly

    async def sip(size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += await read(min(size - len(found), NARROW))
            await asyncio.sleep(0.08 if size > NARROW else 0)
        return found

    reader.readexactly = sip
    try:
        return await line.frame()
    finally:
        reader.readexactly = read


async def test_who_reads_nothing_at_all_is_not_waited_for(tmp_path: Path) -> None:
    quick = {"times": {"ping_after": 1.0, "pong_within": 3.0}}
    with RunningHouse(tmp_path, quick, IBASHO_RATE_LIMITS="off") as house:
        async with await welcomed(await seated(house)) as mine:
            stuck = await _stuck(house)
            await say(mine, 20)
            living = asyncio.create_task(mine.closed())
            await until(lambda: house.counts("ibasho_lines", 1))
            assert not living.done()
            living.cancel()
            await stuck.close()


def test_one_frame_is_less_than_what_may_lie_there() -> None:
    assert FRAME_BYTES < UNREAD_BYTES
