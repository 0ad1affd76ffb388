"""Requests that are too large, too slow or two in one, against the real server."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS, Unhindered
from tests.sockets.server import RunningHouse, seated
from tests.wire import Answer, Browser, HandshakeRefusedError, open_line, read_answer, send_raw

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    with RunningHouse(tmp_path_factory.mktemp("house"), IBASHO_RATE_LIMITS="off") as house:
        yield house


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house that waits for nobody; on a busy machine an honest request is too slow for it."""
    quick = {"times": {"request": 2.0, "keep_alive": 5.0}}
    with RunningHouse(tmp_path_factory.mktemp("hasty"), quick, IBASHO_RATE_LIMITS="off") as house:
        yield house


async def connect(house: RunningHouse) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", house.port)


def head(house: RunningHouse, first: str, *headers: str) -> bytes:
    return "\r\n".join([first, f"host: localhost:{house.port}", *headers, "", ""]).encode("latin-1")


async def everything_from(house: RunningHouse, data: bytes) -> bytes:
    """All that the server says to these bytes until it hangs up."""
    reader, writer = await connect(house)
    writer.write(data)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await reader.read()
    finally:
        writer.close()


def files_on_disk(house: RunningHouse) -> int:
    """Bytes in files that the process holds open without a name: where a body would be kept."""
    found = 0
    for number in os.listdir(f"/proc/{house.process.pid}/fd"):  # noqa: PTH208 - names come and go
        try:
            link = f"/proc/{house.process.pid}/fd/{number}"
            if "(deleted)" in os.readlink(link):  # noqa: PTH115
                found += Path(link).stat().st_size
        except OSError:
            continue
    return found


async def test_a_body_without_end_is_refused_before_it_fills_memory_or_disk(running: RunningHouse) -> None:
    await Browser(running.port).get("/rules/")
    before = running.memory
    reader, writer = await connect(running)
    writer.write(head(running, "POST /note/ HTTP/1.1", "transfer-encoding: chunked"))
    chunk = b"100000\r\n" + b"x" * MIB + b"\r\n"
    answering = asyncio.create_task(read_answer(reader))
    sent = 0
    try:
        while sent < 2_048 * MIB:
            writer.write(chunk)
            await writer.drain()
            sent += MIB
            assert files_on_disk(running) < MIB
    except OSError:  # it has hung up
        pass
    answer = await answering
    writer.close()
    assert answer.status == 413
    assert sent < 64 * MIB  # what the kernels between us had room for
    assert running.memory - before < 10 * MIB


async def test_a_form_that_is_a_little_too_long_gets_its_answer(running: RunningHouse) -> None:
    body = b"text=" + b"x" * 400_000
    data = head(running, "POST /note/ HTTP/1.1", f"content-length: {len(body)}") + body
    for _ in range(5):
        answer = await send_raw(running.port, data)
        assert answer.status == 413


async def test_a_request_that_stalls_is_ended_and_others_are_served(hasty: RunningHouse) -> None:
    reader, writer = await connect(hasty)
    writer.write(head(hasty, "POST /note/ HTTP/1.1", "content-length: 10") + b"text=")
    began = time.monotonic()
    assert (await Browser(hasty.port).get("/livez")).status == 200
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await reader.read() == b""
    assert time.monotonic() - began > 0.5
    writer.close()


async def test_requests_that_trickle_in_win_no_time_and_hold_nobody_up(hasty: RunningHouse) -> None:
    pairs = [await connect(hasty) for _ in range(200)]
    data = head(hasty, "GET / HTTP/1.1", "x-slow: " + "y" * 200)
    ended = asyncio.gather(*(reader.read() for reader, _ in pairs))
    whole, sent = Unhindered(hasty.process.pid), 0
    while not ended.done():
        for _, writer in pairs:
            if not writer.transport.is_closing():
                writer.write(data[sent : sent + 1])
        sent += 1
        waited = Unhindered(hasty.process.pid)
        assert (await Browser(hasty.port).get("/livez")).status == 200
        assert waited.seconds < 5
        await asyncio.sleep(0.1)
        assert whole.seconds < 20
    assert set(await ended) == {b""}
    for _, writer in pairs:
        writer.close()


