"""What only the real server over real sockets can show."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS
from tests.sockets.server import LIVE, TRIAL_ROOM, RunningHouse, seated, until_ready, welcomed
from tests.wire import (
    BINARY,
    CLOSE,
    TEXT,
    Browser,
    ClosedError,
    HandshakeRefusedError,
    encode_frame,
    open_line,
    send_raw,
)

HEADERS = (
    "cache-control",
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
)
POST = b'{"type":"post","id":"5d3e8c2a-7f64-4c7b-9a51-0f8f0d8f3c11","text":"x"}'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    with RunningHouse(tmp_path_factory.mktemp("house"), IBASHO_RATE_LIMITS="off") as house:
        yield house


async def _read_so_far() -> None:
    """Bytes that are sent at once come in one piece."""
    await asyncio.sleep(0.2)


async def test_words_go_from_one_browser_to_another(running: RunningHouse) -> None:
    writer, reader = await seated(running), await seated(running, "observe")
    async with await welcomed(writer) as mine, await welcomed(reader) as theirs:
        assert mine.answer.header("sec-websocket-protocol") == "ibasho.v1"
        mine.send({"type": "post", "id": str(uuid.uuid4()), "text": "こんばんは"})
        seen = await theirs.frame_of("message_posted")
        assert seen["message"]["text"] == "こんばんは"
        assert (await mine.frame_of("posted"))["seq"] == seen["seq"]


async def test_several_frames_in_one_segment_are_several_frames(running: RunningHouse) -> None:
    browser = await seated(running)
    async with await welcomed(browser) as line:
        ids = [str(uuid.uuid4()) for _ in range(40)]
        frames = [f'{{"type":"post","id":"{one}","text":"ひとことめ"}}'.encode() for one in ids]
        line.send_bytes(b"".join(encode_frame(TEXT, frame, mask=b"abcd") for frame in frames))
        assert [(await line.frame_of("posted"))["id"] for _ in ids] == ids


async def test_a_whole_frame_between_two_fragments_is_a_fault(running: RunningHouse) -> None:
    async with await welcomed(await seated(running, "observe")) as line:
        line.send_bytes(encode_frame(TEXT, b"{", fin=False))
        await _read_so_far()
        line.send_bytes(encode_frame(TEXT, POST))
        assert (await line.closed()).code == 1002


async def test_the_end_of_a_frame_is_not_taken_for_a_frame(running: RunningHouse) -> None:
    frame = encode_frame(TEXT, b'{"type":' + encode_frame(TEXT, POST), mask=bytes(4))
    inside = len(encode_frame(TEXT, POST))
    async with await welcomed(await seated(running)) as line:
        line.send_bytes(frame[:-inside])
        await _read_so_far()
        line.send_bytes(frame[-inside:])
        assert (await line.closed()).code == 1007


async def test_a_frame_in_pieces_is_one_frame(running: RunningHouse) -> None:
    browser = await seated(running)
    async with await welcomed(browser) as line:
        request_id = str(uuid.uuid4())
        data = encode_frame(TEXT, f'{{"type":"post","id":"{request_id}","text":"ゆっくり"}}'.encode())
        for byte in data:
            line.send_bytes(bytes([byte]))
            await line.writer.drain()
        assert (await line.frame_of("posted"))["id"] == request_id


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (encode_frame(TEXT, b"\xff\xfe"), 1007),
        (encode_frame(TEXT, "あ".encode()[:2], fin=False) + encode_frame(0, b"x"), 1007),
        (encode_frame(TEXT, b"\xf0\x9f"), 1007),
        (encode_frame(TEXT, b" " * 16_385), 1009),
        (encode_frame(TEXT, b" ", fin=False) + encode_frame(0, b" ", fin=False) * 16_400, 1009),
        (encode_frame(TEXT, b" " * 70_000), 1009),
        (encode_frame(BINARY, b"\x00\x01"), 1003),
        (encode_frame(TEXT, b"{}", mask=b""), 1002),
        (encode_frame(3, b""), 1002),
        (b"\xc1\x80\0\0\0\0", 1002),
        (encode_frame(9, b"", fin=False), 1002),
        (encode_frame(CLOSE, b"\x03\xe7"), 1002),
        (encode_frame(CLOSE, b"x"), 1002),
        (encode_frame(11, b""), 1002),
        (encode_frame(9, b"x" * 126), 1002),
        (encode_frame(CLOSE, b"\x03\xe8" + b"x" * 200), 1002),
        (encode_frame(CLOSE, b"\x03\xe8\xff\xfe"), 1007),
        *((encode_frame(CLOSE, code.to_bytes(2, "big")), 1002) for code in (1004, 1005, 1006, 1016, 5000)),
        (b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n", 1002),
    ],
    ids=range(23),
)
async def test_what_is_no_frame_of_ours_ends_with_its_own_code(
    running: RunningHouse, data: bytes, code: int
) -> None:
    browser = await seated(running, "observe")
    async with await welcomed(browser) as line:
        line.send_bytes(data)
        assert (await line.closed()).code == code


async def test_exactly_16_kib_is_read_and_an_empty_frame_is_malformed(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    async with await welcomed(browser) as line:
        line.send_bytes(encode_frame(TEXT, b" " * 16_384) + encode_frame(TEXT, b""))
        assert [(await line.frame())["code"] for _ in range(2)] == ["malformed", "malformed"]


async def test_twenty_malformed_frames_end_with_1008_even_when_limits_are_lifted(
    running: RunningHouse,
) -> None:
    browser = await seated(running, "observe")
    async with await welcomed(browser) as line:
        line.send_bytes(encode_frame(TEXT, b"?") * 20)
        assert (await line.closed()).code == 1008


async def test_compression_is_not_negotiated(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    offer = [("sec-websocket-extensions", "permessage-deflate; client_max_window_bits")]
    async with await open_line(browser, LIVE, headers=offer) as line:
        assert line.answer.header("sec-websocket-extensions") is None
        assert (await line.frame())["type"] == "welcome"


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://localhost:1", "https://localhost", "http://evil.example", "http://[", "x"],
)
async def test_a_foreign_origin_is_refused_with_headers_and_without_a_traceback(
    running: RunningHouse, origin: str | None
) -> None:
    browser = await seated(running, "observe")
    with pytest.raises(HandshakeRefusedError) as refused:
        await open_line(browser, LIVE, origin=origin)
    assert refused.value.answer.status in (400, 403)
    assert_has_headers(refused.value.answer.headers)
    assert "Traceback" not in running.log


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("sec-websocket-version", "8", 400),
        ("sec-websocket-version", "12", 400),
        ("sec-websocket-key", "short", 400),
        ("sec-websocket-key", "", 400),
        ("sec-websocket-key", "MDEyMzQ1Njc4OWFiY2RlZg==\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==", 400),
        ("sec-websocket-protocol", "ばしょ", 400),
    ],
)
async def test_a_bad_handshake_is_refused_with_headers(
    running: RunningHouse, name: str, value: str, status: int
) -> None:
    key = base64.b64encode(b"0123456789abcdef").decode()
    given = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13"}
    given |= {"sec-websocket-key": key, "origin": f"http://localhost:{running.port}", name: value}
    lines = [f"GET {LIVE} HTTP/1.1", f"host: localhost:{running.port}"]
    lines += [f"{key}: {value}" for key, value in given.items()]
    answer = await send_raw(running.port, ("\r\n".join(lines) + "\r\n\r\n").encode())
    assert answer.status == status
    assert_has_headers(answer.headers)
    assert "Traceback" not in running.log


@pytest.mark.parametrize(
    "data",
    [
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad header\r\n\r\n",
        b"GET http://localhost/livez HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\nx\x0by: 1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET /?\xff HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc",
    ],
    ids=range(9),
)
async def test_what_is_no_http_is_answered_400_with_headers(running: RunningHouse, data: bytes) -> None:
    answer = await send_raw(running.port, data)
    assert answer.status == 400
    assert_has_headers(answer.headers)
    assert b"<style" not in answer.body


@pytest.mark.parametrize(
    "first",
    [
        b"GET http://evil.example" + LIVE.encode() + b" HTTP/1.1",
        b"GET " + LIVE.encode() + b" HTTP/1.0",
        b"POST " + LIVE.encode() + b" HTTP/1.1",
    ],
)
async def test_a_handshake_in_another_form_is_refused(running: RunningHouse, first: bytes) -> None:
    lines = [first, f"host: localhost:{running.port}".encode(), b"upgrade: websocket", b"connection: upgrade"]
    lines += [b"sec-websocket-version: 13", b"sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg=="]
    lines += [f"origin: http://localhost:{running.port}".encode()]
    answer = await send_raw(running.port, b"\r\n".join(lines) + b"\r\n\r\n")
    assert answer.status in (400, 405)
    assert_has_headers(answer.headers)


async def test_a_body_that_is_too_large_is_refused_before_it_has_come(running: RunningHouse) -> None:
    host = f"host: localhost:{running.port}\r\n".encode()
    by_length = await send_raw(
        running.port, b"POST /note/ HTTP/1.1\r\n" + host + b"content-length: 999999999\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    start = b"POST /note/ HTTP/1.1\r\n" + host + b"transfer-encoding: chunked\r\n\r\n"
    by_chunks = await send_raw(running.port, start + chunk * 5)
    for answer in (by_length, by_chunks):
        assert answer.status == 413
        assert_has_headers(answer.headers)


async def test_a_root_path_from_outside_is_not_believed(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    async with await open_line(browser, LIVE, headers=[("daphne-root-path", "/evil")]) as line:
        assert (await line.frame())["type"] == "welcome"
    page = await browser.request("GET", "/rules/", headers=[("daphne-root-path", "/evil")])
    assert page.status == 200
    assert "evil" not in page.text


async def test_both_loopback_families_and_all_three_names_are_served(running: RunningHouse) -> None:
    for host, name in (("127.0.0.1", "localhost"), ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")):
        answer = await Browser(running.port, host=host, name=name).get("/livez")
        assert (answer.status, answer.text) == (200, "ok\n")


async def test_the_questions_of_the_keeper_of_the_server(running: RunningHouse) -> None:
    browser = Browser(running.port)
    await until_ready(browser)
    assert (await browser.get("/metrics")).status == 404


async def test_every_answer_has_the_security_headers(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    room = f"/rooms/{TRIAL_ROOM}/"
    for path in (
        "/",
        "/rules/",
        room,
        f"{room}events/",
        "/livez",
        "/metrics",
        "/nowhere/",
        "/static/x/y.css",
    ):
        assert_has_headers((await browser.get(path)).headers)


async def test_a_static_file_of_this_release_is_kept_for_ever_and_any_other_is_not_there(
    running: RunningHouse,
) -> None:
    browser = Browser(running.port)
    page = await browser.get("/")
    path = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    found = await browser.get(path)
    assert found.status == 200
    assert "immutable" in (found.header("cache-control") or "")
    assert found.header("access-control-allow-origin") is None
    release = path.split("/")[2]
    assert (await browser.get(path.replace(release, "0" * len(release)))).status == 404


def assert_has_headers(headers: list[tuple[str, str]]) -> None:
    names = {name for name, _ in headers}
    assert names >= set(HEADERS)
    assert "server" not in names


async def test_no_address_is_in_the_log(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    async with await welcomed(browser) as line:
        line.send_bytes(encode_frame(TEXT, b"\xff"))
        await line.closed()
    async with await welcomed(browser) as line:
        line.writer.transport.abort()
    await send_raw(running.port, b"GET\r\n\r\n")
    assert "127.0.0.1:" not in running.log
    assert "tcp4:" not in running.log
    assert "client" not in running.log


def test_a_signal_says_1012_to_everyone_and_the_process_ends_with_0(tmp_path: Path) -> None:
    with RunningHouse(tmp_path, IBASHO_RATE_LIMITS="off") as house:
        asyncio.run(_end_it(house))
        assert house.process.wait(PATIENCE_SECONDS) == 0
        assert "Traceback" not in house.log


async def _end_it(house: RunningHouse) -> None:
    browser = await seated(house)
    other = await seated(house, "observe")
    _, half = await asyncio.open_connection("127.0.0.1", house.port)
    half.write(b"GET / HTTP/1.1\r\n")  # a request that never comes whole must not keep it from ending
    poll = f"/rooms/{TRIAL_ROOM}/events/"
    first = (await other.get(poll)).json()
    async with await welcomed(browser) as line, await welcomed(other) as watching:
        path = f"{poll}?epoch={first['epoch']}&since={first['seq']}&wait=25"
        waiting = asyncio.create_task(other.get(path))
        line.send({"type": "post", "id": str(uuid.uuid4()), "text": "さいごに"})
        await line.frame_of("posted")
        assert len((await waiting).json()["events"]) == 1
        house.end()
        for closed in (await line.closed(), await watching.closed()):
            assert closed.code == 1012
            assert closed.reason == "1"
    half.close()


async def test_a_line_that_was_cut_off_is_forgotten(running: RunningHouse) -> None:
    browser = await seated(running, "observe")
    for _ in range(12):
        async with await welcomed(browser) as line:
            line.send_bytes(b"\x81\xff\0\0")
            line.writer.transport.abort()
    async with await welcomed(browser) as line:
        line.send_bytes(encode_frame(CLOSE, b"\x03\xe8"))
        with pytest.raises(ClosedError) as closed:
            await line.frame()
    assert closed.value.code == 1000
