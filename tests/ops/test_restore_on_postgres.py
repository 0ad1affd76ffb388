"""Bringing a house back on PostgreSQL, as an account that may do little and beside a house that is not as it should be."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ops.served import IBASHO, clean_environment, comes_about, command
from tests.postgres import QUICK, Cluster, cluster


@pytest.fixture(scope="module")
def here() -> Iterator[Cluster]:
    with cluster(*QUICK) as here:
        here.ask("CREATE ROLE small LOGIN")
        here.ask("GRANT ALL ON SCHEMA public TO small")
        yield here


@pytest.fixture(scope="module")
def settings(here: Cluster) -> dict[str, str]:
    """The account is not in the URL, as with a socket."""
    return {"DATABASE_URL": here.url().replace("house@", ""), "PGUSER": "small"}


@pytest.fixture(scope="module")
def backed_up(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("backed-up")
    data, target = folder / "data", folder / "copy.tar.gz"
    for words in (("migrate",), ("furnish",), ("backup", str(target))):
        done = command(data, *words, **settings)
        assert done.returncode == 0, done.stderr
    return data, target


@pytest.fixture
def may_make_schemas(here: Cluster) -> None:
    here.ask("GRANT CREATE ON DATABASE postgres TO small")


def test_who_may_make_no_schema_is_told_the_line_that_helps(
    backed_up: tuple[Path, Path], here: Cluster, settings: dict[str, str]
) -> None:
    here.ask("REVOKE CREATE ON DATABASE postgres FROM small")
    done = command(backed_up[0], "restore", str(backed_up[1]), **settings)
    assert done.returncode == 2
    line = done.stderr.partition("schema: ")[2].strip()
    assert line == 'GRANT CREATE ON DATABASE "postgres" TO "small"'
    here.ask(line)


@pytest.mark.usefixtures("may_make_schemas")
def test_a_connection_of_an_account_into_which_it_may_not_look_is_one_too(
    backed_up: tuple[Path, Path], here: Cluster, settings: dict[str, str]
) -> None:
    with psycopg.connect(here.url()):
        done = command(backed_up[0], "restore", str(backed_up[1]), **settings)
    assert done.returncode == 2
    assert "1 other connections use the database" in done.stderr


@pytest.mark.usefixtures("may_make_schemas")
def test_a_connection_that_is_about_to_go_is_waited_for(
    backed_up: tuple[Path, Path], here: Cluster, settings: dict[str, str]
) -> None:
    with psycopg.connect(here.url(), autocommit=True) as other, _restoring(backed_up, settings) as restoring:
        counts = "SELECT 1 FROM pg_stat_activity WHERE usename = 'small' AND query LIKE '%usesysid IS NOT%'"
        assert comes_about(lambda: other.execute(counts).fetchone() is not None)
        other.close()
        _, said = restoring.communicate(timeout=180)
    assert restoring.returncode == 0, said


def _restoring(backed_up: tuple[Path, Path], settings: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [IBASHO, "restore", "--data", backed_up[0], backed_up[1]],
        env=clean_environment(**settings),
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.usefixtures("may_make_schemas")
def test_an_older_house_is_kept_and_one_that_cannot_be_read_is_left_alone(
    backed_up: tuple[Path, Path], here: Cluster, settings: dict[str, str]
) -> None:
    data, target = backed_up
    here.ask("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
    done = command(data, "restore", str(target), **settings)
    assert done.returncode == 0, done.stderr
    assert "is kept in" in done.stderr
    here.ask("DROP TABLE rooms_birthmark CASCADE")
    done = command(data, "restore", str(target), **settings)
    assert done.returncode == 2
    assert "Make a new database" in done.stderr
    assert here.ask("SELECT count(*) FROM house_houseprofile") == [(1,)]
