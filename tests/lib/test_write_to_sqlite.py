"""The embedded database with real threads on a real file (rows E4, E13)."""

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ibasho.lib import pools
from ibasho.lib.sqlite import base
from ibasho.lib.sqlite.turns import turns_for
from tests.patience import Unhindered

ALIAS = "scratch"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scratch.sqlite3"


@pytest.fixture
def database(file: Path, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    one = {"default": {"ENGINE": "ibasho.lib.sqlite", "NAME": str(file)}}
    connections.databases[ALIAS] = connections.configure_settings(one)["default"]
    base._warned.clear()
    with django_db_blocker.unblock():
        yield connections[ALIAS]
        connections[ALIAS].close()
    del connections[ALIAS]
    del connections.databases[ALIAS]


@pytest.fixture
def table(database: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    run("CREATE TABLE word (id integer primary key, text text)")
    run("CREATE TABLE counter (value integer)")
    with transaction.atomic(ALIAS):
        run("INSERT INTO counter VALUES (0)")
    return database


def run(sql: str, *params: str | int) -> list[Any]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []


def in_threads(count: int, func: Callable[[int], object]) -> list[BaseException]:
    errors: list[BaseException] = []

    def job(number: int) -> None:
        try:
            func(number)
        except BaseException as error:
            errors.append(error)
        finally:
            connections[ALIAS].close()

    threads = [threading.Thread(target=job, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def pragma(name: str) -> Any:
    return run(f"PRAGMA {name}")[0][0]


def is_free(file: Path) -> bool:
    turns = turns_for(str(file))
    with turns._guard:
        return turns._holder is None and not turns._queue


def test_sent_means_on_disk_and_deleted_means_gone(database: BaseDatabaseWrapper) -> None:
    assert not base.may_lose_words_in_wal(sqlite3.sqlite_version_info), "the premise of this test"
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("secure_delete") == 1
    assert pragma("journal_size_limit") == 67_108_864
    assert pragma("cache_size") == -2_000
    assert pragma("busy_timeout") == 2_000
    assert pragma("foreign_keys") == 1


def test_eight_threads_write_and_nobody_finds_it_locked(table: BaseDatabaseWrapper, file: Path) -> None:
    connections[ALIAS].close()
    waits: list[float] = []

    def write(number: int) -> None:
        for step in range(60):
            began = time.perf_counter()
            with transaction.atomic(ALIAS):
                waits.append(time.perf_counter() - began)
                # read, then write: the pattern that fails at once without the queue
                value = run("SELECT value FROM counter")[0][0]
                run("INSERT INTO word (text) VALUES (%s)", f"{number}:{step}")
                run("UPDATE counter SET value = %s", value + 1)
            run("SELECT count(*) FROM word")

    assert in_threads(8, write) == []
    assert run("SELECT value FROM counter") == [(480,)]
    assert run("SELECT count(DISTINCT text) FROM word") == [(480,)]
    assert max(waits) < base.BUSY_SECONDS
    assert is_free(file)


def test_first_connections_of_many_threads_do_not_collide(database: BaseDatabaseWrapper) -> None:
    connections[ALIAS].close()
    assert in_threads(8, lambda _: run("SELECT 1")) == []


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO word (text) VALUES ('x')",
        "  update counter set value = 1",
        "DELETE FROM word",
        "REPLACE INTO word VALUES (1, 'x')",
        "WITH w AS (SELECT 1) INSERT INTO word (text) SELECT 'x' FROM w",
    ],
)
def test_a_write_outside_a_transaction_is_a_mistake_of_ours(table: BaseDatabaseWrapper, sql: str) -> None:
    with pytest.raises(ProgrammingError, match="atomic"):
        run(sql)
    with transaction.atomic(ALIAS):
        run(sql)


def test_reading_and_making_tables_need_no_transaction(table: BaseDatabaseWrapper) -> None:
    run("WITH w AS (SELECT 'update' AS what) SELECT what FROM w")
    run("CREATE TABLE django_migrations (id integer primary key, name text)")
    run('INSERT INTO "django_migrations" (name) VALUES (%s)', "0001")


def test_a_savepoint_keeps_the_turn_and_the_end_gives_it_back(table: BaseDatabaseWrapper, file: Path) -> None:
    with transaction.atomic(ALIAS):
        with contextlib.suppress(ZeroDivisionError), transaction.atomic(ALIAS):
            run("INSERT INTO word (text) VALUES ('lost')")
            raise ZeroDivisionError
        assert not is_free(file)
        run("INSERT INTO word (text) VALUES ('kept')")
    assert is_free(file)
    with pytest.raises(ZeroDivisionError), transaction.atomic(ALIAS):
        raise ZeroDivisionError
    assert is_free(file)
    assert run("SELECT text FROM word") == [("kept",)]


def test_what_waits_for_the_commit_runs_without_the_turn(table: BaseDatabaseWrapper, file: Path) -> None:
    was_free: list[bool] = []
    with transaction.atomic(ALIAS):
        transaction.on_commit(lambda: was_free.append(is_free(file)), using=ALIAS)
    assert was_free == [True]


def test_closing_within_a_transaction_gives_the_turn_back(table: BaseDatabaseWrapper, file: Path) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic(ALIAS):
        connections[ALIAS].close()
        raise ZeroDivisionError
    assert is_free(file)


def test_a_thread_that_dies_within_a_transaction_stops_nobody(table: BaseDatabaseWrapper) -> None:
    def die() -> None:
        transaction.atomic(ALIAS).__enter__()
        run("INSERT INTO word (text) VALUES ('half')")

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    with transaction.atomic(ALIAS):
        run("INSERT INTO word (text) VALUES ('whole')")
    assert run("SELECT text FROM word") == [("whole",)]


def test_beside_another_process_all_who_wait_are_told_within_two_seconds(
    table: BaseDatabaseWrapper, file: Path
) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connections[ALIAS].close()
    times: list[float] = []

    def write(_: int) -> None:
        waited = Unhindered()
        with pytest.raises(OperationalError, match="locked"), transaction.atomic(ALIAS):
            pass
        times.append(waited.seconds)
        assert run("SELECT value FROM counter") == [(0,)], "reading goes on"

    assert in_threads(3, write) == []
    assert len(times) == 3
    assert max(times) < base.BUSY_SECONDS + 0.5
    other.execute("ROLLBACK")
    other.close()
    assert is_free(file)
    assert pragma("busy_timeout") == 2_000
    with transaction.atomic(ALIAS):
        run("UPDATE counter SET value = 1")


@pytest.mark.parametrize(
    ("version", "is_affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
        ((4, 0, 0), False),
    ],
)
def test_the_versions_with_the_fault_are_known(version: tuple[int, ...], is_affected: bool) -> None:
    assert base.may_lose_words_in_wal(version) is is_affected


@pytest.fixture
def old_library(database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    database.close()
    monkeypatch.setattr(base.DatabaseWrapper, "get_database_version", lambda self: (3, 40, 1))


def test_an_affected_library_never_writes_ahead_and_says_so_once(
    old_library: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger=base.__name__):
        assert pragma("journal_mode") == "delete"
        connections[ALIAS].close()
        assert pragma("journal_mode") == "delete"
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "3.40.1" in caplog.text
    assert "pysqlite3" in caplog.text
    assert pragma("synchronous") == 2


def test_an_affected_library_turns_a_write_ahead_file_back(file: Path, old_library: None) -> None:
    with sqlite3.connect(file) as before:
        before.execute("PRAGMA journal_mode = WAL")
        before.execute("CREATE TABLE kept (text text)")
        before.execute("INSERT INTO kept VALUES ('word')")
    before.close()
    assert pragma("journal_mode") == "delete"
    assert run("SELECT text FROM kept") == [("word",)]


def test_an_affected_library_does_not_open_a_write_ahead_file_in_use(file: Path, old_library: None) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE kept (text text)")
    with pytest.raises(OperationalError):
        run("SELECT 1")
    other.close()
    assert pragma("journal_mode") == "delete"


def test_an_affected_library_writes_from_many_threads_too(old_library: None, file: Path) -> None:
    run("CREATE TABLE counter (value integer)")
    with transaction.atomic(ALIAS):
        run("INSERT INTO counter VALUES (0)")
    connections[ALIAS].close()

    def write(_: int) -> None:
        for _step in range(10):
            with transaction.atomic(ALIAS):
                run("UPDATE counter SET value = value + 1")
            run("SELECT value FROM counter")

    assert in_threads(4, write) == []
    assert run("SELECT value FROM counter") == [(40,)]


async def test_the_pools_keep_their_connections_and_close_them_at_the_end(table: BaseDatabaseWrapper) -> None:
    def count(_: int) -> tuple[int, int]:
        with transaction.atomic(ALIAS):
            run("UPDATE counter SET value = value + 1")
        return id(connections[ALIAS].connection), run("SELECT value FROM counter")[0][0]

    kept = pools._writer._connections
    answers = [await pools.write(count, number) for number in range(3)]
    assert [value for _, value in answers] == [1, 2, 3]
    assert len({connection for connection, _ in answers}) == 1
    ours = [connection for connection in kept if connection.alias == ALIAS]
    assert len(ours) == 1
    assert ours[0].connection is not None
    pools.shutdown()
    assert ours[0].connection is None
    assert not kept
