"""E9 and E10: the disk is full, or it does not keep what it was given."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.talk import ROOM, Talk
from tests.faults.writers import Writer, started, whole_room
from tests.ops.served import House, begin, free_port
from tests.wire import ClosedError

SHIM = Path(__file__).with_name("fsync_fails.c")
SMALL_BYTES = 24 * 1024 * 1024
EXIT_SECONDS = 10


async def test_on_a_full_disk_words_are_put_off_and_read_and_nothing_needs_repair(
    tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        (disk / "tmp").mkdir()
        house = await started(disk / "data", free_port(), TMPDIR=str(disk / "tmp"))
        try:
            async with Talk(house.port) as talk:
                with _filled(disk, house):
                    await _all_put_off(talk)
                    reader = talk.readers[0].browser
                    for path in ("/", "/rules/", "/rooms/", f"/rooms/{ROOM}/"):
                        assert (await reader.get(path)).status == 200, path
                    refused = await reader.post("/me/settings/", {"theme": "night"}, as_json=True)
                    assert (refused.status, refused.json()["code"]) == (503, "busy")
                    assert "言葉は残っています" in refused.json()["text"]
                back = await talk.goes_on()
                found = await talk.end()
        finally:
            house.end(9)
        with sqlite3.connect(disk / "data" / "ibasho.sqlite3") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
    record_line(f"full disk: {found.line(1, back)}, put off {talk.busy}")
    assert found.is_whole, found


async def _all_put_off(talk: Talk) -> None:
    """What is already part of the file may still take some words."""
    enough = talk.busy + 3 * len(talk.writers)
    async with asyncio.timeout(30):
        while talk.busy < enough:  # noqa: ASYNC110 - another process is asked
            await asyncio.sleep(0.05)


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """One of its own where this user may mount one; else the folder, and `_filled` bounds every file in it."""
    folder.mkdir()
    is_mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SMALL_BYTES}", "none", str(folder)], check=False
        ).returncode
    )
    try:
        yield folder
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def _filled(disk: Path, house: House) -> Iterator[None]:
    if not disk.is_mount():
        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        yield
        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        return
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            continue
    assert shutil.disk_usage(disk).free < 4096
    yield
    filler.unlink()


@pytest.fixture
def shim(tmp_path: Path) -> Path:
    made = tmp_path / "shim.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", made, SHIM], check=True)
    return made


async def test_a_disk_that_keeps_nothing_stops_the_house_and_nobody_is_told_it_was_written(
    shim: Path, tmp_path: Path
) -> None:
    mark, data = tmp_path / "fails", begin(tmp_path / "data")
    house = await started(data, free_port(), LD_PRELOAD=str(shim), FSYNC_FAILS_WHILE=str(mark))
    writer = Writer("なぎ", house.port)
    try:
        await writer.sit_down(ROOM)
        await writer.come_in()
        assert writer.line is not None
        mark.touch()
        writing = asyncio.create_task(writer.write_until(asyncio.Event()))
        code = await asyncio.wait_for(asyncio.to_thread(house.process.wait), EXIT_SECONDS)
        await writing
        assert isinstance(writer.end, ClosedError)
        assert writer.end.code == 1012
        assert code == 1
        assert not writer.acked
        assert house.logs("THE DISK DID NOT KEEP WHAT WAS WRITTEN")
        mark.unlink()
        house = await started(data, house.port, LD_PRELOAD=str(shim), FSYNC_FAILS_WHILE=str(mark))
        await writer.come_in()
        stop = asyncio.Event()
        stop.set()
        await writer.write_until(stop)
        stored = await whole_room(writer.browser, ROOM)
        assert sorted(message["id"] for message in stored) == sorted(
            told for told, *_ in writer.acked.values()
        )
        await writer.line.close()
    finally:
        house.end(9)
