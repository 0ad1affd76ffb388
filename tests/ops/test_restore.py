"""Bringing a house back: only what is whole and fits, never under anybody, never without what is known to be erased."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from ibasho.commands import archive
from ibasho.commands.restore import _Known
from ibasho.people.models import Erased
from tests.ops.served import begin, clean_environment, command, served


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A house, and a backup of it."""
    folder = tmp_path_factory.mktemp("backed-up")
    data, target = begin(folder / "data"), folder / "copy.tar.gz"
    done = command(data, "backup", str(target))
    assert done.returncode == 0, done.stderr
    return data, target


@pytest.fixture
def data(backed_up: tuple[Path, Path], tmp_path: Path) -> Path:
    """The same house once more, with one word written since."""
    data = Path(shutil.copytree(backed_up[0], tmp_path / "data"))
    _write(data, "あとから")
    return data


def _write(data: Path, title: str) -> None:
    with closing(sqlite3.connect(data / "ibasho.sqlite3")) as table, table:
        table.execute("UPDATE house_houseprofile SET name = ?", [title])


def _name(data: Path) -> str:
    with closing(sqlite3.connect(data / "ibasho.sqlite3")) as table:
        return str(table.execute("SELECT name FROM house_houseprofile").fetchone()[0])


def _changed(
    target: Path,
    change: Callable[[archive.Manifest], dict[str, Any]],
    spoil: Callable[[Path], object] = lambda _: None,
) -> Path:
    """The same backup with another manifest or other contents, whole in itself."""
    folder = Path(tempfile.mkdtemp(dir=target.parent))
    with target.open("rb") as file:
        manifest = archive.read(file, folder)
    spoil(folder)
    told = {name: getattr(manifest, name) for name in archive.Manifest.__dataclass_fields__} | change(
        manifest
    )
    other = folder.with_suffix(".tar.gz")
    with other.open("wb") as file:
        archive.write(file, archive.Manifest(**told), folder)
    return other


def test_it_comes_back_and_what_was_there_is_kept(backed_up: tuple[Path, Path], data: Path) -> None:
    for _ in range(2):
        done = command(data, "restore", str(backed_up[1]))
        assert done.returncode == 0, done.stderr
        assert _name(data) != "あとから"
    assert done.stdout == ""
    kept = sorted((data / "backups").glob("*.sqlite3"))
    assert len(kept) == 2
    assert str(kept[-1]) in done.stderr
    with closing(sqlite3.connect(kept[0])) as table:
        assert table.execute("SELECT name FROM house_houseprofile").fetchone() == ("あとから",)
    assert all(file.stat().st_mode & 0o077 == 0 for file in (*kept, data / "ibasho.sqlite3"))
    done = command(data, "restore", str(kept[0]))
    assert done.returncode == 0, done.stderr
    assert _name(data) == "あとから", "a restore is undone by what it kept"


def test_it_is_refused_while_the_house_serves(backed_up: tuple[Path, Path], data: Path) -> None:
    with served(data):
        done = command(data, "restore", str(backed_up[1]))
    assert done.returncode == 2
    assert "already serves" in done.stderr
    assert _name(data) == "あとから"


def test_it_is_refused_while_another_program_holds_the_database(
    backed_up: tuple[Path, Path], data: Path
) -> None:
    with closing(sqlite3.connect(data / "ibasho.sqlite3")) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("SELECT count(*) FROM house_houseprofile").fetchone()
        done = command(data, "restore", str(backed_up[1]))
    assert done.returncode == 2
    assert "another program uses the database" in done.stderr
    assert _name(data) == "あとから"


def test_what_does_not_fit_is_refused_and_nothing_is_changed(
    backed_up: tuple[Path, Path], data: Path, tmp_path: Path
) -> None:
    _, target = backed_up
    later = ("rooms", "9999_later")
    cases = {
        "newer program": _changed(target, lambda known: {"migrations": [*known.migrations, later]}),
        "DATABASE_URL": _changed(target, lambda _: {"database": "postgresql"}),
        "no list tells": _changed(target, lambda _: {"key": "0011223344556677"}),
        "was erased since 2025": _changed(
            target, lambda known: {"taken_at": known.taken_at.replace(year=2025)}
        ),
        "is not whole": _changed(target, lambda _: {}, _without_rules),
        "no time in its name": Path(shutil.copy(data / "ibasho.sqlite3", tmp_path / "copy.sqlite3")),
        "is not there": tmp_path / "nowhere",
    }
    # one process for all of them: none may leave it in a state in which the next succeeds
    done = subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_THE_OTHER, data, *cases.values()],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    assert done.stdout.split() == ["2"] * len(cases)
    for said, says in zip(done.stderr.splitlines(), cases, strict=True):
        assert says in said
    assert _name(data) == "あとから"
    assert not (data / "copying").exists()
    assert not (data / "backups").exists()


_ONE_AFTER_THE_OTHER = """
import sys
from ibasho.__main__ import main
for file in sys.argv[2:]:
    print(main(["restore", "--data", sys.argv[1], file]))
"""


def _without_rules(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "database.sqlite3")) as table, table:
        table.execute("PRAGMA foreign_keys = OFF")
        table.execute("DELETE FROM house_houserulesversion")