async def test_a_connection_is_kept_for_another_request_and_not_for_ever(hasty: RunningHouse) -> None:
    reader, writer = await connect(hasty)
    for _ in range(3):
        writer.write(head(hasty, "GET /livez HTTP/1.1"))
        assert (await read_answer(reader)).status == 200
        await asyncio.sleep(2.2)  # longer than a request may take, but none has begun
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await reader.read() == b""
    writer.close()


SECOND = "GET /livez HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        "POST /note/ HTTP/1.1\r\n{host}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /note/ HTTP/1.1\r\n{host}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
        "POST /note/ HTTP/1.1\r\n{host}content-length: 0\r\ncontent-length: 44\r\n\r\n",
        "POST /note/ HTTP/1.1\r\n{host}transfer-encoding: xchunked\r\n\r\n",
        "POST /note/ HTTP/1.1\r\n{host}transfer-encoding: chunked\r\n\r\nZ\r\n",
        "POST /note/ HTTP/1.1\r\n{host}content-length: +0\r\n\r\n",
        "GET / HTTP/1.1\n{bare}\n",
        "GET / HTTP/1.1\r\n{host}x-one: 1\nx-two: 2\r\n\r\n",
        "GET / HTTP/1.1\r\n{host}x-one: 1\r\n two\r\n\r\n",
        "GET / HTTP/1.1\r\n{host}x-one: 1\r\n\ttransfer-encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\n{host}x-one: a\x0bb\r\n\r\n",
        "GET / HTTP/1.1\r\n{host}x-one: a\x85b\r\n\r\n",
        "GET / HTTP/1.1\r\n{host}x-one : 1\r\n\r\n",
        "GET / HTTP/1.1\r\n{host}x\x0bone: 1\r\n\r\n",
    ],
    ids=range(14),
)
async def test_what_two_readers_could_read_differently_is_refused_and_ends_the_connection(
    running: RunningHouse, data: str
) -> None:
    host = f"host: localhost:{running.port}"
    first = data.format(host=f"{host}\r\n", bare=f"{host}\n")
    found = await everything_from(running, (first + SECOND.format(port=running.port)).encode("latin-1"))
    assert found.startswith(b"HTTP/1.1 400 ")
    assert found.count(b"HTTP/1.1 ") == 1


async def form(house: RunningHouse, body: bytes, kind: str = "application/x-www-form-urlencoded") -> Answer:
    browser = Browser(house.port)
    await browser.get("/enter/")
    headers = [("content-type", kind), ("origin", browser.origin)]
    return await browser.request("POST", "/note/", headers=headers, body=body)


async def test_a_bomb_of_a_form_is_refused(running: RunningHouse) -> None:
    many = b"&".join(b"f%d=1" % number for number in range(1_001))
    assert (await form(running, many)).status == 400
    length = 10 * MIB
    huge = head(running, "POST /note/ HTTP/1.1", f"content-length: {length}") + b"text=" + b"x" * 65_536
    assert (await send_raw(running.port, huge)).status == 413
    part = b'--b\r\ncontent-disposition: form-data; name="f%d"\r\n\r\n1\r\n'
    parts = b"".join(part % number for number in range(1_000)) + b"--b--\r\n"
    assert (await form(running, parts, "multipart/form-data; boundary=b")).status == 400
    files = (
        b'--b\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\n1\r\n' * 1_000 + b"--b--\r\n"
    )
    assert (await form(running, files, "multipart/form-data; boundary=b")).status == 400
    assert "Traceback" not in running.log


async def test_a_form_that_cannot_be_read_is_answered_by_the_house_and_not_before_it(
    running: RunningHouse,
) -> None:
    browser = Browser(running.port)
    await browser.get("/enter/")
    for kind in ("multipart/form-data", "multipart/form-data; boundary=b"):
        headers = [("content-type", kind), ("origin", browser.origin), ("accept", "application/json")]
        answer = await browser.request("POST", "/note/", headers=headers, body=b"--c\r\n\r\n1\r\n--c--\r\n")
        assert answer.json()["code"] == "malformed"


async def test_a_flood_of_refused_handshakes_is_one_line_in_the_log(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    for _ in range(40):
        with pytest.raises(HandshakeRefusedError):
            await open_line(browser, "/rooms/tameshi/live", origin="http://evil.example")
    assert running.log.count("a handshake was refused") == 1
