"""The faults that the other tests rely on do happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.proxy import Proxy, Weather, read_reply
from tests.redis import Redis, redis

SEED = 6


@asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])


async def _say(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], words: bytes) -> float:
    """The seconds until these words have come back."""
    now = asyncio.get_running_loop().time
    began = now()
    line[1].write(words)
    assert await asyncio.wait_for(line[0].readexactly(len(words)), 10) == words
    return now() - began


async def test_what_is_said_arrives_late_slowly_and_in_order() -> None:
    async with _echo() as port, Proxy(port, SEED) as proxy:
        line = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await _say(line, b"at once") < 0.1
        proxy.weather = Weather(delay=0.1, jitter=0.05)
        assert await _say(line, b"".join(b"%04d" % number for number in range(100))) >= 0.1
        proxy.weather = Weather(rate=10_000)
        assert await _say(line, b"x" * 1_000) >= 0.1
        line[1].close()


async def test_a_hole_keeps_what_is_said_and_gives_it_back_afterwards() -> None:
    async with _echo() as port, Proxy(port, SEED) as proxy:
        line = await asyncio.open_connection("127.0.0.1", proxy.port)
        await _say(line, b"before")
        proxy.swallow()
        late = await asyncio.open_connection("127.0.0.1", proxy.port)
        asking = [asyncio.create_task(_say(one, b"in the hole")) for one in (line, late)]
        await asyncio.wait(asking, timeout=0.2)
        assert not any(one.done() for one in asking)
        proxy.let_through()
        assert min(await asyncio.gather(*asking)) >= 0.2
        for one in (line, late):
            one[1].close()


async def test_a_cut_is_told_to_both_sides() -> None:
    async with _echo() as port, Proxy(port, SEED) as proxy:
        lines = [await asyncio.open_connection("127.0.0.1", proxy.port) for _ in range(20)]
        for line in lines:
            await _say(line, b"here")
        assert proxy.cut(0.0) == 0
        few = proxy.cut(0.3)
        assert 0 < few < 20
        assert proxy.cut() == 20 - few
        for reader, writer in lines:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await asyncio.wait_for(reader.readexactly(1), 5)
            writer.close()
        assert proxy.connections == 0
    async with Proxy(port, SEED) as nowhere:
        reader, writer = await asyncio.open_connection("127.0.0.1", nowhere.port)
        assert await _nothing(reader)
        writer.close()


async def _nothing(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(1), 5) == b""
    except ConnectionError:
        return True


async def test_single_messages_of_redis_are_lost_and_answers_are_not() -> None:
    with redis() as there:
        async with Proxy(there.port, SEED, read=read_reply) as proxy:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(b"SUBSCRIBE room\r\n")
            assert b"subscribe" in await read_reply(reader)
            proxy.weather = Weather(lost=0.5)
            _publish(there, 40)
            writer.write(b"PING\r\n")
            heard = []
            while b"pong" not in (reply := await asyncio.wait_for(read_reply(reader), 5)):
                heard.append(reply)
            assert len(heard) == 40 - proxy.lost
            assert 0 < proxy.lost < 40
            assert heard == sorted(heard)
            writer.close()


def _publish(there: Redis, times: int) -> None:
    there.ask("EVAL", f"for n=1001,{1000 + times} do redis.call('PUBLISH', 'room', n) end", "0")


async def test_redis_is_paused_and_comes_back_empty_after_a_kill() -> None:
    with redis() as there:
        assert there.ask("SET", "key", "value") == "OK"
        there.pause()
        asking = asyncio.create_task(asyncio.to_thread(there.ask, "GET", "key"))
        await asyncio.wait([asking], timeout=0.2)
        assert not asking.done()
        there.go_on()
        assert await asking == "value"
        there.restart()
        assert (there.ask("GET", "key"), there.ask("CONFIG", "GET", "save")) == ("", "save")
