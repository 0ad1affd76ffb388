"""The keepers' line to the desk: who has one, what it tells, and how soon it ends."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.test import Client

from ibasho.duty.models import Duty
from ibasho.house.models import Note
from ibasho.lib import clock
from ibasho.lib.rate_limit import LINES_PER_KEEPER
from ibasho.live.publish import hurry_desk
from ibasho.people.models import KeeperRole, Person, Session
from ibasho.people.queries import KeeperFacts
from ibasho.people.sessions import hash_key
from ibasho.sockets import desk_lines
from tests.conftest import KeeperClient
from tests.patience import PATIENCE_SECONDS, Unhindered
from tests.sockets.kit import ClosedError, Line, cookie_of, in_thread, line_to, serving

pytestmark = pytest.mark.django_db(transaction=True)
CUT_SECONDS = 5


@pytest.fixture
def cookie(keeper: KeeperFacts, keeper_client: KeeperClient) -> str:
    return _cookie(keeper_client(keeper))


@pytest.fixture
def second_cookie(second_keeper: KeeperFacts, keeper_client: KeeperClient) -> str:
    return _cookie(keeper_client(second_keeper))


def _cookie(client: Client) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@asynccontextmanager
async def desk_of(cookie: str | None) -> AsyncIterator[Line]:
    async with line_to("/desk/live", cookie) as line:
        yield line


async def test_a_keeper_hears_at_once_what_the_desk_shows(cookie: str) -> None:
    async with serving(), desk_of(cookie) as line:
        frame = await line.frame()
    assert frame.keys() == {"type", "version", "alerts", "at"}
    assert (frame["type"], frame["alerts"]) == ("desk", [])
    assert frame["version"]
    assert frame["at"].endswith("Z")


async def test_a_guest_finds_no_desk(regular: Person, cookie: str) -> None:
    guest = await in_thread(cookie_of)(regular)
    async with serving(), desk_of(guest) as line:
        closed = await line.closed()
    assert (closed.code, closed.reason) == (4404, "not_found")


async def test_a_stranger_is_asked_to_come_in_first(keeper: KeeperFacts) -> None:
    async with serving():
        for stranger in (None, f"{settings.SESSION_COOKIE_NAME}=abcdefgh"):
            async with desk_of(stranger) as line:
                assert (await line.closed()).code == 4401


async def test_a_keeper_who_showed_no_second_factor_finds_no_desk(keeper: KeeperFacts) -> None:
    def sign_in() -> str:
        return cookie_of(Person.objects.get(pk=keeper.person_id))

    half = await in_thread(sign_in)()
    async with serving(), desk_of(half) as line:
        assert (await line.closed()).code == 4404


async def test_a_keeper_who_goes_from_page_to_page_in_a_storm_keeps_a_line(cookie: str) -> None:
    async with serving():
        for _ in range(25):
            async with desk_of(cookie) as line:
                assert (await line.frame())["type"] == "desk"


def test_a_table_that_is_away_is_one_line_in_the_log_and_a_fault_of_ours_is_told_whole(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(30):
        desk_lines._tell(OperationalError("the connection is closed"))
    desk_lines._tell(KeyError("version"))
    assert [record.exc_info is None for record in caplog.records] == [True, False]


async def test_a_foreign_page_gets_no_line(cookie: str) -> None:
    async with serving():
        with pytest.raises(ClosedError):
            async with line_to("/desk/live", cookie, origin="https://evil.example"):
                pass


async def test_a_change_reaches_every_desk_within_a_second(cookie: str, second_cookie: str) -> None:
    async with serving(), desk_of(cookie) as mine, desk_of(second_cookie) as theirs:
        before = await mine.frame()
        assert (await theirs.frame())["version"] == before["version"]
        await in_thread(_note_about_dying)()
        waited = Unhindered()
        after = [await mine.frame(), await theirs.frame()]
        assert waited.seconds < 2
    assert before["version"] not in {frame["version"] for frame in after}
    assert [[alert["level"] for alert in frame["alerts"]] for frame in after] == [["life"], ["life"]]
    assert after[0]["alerts"][0].keys() == {"id", "level", "text"}


async def test_what_nobody_hurried_is_found_within_five_seconds(cookie: str) -> None:
    async with serving(), desk_of(cookie) as line:
        before = await line.frame()
        await in_thread(_note_about_dying)(quietly=True)
        waited = Unhindered()
        while (await line.frame())["version"] == before["version"]:
            pass
        assert waited.seconds < desk_lines.STATE_SECONDS + 2.5


async def test_many_changes_at_once_are_looked_at_once_a_second(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def count(keepers: object) -> desk_lines.DeskState:
        nonlocal looks
        looks += 1
        return read(keepers)  # type: ignore[arg-type]

    read = desk_lines.read_state
    monkeypatch.setattr(desk_lines, "read_state", count)
    async with serving() as hub, desk_of(cookie) as line:
        await line.frame()
        looks, began = 0, time.monotonic()
        for _ in range(30):
            hub.hurry_desk()
            await asyncio.sleep(0.05)
    assert 1 <= looks <= 2 + time.monotonic() - began


async def test_a_line_that_hears_nothing_new_is_told_so_from_time_to_time(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_lines, "REPEAT_SECONDS", 0.5)
    async with serving(), desk_of(cookie) as line:
        first, waited = await line.frame(), Unhindered()
        again = await line.frame()
        assert waited.seconds < desk_lines.STATE_SECONDS + 2.5
    assert {**again, "at": ""} == {**first, "at": ""}


async def test_being_here_is_written_at_most_every_fifteen_seconds(cookie: str, keeper: KeeperFacts) -> None:
    duty = await in_thread(_on_duty)(keeper)
    async with serving(), desk_of(cookie) as line, desk_of(cookie) as other:
        await line.send({"type": "here"})
        first = await _there_at(duty, after=None)
        for desk in (line, other, line):
            await desk.send({"type": "here"})
        assert await _answers(line)
        assert await _answers(other)
        assert await in_thread(lambda: Duty.objects.get(pk=duty.pk).there_at)() == first


async def test_an_unreadable_frame_is_refused_and_twenty_end_the_line(cookie: str) -> None:
    async with serving(), desk_of(cookie) as line:
        await line.frame()
        for text in ("", "[]", '{"type":"post","id":"x","text":"y"}', '{"type":"here","more":1}'):
            await line.send_text(text)
            refused = await line.frame_of("refused")
            assert refused["code"] == "malformed"
        for _ in range(16):
            await line.send_text("?")
        assert (await line.closed()).code == 1008


async def test_whoever_loses_the_last_role_is_out_within_five_seconds(
    cookie: str, keeper: KeeperFacts
) -> None:
    async with serving(), desk_of(cookie) as line:
        await line.frame()
        await in_thread(_take_all_roles)(keeper)
        assert (await _closed_within(line, CUT_SECONDS)).code == 4404


@pytest.mark.parametrize("how", ["away", "deleted"])
async def test_a_session_that_ends_takes_its_desk_along(cookie: str, second_cookie: str, how: str) -> None:
    async with serving(), desk_of(cookie) as line, desk_of(second_cookie) as other:
        await line.frame()
        await other.frame()
        await in_thread(_end_session)(cookie, how)
        assert (await _closed_within(line, CUT_SECONDS)).code == 4401
        assert await _answers(other)


async def test_the_eleventh_line_ends_the_oldest(cookie: str) -> None:
    async with serving():
        lines = [line_to("/desk/live", cookie) for _ in range(LINES_PER_KEEPER + 1)]
        opened = []
        for line in lines:
            opened.append(await line.__aenter__())
            await opened[-1].frame()
        closed = await opened[0].closed()
        assert (closed.code, closed.reason) == (1000, "elsewhere")
        for line in lines:
            await line.__aexit__(None, None, None)


async def test_a_restart_tells_every_desk_to_come_back(cookie: str) -> None:
    async with serving() as hub, desk_of(cookie) as line:
        await line.frame()
        hub.drain()
        closed = await line.closed()
        assert (closed.code, closed.reason) == (1012, "1")
        async with desk_of(cookie) as late:
            assert (await late.closed()).code == 1012


async def test_with_no_desk_open_nothing_is_asked(cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as hub:
        async with desk_of(cookie) as line:
            await line.frame()
        reads: list[object] = []
        monkeypatch.setattr(desk_lines, "_read", lambda *asked: reads.append(asked))
        hub.hurry_desk()
        await asyncio.sleep(2.5)
        assert reads == []


async def test_a_failed_look_is_made_again(cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read, failures = desk_lines._read, [RuntimeError("the disk is slow")]

    def read_badly(*asked: object) -> desk_lines.Look:
        if failures:
            raise failures.pop()
        return read(*asked)  # type: ignore[arg-type]

    async with serving(), desk_of(cookie) as line:
        await line.frame()
        monkeypatch.setattr(desk_lines, "_read", read_badly)
        await in_thread(_note_about_dying)()
        while not (await line.frame())["alerts"]:
            pass


def _note_about_dying(*, quietly: bool = False) -> None:
    with transaction.atomic():
        Note.objects.create(text="もう終わりにしたいです。", about_dying=True, written_on=clock.today())
        if not quietly:
            hurry_desk()


def _on_duty(keeper: KeeperFacts) -> Duty:
    now = clock.now()
    with transaction.atomic():
        return Duty.objects.create(
            keeper_id=keeper.keeper_id, taken_at=now, until=now + dt.timedelta(hours=2), there_at=None
        )


def _take_all_roles(keeper: KeeperFacts) -> None:
    with transaction.atomic():
        KeeperRole.objects.filter(keeper_id=keeper.keeper_id).delete()


def _end_session(cookie: str, how: str) -> None:
    sessions = Session.objects.filter(key_hash=hash_key(cookie.split("=", 1)[1]))
    with transaction.atomic():
        assert sessions.update(away=True) if how == "away" else sessions.delete()[0]


async def _there_at(duty: Duty, after: dt.datetime | None) -> dt.datetime:
    async with asyncio.timeout(PATIENCE_SECONDS):  # else nobody wrote that the keeper is there
        while True:
            found = await in_thread(lambda: Duty.objects.get(pk=duty.pk).there_at)()
            if found != after and found is not None:
                return found
            await asyncio.sleep(0.02)


async def _answers(line: Line) -> bool:
    await line.send({"type": "nothing of the kind"})
    code: str = (await line.frame_of("refused"))["code"]
    return code == "malformed"


async def _closed_within(line: Line, seconds: float) -> ClosedError:
    waited = Unhindered()
    closed = await line.closed()
    assert waited.seconds < seconds
    return closed
