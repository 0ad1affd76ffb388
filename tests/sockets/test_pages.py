"""How a page is made behind the server: in one thread, on a connection that stays."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection, transaction

from ibasho.house.models import HouseProfile
from ibasho.lib import pools
from tests.sockets.kit import Poll, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str, object]]]:
    """What begins and ends, in which thread, on which connection."""
    found: list[tuple[str, str, object]] = []

    def begun(**_: Any) -> None:
        found.append(("begun", threading.current_thread().name, connection.connection))

    def ended(**_: Any) -> None:
        found.append(("ended", threading.current_thread().name, connection.connection))

    request_started.connect(begun)
    request_finished.connect(ended)
    yield found
    request_started.disconnect(begun)
    request_finished.disconnect(ended)
    pools.shutdown()


async def test_a_page_begins_and_ends_in_one_thread(heard: list[tuple[str, str, object]]) -> None:
    async with serving():
        status, headers, text = await page("/help/")
    assert (status, "困ったとき" in text) == (200, True)
    assert "content-security-policy" in headers
    assert [what for what, *_ in heard] == ["begun", "ended"]
    assert len({thread for _, thread, _ in heard}) == 1
    assert heard[0][1].startswith("ibasho-page")


async def test_a_thread_keeps_its_connection_from_page_to_page(
    heard: list[tuple[str, str, object]],
) -> None:
    async with serving():
        for _ in range(40):
            await page("/help/")
    ends = {(thread, kept) for what, thread, kept in heard if what == "ended"}
    assert len(ends) == len({thread for thread, _ in ends}) <= pools.PAGES
    if connection.vendor == "sqlite":  # PostgreSQL's go back to their pool
        assert None not in {kept for _, kept in ends}


async def test_nobody_waits_for_pages_of_who_has_gone(heard: list[tuple[str, str, object]]) -> None:
    free = threading.Event()
    async with serving():
        held = [asyncio.ensure_future(pools.page(free.wait, 10)) for _ in range(pools.PAGES)]
        gone, stayed = await Poll("/help/", None).start(), await Poll("/help/", None).start()
        await _turns()
        left = asyncio.ensure_future(gone.hang_up())
        await _turns()
        free.set()
        await asyncio.gather(left, *held)
        status, *_ = await stayed.answer()
    assert status == 200
    assert [what for what, *_ in heard] == ["begun", "ended"]


async def test_what_was_kept_meanwhile_is_on_the_next_page(house: HouseProfile) -> None:
    async with serving():
        _, _, before = await page("/")
        await pools.write(_rename, "あたらしい家")
        _, _, after = await page("/")
    assert ("あたらしい家" in before, "あたらしい家" in after) == (False, True)


async def test_a_fault_is_a_plain_page_with_its_headers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("ibasho.house.queries.profile", broken)
    async with serving():
        status, headers, text = await page("/help/")
    assert status == 500
    assert "content-security-policy" in headers
    assert "a fault of ours" not in text


async def page(path: str) -> tuple[int, dict[str, str], str]:
    status, headers, body = await (await Poll(path, None).start()).answer()
    return status, headers, body.decode()


async def _turns() -> None:
    """Enough of them for whatever needs no thread to get to its end."""
    for _ in range(100):
        await asyncio.sleep(0)


def _rename(name: str) -> None:
    with transaction.atomic():
        HouseProfile.objects.update(name=name)
