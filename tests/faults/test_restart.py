"""E2: a restart is said to everybody with its code, and whoever comes back misses nothing."""

from __future__ import annotations

import asyncio
import random
import signal
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.houses import Houses
from tests.faults.reader import View
from tests.faults.writers import Writer, started, whole_room
from tests.ops.served import free_port
from tests.wire import ClosedError

ROOM = "tameshi"
READERS = 6
RESTARTS = 2
EXIT_SECONDS = 10
TOKEN = "only-for-this-test"


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment that names the database of a house in this folder."""
    if request.param == "SQLite":
        return {}
    houses: Houses = request.getfixturevalue("houses")
    return {"DATABASE_URL": houses.cluster.url(houses.new(tmp_path))}


async def test_a_restart_is_announced_and_nothing_is_missed(
    where: dict[str, str], tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    port = free_port()
    house = await started(tmp_path, port, **where)
    writer = Writer("なぎ", port)
    readers = [Writer("", port) for _ in range(READERS)]
    views = [View() for _ in readers]
    slowest = 0.0
    try:
        for person in (writer, *readers):
            await person.sit_down(ROOM, mode="speak" if person is writer else "observe")
        await writer.come_in()
        for reader, view in zip(readers, views, strict=True):
            await _load(reader, view)
        for _ in range(RESTARTS):
            burst = asyncio.create_task(writer.write_until(asyncio.Event()))
            heard = [
                asyncio.create_task(_read_until_cut(reader, view)) for reader, view in zip(readers, views)
            ]
            await asyncio.sleep(chance.uniform(0.1, 0.5))
            began = time.monotonic()
            code = await asyncio.to_thread(house.end, signal.SIGTERM)
            slowest = max(slowest, time.monotonic() - began)
            await burst
            ends = await asyncio.gather(*heard)
            assert code == 0, house.log
            assert {end.code for end in ends} == {1012}
            assert all(end.reason.isdigit() and int(end.reason) >= 1 for end in ends)
            assert writer.end is not None
            assert writer.end.code == 1012
            house = await started(tmp_path, port, **where)
            await writer.come_in()
            await writer.write_until(_now())
            for reader, view in zip(readers, views, strict=True):
                await _come_back(reader, view)
        stored = await whole_room(writer.browser, ROOM)
    finally:
        house.end(signal.SIGKILL)
        for person in (writer, *readers):
            if person.line is not None:
                await person.line.close()
    record_line(f"restarts {RESTARTS}, words {len(stored)}, slowest exit {slowest:.1f} s")
    assert len(stored) == len(writer.acked) > 0
    assert slowest <= EXIT_SECONDS
    for view in views:
        assert view.in_order() == stored


async def test_somebody_who_waits_without_a_line_is_answered_before_the_end(tmp_path: Path) -> None:
    house = await started(tmp_path, free_port(), IBASHO_METRICS_TOKEN=TOKEN)
    person = Writer("なぎ", house.port)
    try:
        await person.sit_down(ROOM)
        fields = {"id": str(uuid.uuid4()), "text": "まにあう"}
        posted = await person.browser.post(f"/rooms/{ROOM}/messages/", fields, as_json=True)
        assert posted.status == 201
        page = (await person.browser.get(f"/rooms/{ROOM}/messages/", as_json=True)).json()
        place = f"epoch={page['epoch']}&since={page['seq']}"
        poll = asyncio.create_task(person.browser.get(f"/rooms/{ROOM}/events/?wait=25&{place}", as_json=True))
        while not await _waits(person):
            assert not poll.done(), "it should wait until there is something to say"
        code = await asyncio.to_thread(house.end, signal.SIGTERM)
        answer = await poll
        assert (answer.status, answer.json()["events"]) == (200, [])
        assert code == 0, house.log
    finally:
        house.end(signal.SIGKILL)


async def _waits(person: Writer) -> bool:
    answer = await person.browser.request("GET", "/metrics", headers=[("authorization", f"Bearer {TOKEN}")])
    return "\nibasho_polls_waiting 1.0\n" in answer.text


async def _load(reader: Writer, view: View) -> None:
    """The page, and then its line from the number the page stands at."""
    view.load([(await reader.browser.get(f"/rooms/{ROOM}/messages/", as_json=True)).json()])
    await _come_back(reader, view)


async def _come_back(reader: Writer, view: View) -> None:
    before = view.last
    await reader.come_in(f"?epoch={view.epoch}&since={view.last}")
    assert reader.welcome["recovered"] is True
    numbers = [event["seq"] for event in reader.welcome["events"]]
    assert numbers == list(range(before + 1, before + 1 + len(numbers))), "exactly what was missed"
    view.catch_up(reader.welcome)
    assert view.last == before + len(numbers)


async def _read_until_cut(reader: Writer, view: View) -> ClosedError:
    assert reader.line is not None
    while True:
        try:
            frame = await reader.line.frame()
        except ClosedError as end:
            await reader.line.close()
            reader.line = None
            return end
        view.hear(frame)
        assert not view.has_gap


def _now() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event
