"""`ibasho check-log` as it is called, beside a data folder."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.ops.served import command, make_tables

_WRITE = """
from django.db import transaction
from ibasho.moderation.actions import append_log
with transaction.atomic():
    for minutes in (5, 10, 15):
        append_log(1, "pause_room", detail={"minutes": minutes})
"""
FIRST = "0" * 64


@pytest.fixture(scope="module")
def with_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = make_tables(tmp_path_factory.mktemp("three"))
    said = command(data, "django", "shell", "-c", _WRITE)
    assert said.returncode == 0, said.stderr
    return data


@pytest.fixture
def house(with_three: Path, tmp_path: Path) -> Path:
    """A house whose log has three rows."""
    return Path(shutil.copytree(with_three, tmp_path / "house"))


def _change(house: Path, *statements: str) -> None:
    """Past the guard, as whoever owns the file can."""
    with closing(sqlite3.connect(house / "ibasho.sqlite3", isolation_level=None)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)


def test_a_whole_log_says_how_long_it_is_and_where_it_ends(house: Path) -> None:
    head = command(house, "check-log", "--head").stdout.strip()
    said = command(house, "check-log")
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == [
        "the log is whole: 3 rows, details gone from 0 (erased, as they should be)",
        f"head {head}",
    ]
    assert head.startswith("3:")
    assert command(house, "check-log", "--expect", head).returncode == 0


def test_a_house_without_a_log_is_whole(tmp_path: Path) -> None:
    make_tables(tmp_path)
    assert command(tmp_path, "check-log").returncode == 0
    assert command(tmp_path, "check-log", "--head").stdout == f"0:{FIRST}\n"
    assert command(tmp_path, "check-log", "--expect", f"0:{FIRST}").returncode == 0


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE moderation_logentry SET verb = 'pause_roon' WHERE number = 2",
            "row 2 is not as it was written",
        ),
        ("UPDATE moderation_logdetail SET body = replace(body, '10', '11')", "row 2: details altered"),
        ("DELETE FROM moderation_logdetail WHERE entry_id = 2", "row 2: details taken away, not erased"),
        ("DELETE FROM moderation_logentry WHERE number = 3", "row 3 is missing"),
        ("DELETE FROM moderation_logentry WHERE number = 1", "row 1 is missing"),
        (
            "UPDATE moderation_loghead SET hash = (SELECT hash FROM moderation_logentry WHERE number = 2)",
            "row 3 is not where the log ends, by the note of its end",
        ),
    ],
)
def test_a_changed_log_names_the_first_row(house: Path, statement: str, says: str) -> None:
    _change(house, "PRAGMA foreign_keys = OFF", statement)
    said = command(house, "check-log")
    assert (said.returncode, said.stdout) == (1, f"the log was changed: {says}\n")


def test_details_that_were_erased_are_no_change(house: Path) -> None:
    _change(house, "UPDATE moderation_logdetail SET body = '', salt = '' WHERE entry_id = 2")
    said = command(house, "check-log")
    assert said.returncode == 0
    assert "3 rows, details gone from 1 " in said.stdout


def test_a_log_written_anew_is_found_by_the_head_that_was_noted(house: Path) -> None:
    noted = command(house, "check-log", "--head").stdout.strip()
    _change(
        house,
        "DELETE FROM moderation_logdetail",
        "DELETE FROM moderation_logentry",
        "DELETE FROM moderation_loghead",
    )
    command(house, "django", "shell", "-c", _WRITE)
    assert command(house, "check-log").returncode == 0
    said = command(house, "check-log", "--expect", noted)
    assert (said.returncode, said.stdout) == (
        1,
        f"not the log that ended with {noted}: row 3 is not as it was written\n",
    )


@pytest.mark.parametrize("noted", ["3", "3:abc", "x:" + FIRST, "-1:" + FIRST])
def test_what_is_no_head_is_said_so(tmp_path: Path, noted: str) -> None:
    said = command(tmp_path, "check-log", f"--expect={noted}")
    assert said.returncode == 2
    assert "NUMBER:HASH" in said.stderr