def test_on_a_new_machine_it_asks_first_and_then_signs_everybody_out(
    backed_up: tuple[Path, Path], tmp_path: Path
) -> None:
    anew = tmp_path / "anew"
    anew.mkdir()
    shutil.copy(backed_up[0] / "house.secret", anew)
    done = command(anew, "restore", str(backed_up[1]))
    assert done.returncode == 2
    assert "--without-list" in done.stderr
    assert not (anew / "ibasho.sqlite3").exists()
    done = command(anew, "restore", str(backed_up[1]), "--without-list")
    assert done.returncode == 0, done.stderr
    assert "everybody is signed out" in done.stderr
    assert "start the house now" in done.stderr
    assert _name(anew) == _name(backed_up[0])


def test_with_another_house_secret_it_says_what_comes_before_the_start(
    backed_up: tuple[Path, Path], tmp_path: Path
) -> None:
    done = command(tmp_path / "anew", "restore", str(backed_up[1]), "--without-list")
    assert done.returncode == 0, done.stderr
    assert "`ibasho new-secret`, before the start" in done.stderr
    assert "start the house now" not in done.stderr


@pytest.fixture
def anew(backed_up: tuple[Path, Path], tmp_path: Path) -> Path:
    """A new machine: nothing but the secret, and a list as old as the backup itself."""
    anew = tmp_path / "anew"
    anew.mkdir()
    shutil.copy(backed_up[0] / "house.secret", anew)
    with tarfile.open(backed_up[1]) as tar:
        tar.extract("erased.list", anew, filter="data")
    return anew


def test_a_list_that_ends_before_the_backup_counts_for_nothing(
    backed_up: tuple[Path, Path], anew: Path
) -> None:
    refused = command(anew, "restore", str(backed_up[1]))
    assert refused.returncode == 2
    assert "no list tells" in refused.stderr
    shutil.copy(backed_up[0] / "erased.list", anew)
    done = command(anew, "restore", str(backed_up[1]))
    assert done.returncode == 0, done.stderr
    assert "erased.list goes until 20" in done.stderr
    assert "signed out, since" not in done.stderr


def test_a_house_that_was_begun_on_the_new_machine_does_not_make_the_list_whole(
    backed_up: tuple[Path, Path], anew: Path
) -> None:
    shutil.copy(backed_up[0] / "ibasho.sqlite3", anew)
    with (anew / "erased.list").open("a") as file:
        file.write(f"{uuid.uuid4()} - words {'0' * 32} {dt.datetime.now(dt.UTC).isoformat()}\n")
    refused = command(anew, "restore", str(backed_up[1]))
    assert refused.returncode == 2
    assert "no list tells" in refused.stderr


def test_a_restore_without_a_list_that_was_killed_leaves_none_that_would_pass_as_whole(
    backed_up: tuple[Path, Path], anew: Path
) -> None:
    (anew / "erased.list").unlink()
    _restore_killed_in("ibasho.lib.due.forget_what_is_over", anew, backed_up[1])
    again = command(anew, "restore", str(backed_up[1]))
    assert again.returncode == 2
    assert "no list tells" in again.stderr


def test_a_restore_without_a_list_that_was_killed_takes_nothing_from_the_list_of_the_house(
    backed_up: tuple[Path, Path], data: Path
) -> None:
    of_before = _changed(backed_up[1], lambda known: {"taken_at": known.taken_at.replace(year=2025)})
    _restore_killed_in("ibasho.commands.embedded.Embedded.put_in_place", data, of_before)
    assert _name(data) == "あとから"
    again = command(data, "restore", str(backed_up[1]))
    assert again.returncode == 0, again.stderr


def _restore_killed_in(place: str, data: Path, file: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, *place.rsplit(".", 1), data, file],
        env=clean_environment(),
        timeout=180,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL


_KILLED = """
import os, pkgutil, signal, sys
from ibasho.__main__ import main
os.environ["DJANGO_SETTINGS_MODULE"] = "ibasho.settings"
os.environ["IBASHO_DATA"] = sys.argv[3]
import django
django.setup()
where = pkgutil.resolve_name(sys.argv[1])
setattr(where, sys.argv[2], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
main(["restore", "--data", sys.argv[3], sys.argv[4], "--without-list"])
"""


def test_a_mark_that_the_copy_may_have_forgotten_erases_nothing() -> None:
    taken_at = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
    marks = [
        Erased(kind="edited", digest="0" * 32, at=taken_at - dt.timedelta(days=days)) for days in (1, 16)
    ]
    known = _Known({mark.pk: mark for mark in marks}, taken_at, None, True, 0)
    assert known.missing_in(set(), taken_at) == marks[:1]


def test_a_damaged_database_is_kept_as_it_is_and_replaced(backed_up: tuple[Path, Path], data: Path) -> None:
    file = data / "ibasho.sqlite3"
    damaged = b"SQLite format 3\0" + b"\7" * 40_000
    file.write_bytes(damaged)
    (data / "ibasho.sqlite3-wal").write_bytes(b"a log of the old file")
    done = command(data, "restore", str(backed_up[1]))
    assert done.returncode == 0, done.stderr
    assert not (data / "ibasho.sqlite3-wal").exists()
    assert _name(data) == _name(backed_up[0])
    (kept,) = (data / "backups").glob("*.sqlite3")
    assert kept.read_bytes() == damaged


def test_any_machine_can_look_into_a_backup(backed_up: tuple[Path, Path]) -> None:
    with tarfile.open(backed_up[1]) as tar:
        told = tar.extractfile("manifest.json")
        assert told is not None
        facts = orjson.loads(io.BytesIO(told.read()).read())
    assert facts["tables"]["house_houseprofile"] == {"rows": 1}
    assert facts["database"] == "sqlite"
