"""Whoever sets the machine's clock ends nothing that is open."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS
from tests.sockets.server import POLL, RunningHouse, seated, welcomed
from tests.wire import PING, PONG, Line, encode_frame, read_answer


@pytest.mark.parametrize("hours", [25, -1])
async def test_no_line_no_poll_and_no_connection_ends(tmp_path: Path, hours: int) -> None:
    other = {"jump_hours": hours, "times": {"ping_after": 1.0, "pong_within": 20.0}}
    with RunningHouse(tmp_path, other, IBASHO_RATE_LIMITS="off") as house:
        writer, reader = await seated(house), await seated(house, "observe")
        kept_reader, kept = await asyncio.open_connection("127.0.0.1", house.port)
        livez = f"GET /livez HTTP/1.1\r\nhost: localhost:{house.port}\r\n\r\n".encode()
        kept.write(livez)
        assert (await read_answer(kept_reader)).status == 200
        first = (await reader.get(POLL)).json()
        place = f"epoch={first['epoch']}&since={first['seq']}&wait=25"
        async with await welcomed(writer) as mine, await welcomed(reader) as theirs:
            waiting = asyncio.create_task(reader.get(f"{POLL}?{place}"))
            await pings(mine, 1)
            house.jump()
            await asyncio.gather(pings(mine, 4), pings(theirs, 4))
            assert not waiting.done()
            mine.send({"type": "post", "id": str(uuid.uuid4()), "text": "まだ います"})
            assert (await theirs.frame_of("message_posted"))["message"]["text"] == "まだ います"
            assert len((await waiting).json()["events"]) == 1
            kept.write(livez)
            assert (await read_answer(kept_reader)).status == 200
        kept.close()
        assert "Traceback" not in house.log


async def pings(line: Line, amount: int) -> None:
    """Answer so many pings; raises if the line ends before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while amount:
            opcode, payload = await line._read()
            if opcode == PING:
                line.send_bytes(encode_frame(PONG, payload))
                amount -= 1
