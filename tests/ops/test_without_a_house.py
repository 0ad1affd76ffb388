"""A command where there is no house says so, and makes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.served import command

COMMANDS = ("backup", "check-log", "furnish", "keeper-link", "new-secret", "tend")


@pytest.mark.parametrize("name", COMMANDS)
def test_an_empty_folder_is_no_house(tmp_path: Path, name: str) -> None:
    done = command(tmp_path, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"ibasho: there is no house in {tmp_path}: start it once, or name another with --data.\n"
    )
    assert not (tmp_path / "ibasho.sqlite3").exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_database_without_tables_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "ibasho.sqlite3").touch()
    done = command(tmp_path, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "ibasho: the database is not of this program: start the house once, or `ibasho migrate`.\n"
    )
