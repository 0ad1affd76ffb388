"""A house as one file: whole, nobody else's, and not longer there than words were promised."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import time_machine

from ibasho.commands import archive
from ibasho.commands.copies import forget_old_copies, name_of_copy, thin_backups
from ibasho.commands.workplace import clear_workplace, workplace
from ibasho.lib import env
from tests.ops.served import IBASHO, begin, clean_environment, command, served

FLIPS = 60


@pytest.fixture
def contents(tmp_path: Path) -> Path:
    folder = tmp_path / "contents"
    folder.mkdir()
    (folder / "database.sqlite3").write_bytes(random.randbytes(40_000))
    (folder / "erased.list").write_text("erased-since 2026-12-01T00:00:00+00:00 0011223344556677\n")
    return folder


def _manifest(**other: Any) -> archive.Manifest:
    facts: dict[str, Any] = {
        "taken_at": dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC),
        "keep_until": dt.date(2026, 12, 14),
        "database": "sqlite",
        "mark": "0011223344556677",
        "key": "8899aabbccddeeff",
        "version": "0.1.0",
        "release": "0123456789ab",
        "migrations": [("people", "0001_first")],
        "tables": {"people_person": {"rows": 0}},
    }
    return archive.Manifest(**(facts | other))


def _written(contents: Path, **other: Any) -> bytes:
    packed = io.BytesIO()
    archive.write(packed, _manifest(**other), contents)
    return packed.getvalue()


def test_what_is_unpacked_is_what_was_packed(contents: Path, tmp_path: Path) -> None:
    packed, into = _written(contents), tmp_path / "into"
    into.mkdir()
    found = archive.read(io.BytesIO(packed), into)
    assert (found.taken_at, found.migrations) == (_manifest().taken_at, [("people", "0001_first")])
    assert {file.name: file.read_bytes() for file in into.iterdir()} == {
        file.name: file.read_bytes() for file in contents.iterdir()
    }


def test_no_byte_changes_unnoticed(contents: Path, tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance, packed, noticed = random.Random(seed), _written(contents), 0
    whole = archive.read(io.BytesIO(packed))
    for _ in range(FLIPS):
        other = bytearray(packed)
        other[chance.randrange(len(other))] ^= 1 << chance.randrange(8)
        try:
            assert archive.read(io.BytesIO(bytes(other))) == whole  # a bit of the packing that means nothing
        except env.Wrong:
            noticed += 1
    assert noticed > FLIPS // 2


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_backup_that_was_cut_off_is_refused(contents: Path, share: float) -> None:
    packed = _written(contents)
    with pytest.raises(env.Wrong, match=r"no whole backup|no backup"):
        archive.read(io.BytesIO(packed[: int(len(packed) * share)]))


def _tar(*members: tuple[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file, tarfile.open(fileobj=file, mode="w|") as tar:
        for name, text in members:
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    packed.seek(0)
    return packed


def _told(**other: Any) -> bytes:
    return archive.with_sum(asdict(_manifest()) | other)


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ([("notes.txt", b"x")], "no backup"),
        ([("manifest.json", b"[]")], "no backup"),
        ([("manifest.json", b"{")], "no backup"),
        ([("manifest.json", _told(format=2))], "newer program"),
        ([("manifest.json", _told(more=1))], "no backup"),
        ([("manifest.json", _told().replace(b"sqlite", b"sqlit3"))], "not as it was"),
        ([("manifest.json", _told(files={"../house.secret": {"bytes": 1, "sha256": ""}}))], "no backup"),
        ([("manifest.json", _told()), ("more", b"x")], "does not name"),
        ([("manifest.json", _told(files={"a": {"bytes": 1, "sha256": ""}}))], "a is missing"),
        ([("manifest.json", _told(files={"a": {"bytes": 1, "sha256": ""}})), ("a", b"xy")], "does not name"),
        ([("manifest.json", _told(files={"a": {"bytes": 1, "sha256": ""}})), ("a", b"x")], "not as it was"),
    ],
)
def test_whatever_is_no_backup_is_refused_and_unpacks_nothing_elsewhere(
    members: list[tuple[str, bytes]], says: str, tmp_path: Path
) -> None:
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)
    with pytest.raises(env.Wrong, match=says):
        archive.read(_tar(*members), into)
    assert list(tmp_path.iterdir()) == [tmp_path / "deep"]
    assert list((tmp_path / "deep").iterdir()) == [into]


def test_all_of_a_day_are_kept_and_of_each_day_before_the_last(
    tmp_path: Path, clock: time_machine.Traveller
) -> None:
    made = []
    for _ in range(4 * 24):
        made.append(tmp_path / name_of_copy("tar.gz"))
        made[-1].touch()
        clock.shift(dt.timedelta(hours=1))
    thin_backups(tmp_path)
    kept = sorted(tmp_path.iterdir())
    assert kept[-24:] == made[-24:]
    days = [file.name[:15] for file in kept[:-24]]
    assert days == sorted(set(days))
    assert len(days) in (3, 4)
    clock.shift(dt.timedelta(days=14))
    forget_old_copies(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_do_not_copy_at_once_and_what_a_killed_one_left_goes(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    cut_off = tmp_path / "backups" / ".ibasho-2.tar.gz.part"
    cut_off.touch()
    with workplace(tmp_path) as place:
        assert not cut_off.exists(), "the next backup takes it away, and not only a round of due work"
        cut_off.touch()
        (place / "words").touch()
        clear_workplace(tmp_path)
        assert (place / "words").exists()
        with pytest.raises(env.Wrong, match="another backup or restore"), workplace(tmp_path):
            pass
    assert not place.exists()
    assert cut_off.exists()
    clear_workplace(tmp_path)
    assert not cut_off.exists()
    place.mkdir()
    (place / "words").touch()
    clear_workplace(tmp_path)
    assert not place.exists()


def test_a_backup_holds_everything_but_no_secret_and_is_for_the_house_alone(tmp_path: Path) -> None:
    data = begin(tmp_path / "data")
    target = tmp_path / "copy.tar.gz"
    with served(data):
        done = command(data, "backup", str(target))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{target}\n"
    assert "delete it after 20" in done.stderr
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.tar.gz", "data"]
    with tarfile.open(target) as tar:
        assert tar.getnames() == ["manifest.json", "database.sqlite3", "erased.list"]
        tar.extractall(tmp_path / "found", filter="data")
    secret = (data / "house.secret").read_text().strip()
    for file in (tmp_path / "found").iterdir():
        assert secret.encode() not in file.read_bytes()
    with closing(sqlite3.connect(tmp_path / "found" / "database.sqlite3")) as found:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert found.execute("SELECT count(*) FROM house_houserule").fetchone()[0] > 5
    again = command(data, "backup", str(target))
    assert (again.returncode, again.stdout) == (2, "")
    assert "is there already" in again.stderr


def test_a_backup_can_be_led_on_and_one_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    data = begin(tmp_path)
    led = subprocess.run(
        [IBASHO, "backup", "--data", data, "-"],
        env=clean_environment(),
        capture_output=True,
        timeout=180,
        check=True,
    )
    assert archive.read(io.BytesIO(led.stdout)).database == "sqlite"
    full = subprocess.run(
        ["prlimit", "--fsize=700000", IBASHO, "backup", "--data", data],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert full.returncode == 2, full.stderr
    assert "nothing was changed" in full.stderr
    assert "Traceback" not in full.stderr
    assert not (data / "copying").exists()
    assert not list((data / "backups").iterdir())
