"""A backup and a restore of the embedded database: its one file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from django.db import connection

from ibasho.commands.archive import Manifest
from ibasho.commands.copies import moment_of_copy, name_of_copy, thin_copies
from ibasho.lib import env, on_disk
from ibasho.people import erasure_lines

_FILE = "database.sqlite3"
_BEGINS = b"SQLite format 3\0"
_WAIT_SECONDS = 2.0
_BESIDE = ("-wal", "-shm", "-journal")
_COUNT = 'SELECT count(*) FROM "{table}"'
_IN_USE = "another program uses the database: end the house, `ibasho tend` and every other command first."


def is_database(file: IO[bytes]) -> bool:
    """Whether it is one of the copies that are made before a migration or a restore. The file stands at its begin."""
    begins = file.read(len(_BEGINS))
    file.seek(0)
    return begins == _BEGINS


def read_copy(copy: Path, contents: Path) -> Manifest:
    """As `archive.read`. Only its name says since when such a copy knows nothing: what was copied on is younger."""
    taken_at = moment_of_copy(copy.name)
    if taken_at is None:
        raise env.Wrong(
            f"{copy.name} has no time in its name: take a backup, or the copy under its first name."
        )
    shutil.copyfile(copy, contents / _FILE)
    _check(contents / _FILE)
    with closing(sqlite3.connect(contents / _FILE)) as found:
        migrations = found.execute("SELECT app, name FROM django_migrations").fetchall()
    return Manifest(
        taken_at=taken_at,
        keep_until=taken_at.date(),
        database="sqlite",
        mark="",
        key=erasure_lines.key_mark(),
        version="of before",
        release="a copy of the database",
        migrations=migrations,
        tables={},
    )


class Embedded:
    def __init__(self) -> None:
        self._file = Path(connection.settings_dict["NAME"])
        self._is_damaged = False

    def copy_into(self, folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
        copy = folder / _FILE
        copy.touch(mode=0o600)
        with closing(sqlite3.connect(self._file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        _check(copy)
        with closing(sqlite3.connect(copy)) as made:
            names = [name for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {name: made.execute(_COUNT.format(table=name)).fetchone()[0] for name in names}
        return {name: {"rows": count} for name, count in sorted(counts.items())}, {}

    def is_there(self) -> bool:
        return self._file.exists()

    def refuse_others(self) -> None:
        """Who leaves WAL needs the file alone, and folds it into one: what lay in the log is in it then."""
        if not self._file.exists():
            return
        connection.close()
        try:
            with closing(sqlite3.connect(self._file, timeout=_WAIT_SECONDS)) as present:
                mode = present.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise env.Wrong(_IN_USE) from error
        except sqlite3.DatabaseError:
            self._is_damaged = True  # kept as it is, with what lies beside it
            return
        if mode != "delete":
            raise env.Wrong(_IN_USE)

    def prepare(self, folder: Path, manifest: Manifest) -> None:
        _check(folder / _FILE)
        _speak_to(folder / _FILE)

    def keep_aside(self, copies: Path, back_up: Callable[[Path], object]) -> Path | None:
        """The file itself, also where it is damaged and no backup could be made of it."""
        self.refuse_others()
        if not self._file.exists():
            return None
        copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = copies / name_of_copy("sqlite3")
        os.link(self._file, aside)
        for beside in _beside(self._file) if self._is_damaged else ():
            os.link(beside, copies / f"{aside.name}{beside.name.removeprefix(self._file.name)}")
        thin_copies(copies)
        on_disk.keep(copies)
        return aside

    def put_in_place(self) -> None:
        connection.close()
        prepared = Path(connection.settings_dict["NAME"])
        with closing(sqlite3.connect(prepared)) as made:
            made.execute("PRAGMA journal_mode = DELETE")
        _check(prepared)
        on_disk.keep(prepared)
        for beside in _beside(self._file):  # a log of the old file would be taken for one of the new
            beside.unlink()
        on_disk.keep(self._file.parent)
        prepared.replace(self._file)
        on_disk.keep(self._file.parent)
        _speak_to(self._file)

    def clear(self) -> None:
        connection.close()  # what it spoke to went with its folder


def _check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as found:
            is_whole = found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            hangs_together = not found.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise env.Wrong(f"the database in {file.name} is not whole: take another copy.") from error
    if not (is_whole and hangs_together):
        raise env.Wrong(f"the database in {file.name} is not whole: take another copy.")


def _beside(file: Path) -> list[Path]:
    return [path for end in _BESIDE if (path := file.with_name(file.name + end)).exists()]


def _speak_to(file: Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = str(file)
