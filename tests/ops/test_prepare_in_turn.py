"""Processes that start at once on one PostgreSQL: one of them prepares it, and none is in another's way."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ibasho.commands.turns import _KEY
from tests.ops.served import IBASHO, clean_environment
from tests.postgres import postgres

AT_ONCE = 3


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgres() as url:
        yield url


def begin(data: Path, database: str, command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [IBASHO, command, "--data", data],
        env=clean_environment(DATABASE_URL=database),
        stderr=subprocess.PIPE,
        text=True,
    )


def said_by(process: subprocess.Popen[str]) -> str:
    _, said = process.communicate(timeout=180)
    assert process.returncode == 0, said
    return said


def test_many_at_once_do_it_once(tmp_path: Path, database: str) -> None:
    for command in ("migrate", "furnish"):
        for process in [begin(tmp_path / str(number), database, command) for number in range(AT_ONCE)]:
            said_by(process)
    with psycopg.connect(database) as line:
        twice = "SELECT app, name FROM django_migrations GROUP BY app, name HAVING count(*) > 1"
        assert line.execute(twice).fetchall() == []
        assert line.execute("SELECT count(*) FROM house_houseprofile").fetchone() == (1,)


def test_whoever_waits_longer_than_a_statement_may_take_gets_the_turn_of_one_who_died(
    tmp_path: Path, database: str
) -> None:
    holder = psycopg.connect(database, autocommit=True)
    holder.execute("SELECT pg_advisory_lock(%s)", [_KEY])
    waiting = begin(tmp_path, database, "migrate")
    assert waiting.stderr is not None
    assert waiting.stderr.readline() == "ibasho: waiting for another process that prepares the house\n"
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=6)
    holder.close()
    said_by(waiting)
