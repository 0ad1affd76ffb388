"""The file that holds everything: copied before it changes, never at risk from an old library."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import time_machine

from ibasho.commands.copies import (
    COPIES_KEPT,
    DAYS_KEPT,
    copy_database,
    forget_old_copies,
    forget_unfinished_copies,
)
from ibasho.commands.database import tend_copies
from ibasho.lib import due
from ibasho.lib.sqlite.base import may_lose_words_in_wal
from ibasho.tend import tend_once
from tests.conftest import OpenRoom
from tests.ops.served import Visitor, begin, clean_environment, command, served


def _table(file: Path) -> None:
    with closing(sqlite3.connect(file)) as table:
        table.execute("PRAGMA journal_mode=WAL")
        table.execute("CREATE TABLE words (text)")
        table.execute("INSERT INTO words VALUES ('一つめ')")
        table.commit()


def test_a_copy_is_whole_while_somebody_holds_the_file_open(tmp_path: Path) -> None:
    file = tmp_path / "ibasho.sqlite3"
    _table(file)
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("INSERT INTO words VALUES ('まだ -wal の中')")
        writer.commit()
        writer.execute("INSERT INTO words VALUES ('まだ決まっていない')")
        copy = copy_database(file, tmp_path / "backups")
    with closing(sqlite3.connect(copy)) as found:
        assert found.execute("SELECT text FROM words").fetchall() == [("一つめ",), ("まだ -wal の中",)]
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.stat().st_mode & 0o077 == 0
    assert copy.parent.stat().st_mode & 0o077 == 0


def test_the_newest_copies_are_kept(tmp_path: Path, clock: time_machine.Traveller) -> None:
    file, folder = tmp_path / "ibasho.sqlite3", tmp_path / "backups"
    _table(file)
    made = []
    for _ in range(COPIES_KEPT + 2):
        clock.shift(dt.timedelta(seconds=1))
        made.append(copy_database(file, folder))
    assert sorted(folder.iterdir()) == made[2:]


def test_copies_end_as_words_do(tmp_path: Path, clock: time_machine.Traveller) -> None:
    file, folder = tmp_path / "ibasho.sqlite3", tmp_path / "backups"
    _table(file)
    copy_database(file, folder)
    (folder / "ibasho-cut-off.part").touch()
    clock.shift(dt.timedelta(days=DAYS_KEPT))
    newer = copy_database(file, folder)
    clock.shift(dt.timedelta(seconds=1))
    forget_old_copies(folder)
    forget_unfinished_copies(folder)
    assert list(folder.iterdir()) == [newer]


def test_no_copy_outlives_the_room_that_keeps_words_shortest(
    tmp_path: Path,
    clock: time_machine.Traveller,
    open_room: OpenRoom,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    monkeypatch.setattr(due, "_registry", {})
    settings.DATA_DIR = tmp_path
    file, folder = tmp_path / "ibasho.sqlite3", tmp_path / "backups"
    _table(file)
    copy_database(file, folder)
    begun = folder / "ibasho-begun.part"
    begun.touch()
    open_room(retention_days=30)
    open_room(retention_days=3)
    tend_copies()
    clock.shift(dt.timedelta(days=3))
    assert tend_once() == ["copies"]
    assert len(list(folder.glob("*.sqlite3"))) == 1
    clock.shift(dt.timedelta(seconds=1))
    assert tend_once() == ["copies"]
    assert list(folder.iterdir()) == [begun], "a copy that is being made beside it is left alone"


def test_a_start_copies_the_database_before_it_migrates(tmp_path: Path) -> None:
    with served(begin(tmp_path)) as house:
        assert Visitor(house.port).get("/").status == 200
    assert not (tmp_path / "backups").exists()
    done = command(tmp_path, "django", "migrate", "reports", "zero")
    assert done.returncode == 0, done.stderr
    with served(tmp_path) as house:
        assert house.logs("copied the database")
        assert Visitor(house.port).becomes_ready()
    (copy,) = (tmp_path / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as found:
        tables = {name for (name,) in found.execute("SELECT name FROM sqlite_master")}
    assert "people_person" in tables
    assert "reports_report" not in tables


def test_an_affected_library_never_runs_in_wal_mode(tmp_path: Path) -> None:
    no_wheel = tmp_path / "no wheel"
    no_wheel.mkdir()
    (no_wheel / "pysqlite3.py").write_text("raise ImportError")
    data = begin(tmp_path / "data")
    with served(data) as house:
        assert Visitor(house.port).becomes_ready()
    assert _journal(data) == "wal"
    with served(data, PYTHONPATH=str(no_wheel)) as house:
        assert Visitor(house.port).becomes_ready()
        is_affected = may_lose_words_in_wal(_version_without_the_wheel())
        warning = "can lose words in WAL mode"
        assert house.logs(warning) if is_affected else warning not in house.log
        assert _journal(data) == ("delete" if is_affected else "wal")


def _journal(data: Path) -> str:
    # bytes 18 and 19 of the file tell how it is to be read and written: 1 journal, 2 WAL
    versions = (data / "ibasho.sqlite3").read_bytes()[18:20]
    return {b"\1\1": "delete", b"\2\2": "wal"}[versions]


def _version_without_the_wheel() -> tuple[int, ...]:
    printed = subprocess.run(
        [sys.executable, "-c", "import sqlite3; print(*sqlite3.sqlite_version_info)"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(map(int, printed.split()))
