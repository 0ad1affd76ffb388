"""Who says nothing, or never comes to the end of it, is waited for and not for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from ibasho.live.times import SHIPPED
from tests.patience import PATIENCE_SECONDS, Unhindered
from tests.sockets.server import LIVE, RunningHouse, seated, until, welcomed
from tests.wire import CLOSE, PING, PONG, TEXT, ClosedError, Line, encode_frame

QUICK = {"ping_after": 1.0, "pong_within": 4.0, "request": 2.0, "close_within": 1.0}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    folder = tmp_path_factory.mktemp("house")
    with RunningHouse(folder, {"times": QUICK}, IBASHO_RATE_LIMITS="off") as house:
        yield house


def test_the_waits_that_are_shipped() -> None:
    assert asdict(SHIPPED) == {
        "handshake": 20,
        "ping_after": 25,
        "pong_within": 20,
        "close_within": 5,
        "goodbye": 2,
        "request": 15,
        "keep_alive": 130,
        "drain": 5,
        "hear_out": 1,
    }
    looks = 2 + 1  # how seldom the server looks, and how roughly its timers go
    assert SHIPPED.ping_after + SHIPPED.pong_within + looks <= 50
    assert SHIPPED.request + looks <= 20
    assert SHIPPED.hear_out + SHIPPED.drain + SHIPPED.goodbye < 10


@pytest.mark.parametrize("data", [b"", b"GET ", f"GET {LIVE} HTTP/1.1\r\nupgrade: websocket\r\n".encode()])
async def test_a_connection_that_asks_for_nothing_is_ended(running: RunningHouse, data: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(data)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await reader.read() == b""
    writer.close()


async def test_who_never_answers_a_ping_is_dropped(running: RunningHouse) -> None:
    async with await welcomed(await seated(running, "observe")) as line:
        began = time.monotonic()
        with pytest.raises(ClosedError) as ended:
            await _only_listen(line)
        assert ended.value.code == 1006
        assert time.monotonic() - began > 4.5
    await until_alone(running)


async def _only_listen(line: Line) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            await line._read()


async def test_who_answers_late_but_in_time_is_kept(running: RunningHouse) -> None:
    async with await welcomed(await seated(running, "observe")) as line:
        for _ in range(3):
            line.send_bytes(encode_frame(PONG, await ping(line)))
        line.send({"type": "fill", "since": 0})
        assert (await line.frame_of("fill"))["type"] == "fill"


async def ping(line: Line) -> bytes:
    """The next ping, given back late, but before it is too late."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            opcode, payload = await line._read()
            if opcode == PING:
                await asyncio.sleep(QUICK["pong_within"] * 0.5)
                return payload


@pytest.mark.parametrize("how", ["half_closed", "reset_within_a_frame", "talks_on_after_closing"])
async def test_a_line_that_ends_badly_is_gone_at_once(running: RunningHouse, how: str) -> None:
    browser = await seated(running, "observe")
    async with await welcomed(browser) as line:
        if how == "half_closed":
            line.writer.write_eof()
        elif how == "reset_within_a_frame":
            line.send_bytes(encode_frame(TEXT, b"x" * 1_000)[:500])
            line.writer.transport.abort()
        else:
            line.send_bytes(encode_frame(CLOSE, b"\x03\xe8") + encode_frame(TEXT, b"{}") * 100)
        await until_alone(running)


async def until_alone(house: RunningHouse) -> None:
    """At once: sooner than whoever answers no ping is dropped."""
    waited = Unhindered(house.process.pid)
    await until(lambda: house.counts("ibasho_lines", 0))
    assert waited.seconds < QUICK["pong_within"]


async def test_what_is_sent_before_the_handshake_was_answered_is_no_request(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    lines = [
        f"GET {LIVE} HTTP/1.1",
        f"host: {browser.authority}",
        "upgrade: websocket",
        "connection: Upgrade",
    ]
    lines += ["sec-websocket-version: 13", "sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg=="]
    lines += [f"origin: {browser.origin}", f"cookie: {browser._cookie()}", "", ""]
    smuggled = f"GET /livez HTTP/1.1\r\nhost: {browser.authority}\r\n\r\n"
    writer.write(("\r\n".join(lines) + smuggled).encode())
    said = b""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while more := await reader.read(1_024):
                said += more
    except ConnectionResetError:  # what nobody read makes the end a hard one
        pass
    writer.close()
    assert said.startswith(b"HTTP/1.1 101 ")
    assert said.count(b"HTTP/1.1 ") == 1
