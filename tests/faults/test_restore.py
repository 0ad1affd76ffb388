"""E14: an older backup is brought back under people who are there. Nobody keeps a word on the screen that is gone, and
nothing comes back that somebody had erased.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import subprocess
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.reader import View
from tests.faults.test_race_with_kills import database
from tests.faults.writers import Writer, started, whole_room
from tests.ops.served import IBASHO, clean_environment, command, free_port
from tests.wire import Browser, ClosedError

ROOM = "tameshi"


@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
async def test_a_backup_brought_back_shows_no_ghosts_and_nothing_that_was_erased(
    engine: str, tmp_path: Path
) -> None:
    with database(engine) as url:
        settings = {"DATABASE_URL": url} if url else {}
        port = free_port()
        if url:  # the sample that is laid into a new folder is on the other database
            for name in ("migrate", "furnish"):
                made = await asyncio.to_thread(command, tmp_path, name, **settings)
                assert made.returncode == 0, made.stderr
        house = await started(tmp_path, port, **settings)
        people = {name: Writer(name, port) for name in ("なぎ", "おぼろ", "とりのす")}
        reader, view = people["なぎ"], View()
        try:
            for person in people.values():
                await person.sit_down(ROOM)
            words = {text: await _say(people[name], text) for name, text in _BEFORE}
            backup = tmp_path / "yesterday.tar.gz"
            done = await asyncio.to_thread(command, tmp_path, "backup", str(backup), **settings)
            assert done.returncode == 0, done.stderr

            signed_out = await _do_what_comes_after(people, words)
            await _load(reader, view)
            ghosts = {row["text"] for row in view.in_order() if "text" in row}
            assert ghosts == {"のこる言葉です。", "まぼろしの言葉です。"}
            await _noted(tmp_path, 3)
            end = asyncio.create_task(_end_of(reader))
            code = await asyncio.to_thread(house.end, signal.SIGTERM)
            assert (code, (await end).code) == (0, 1012)

            half_made = []
            for is_so_far in (_is_unpacked, _is_about_to_change, _is_kept_aside):
                await asyncio.to_thread(_restore_and_kill, tmp_path, backup, is_so_far, settings)
                half_made += _half_made(url)
                done = await asyncio.to_thread(command, tmp_path, "migrate", **settings)
                assert done.returncode == 0, done.stderr
                assert _half_made(url) == [], "the next start takes it away"
            assert half_made or not url
            done = await asyncio.to_thread(command, tmp_path, "restore", str(backup), **settings)
            assert done.returncode == 0, done.stderr
            assert not (tmp_path / "copying").exists()

            house = await started(tmp_path, port, **settings)
            await reader.come_in(f"?epoch={view.epoch}&since={view.last}")
            view.catch_up(reader.welcome)
            assert view.must_load
            assert reader.line is not None
            await reader.line.close()
            before = view.epoch
            await _load(reader, view)
            assert view.epoch != before
            assert view.in_order() == await whole_room(reader.browser, ROOM)
            assert [row.get("text") for row in view.in_order()] == ["のこる言葉です。", None, None]
            states = [row["state"] for row in view.in_order()]
            assert states == ["shown", "withdrawn", "erased"]
            assert (await signed_out.get("/me/")).status != 200
            assert (await people["とりのす"].browser.get("/me/")).status != 200
            await _say(reader, "またあとで。")
            log = await asyncio.to_thread(command, tmp_path, "check-log", **settings)
            assert log.returncode == 0, log.stdout
        finally:
            house.end(signal.SIGKILL)
            for person in people.values():
                if person.line is not None:
                    await person.line.close()


_BEFORE = (
    ("なぎ", "のこる言葉です。"),
    ("おぼろ", "とりけす言葉です。"),
    ("とりのす", "消える人の言葉です。"),
)


async def _do_what_comes_after(people: dict[str, Writer], words: dict[str, str]) -> Browser:
    """Words are taken back, a person is erased, somebody signs out, and one more word is said."""
    withdrawn = words["とりけす言葉です。"]
    answer = await people["おぼろ"].browser.post(
        f"/rooms/{ROOM}/messages/{withdrawn}/withdrawal/", {"id": str(uuid.uuid4())}, as_json=True
    )
    assert answer.status == 200, answer.text
    await _say(people["おぼろ"], "まぼろしの言葉です。")
    answer = await people["とりのす"].browser.post("/me/erasure/", {"sure": "on"})
    assert answer.status == 200, answer.text
    old = Browser(people["おぼろ"].port, cookies=dict(people["おぼろ"].browser.cookies))
    answer = await people["おぼろ"].browser.post("/me/sign-out/")
    assert answer.status in (302, 303), answer.text
    return old


async def _say(person: Writer, text: str) -> str:
    """The id of the message."""
    fields = {"id": str(uuid.uuid4()), "text": text}
    answer = await person.browser.post(f"/rooms/{ROOM}/messages/", fields, as_json=True)
    assert answer.status == 201, answer.text
    return str(answer.json()["message"])


async def _load(reader: Writer, view: View) -> None:
    page: dict[str, Any] = (await reader.browser.get(f"/rooms/{ROOM}/messages/", as_json=True)).json()
    view.load([page])
    await reader.come_in(f"?epoch={view.epoch}&since={view.last}")
    assert reader.welcome["recovered"] is True


async def _noted(data: Path, marks: int) -> None:
    """Within two seconds all of it is outside of the database."""
    for _ in range(100):
        if len((data / "erased.list").read_text().splitlines()) > marks:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("what was erased is not noted outside of the database")


async def _end_of(reader: Writer) -> ClosedError:
    assert reader.line is not None
    with contextlib.suppress(TimeoutError):
        while True:
            try:
                await reader.line.frame()
            except ClosedError as end:
                await reader.line.close()
                reader.line = None
                return end
    raise AssertionError("the line was not closed")


def _is_unpacked(data: Path) -> bool:
    contents = data / "copying" / "contents"
    return contents.is_dir() and any(contents.iterdir())


def _is_about_to_change(data: Path) -> bool:
    return (data / "copying" / "present").is_dir()


def _is_kept_aside(data: Path) -> bool:
    return any((data / "backups").glob("ibasho-*"))


def _half_made(url: str | None) -> list[Any]:
    """The schemas in which a restore builds the house, on PostgreSQL."""
    if not url:
        return []
    with psycopg.connect(url) as line:
        return line.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'ibasho_restoring'").fetchall()


def _restore_and_kill(
    data: Path, backup: Path, is_so_far: Callable[[Path], bool], settings: dict[str, str]
) -> None:
    """Killed in the middle, there is the one house or the other, as a whole."""
    shutil.rmtree(data / "backups", ignore_errors=True)
    with subprocess.Popen(
        [IBASHO, "restore", "--data", data, backup],
        env=clean_environment(**settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as restoring:
        while restoring.poll() is None and not is_so_far(data):
            threading.Event().wait(0.002)
        restoring.kill()
    assert restoring.returncode == -signal.SIGKILL
    whole = command(data, "django", "shell", "-c", _WHOLE, **settings)
    assert whole.returncode == 0, whole.stderr


# as it was before the restore, or as it is after it; never in between
_WHOLE = """
from django.db import connection
from ibasho.rooms.models import Message
rows = list(Message.objects.order_by("position").values_list("state", "text"))
assert rows[1:3] == [("withdrawn", None), ("erased", None)], rows
assert rows[0] == ("shown", "のこる言葉です。")
assert rows[3:] in ([], [("shown", "まぼろしの言葉です。")]), rows
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
"""
