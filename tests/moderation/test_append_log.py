from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from ibasho.moderation import triggers
from ibasho.moderation.actions import append_log
from ibasho.moderation.models import LogDetail, LogEntry, LogHead
from ibasho.moderation.queries import End, check_log, count_emptied, differs_from, log_head
from tests.ops.served import command

pytestmark = pytest.mark.django_db
SEAT = "0f2a7b1c-3d4e-4f5a-8b6c-7d8e9f0a1b2c"


def _three() -> None:
    with transaction.atomic():
        append_log(1, "hide", detail={"seat": SEAT, "rule": "listen", "words": "番号は、消しました。"})
        append_log(2, "restore", detail={"seat": SEAT, "rule": "listen"})
        append_log(None, "pause_room", detail={"minutes": 10})


def test_rows_are_numbered_and_hold_the_hash_of_the_row_before() -> None:
    _three()
    first, second, third = LogEntry.objects.all()
    assert [entry.number for entry in (first, second, third)] == [1, 2, 3]
    assert (first.prev, second.prev, third.prev) == ("0" * 64, first.hash, second.hash)
    head = LogHead.objects.get()
    assert (head.number, head.hash) == (3, third.hash)
    assert check_log() is None


def test_the_same_detail_has_another_hash_each_time() -> None:
    with transaction.atomic():
        entries = [append_log(1, "set_pace", detail={"seconds": 10}) for _ in range(2)]
    assert entries[0].detail_hash != entries[1].detail_hash


def test_an_empty_log_is_whole() -> None:
    assert check_log() is None


def test_nothing_is_written_when_the_act_fails() -> None:
    def act() -> None:
        with transaction.atomic():
            append_log(1, "hide", detail={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert not LogEntry.objects.exists()
    _three()
    assert check_log() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moderation_logentry SET verb = 'restore' WHERE number = 1",
        "UPDATE moderation_logentry SET number = 9 WHERE number = 3",
        "DELETE FROM moderation_logentry WHERE number = 3",
        "DELETE FROM moderation_logdetail WHERE entry_id = 3",
        "UPDATE moderation_logdetail SET body = '{}' WHERE entry_id = 1",
        "UPDATE moderation_logdetail SET body = '', salt = '' WHERE entry_id = 1",
        "UPDATE moderation_logdetail SET body = '', seat = NULL WHERE entry_id = 1",
        "UPDATE moderation_logdetail SET entry_id = 2, body = '', salt = '', seat = NULL WHERE entry_id = 1",
        "UPDATE moderation_loghead SET number = 2",
        "UPDATE moderation_loghead SET number = 9",
        "UPDATE moderation_loghead SET number = 4, hash = 'x'",
        "UPDATE moderation_loghead SET hash = 'x'",
        "UPDATE moderation_loghead SET number = 1, hash = (SELECT hash FROM moderation_logentry WHERE number = 1)",
        "UPDATE moderation_loghead SET hash = (SELECT hash FROM moderation_logentry WHERE number = 1)",
        "UPDATE moderation_loghead SET id = 2",
        "DELETE FROM moderation_loghead",
        "INSERT INTO moderation_loghead (id, number, hash) VALUES (2, 0, 'x')",
    ],
)
def test_the_database_refuses_to_change_it(statement: str) -> None:
    _three()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert check_log() is None


@pytest.mark.parametrize("table", ["moderation_logentry", "moderation_logdetail", "moderation_loghead"])
def test_neither_does_it_let_it_be_changed_by_a_back_door(table: str) -> None:
    _three()
    connection.check_constraints()  # PostgreSQL truncates nothing while references wait to be checked
    back_doors = {
        "sqlite": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "postgresql": f"TRUNCATE {table} CASCADE",
    }
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(back_doors[connection.vendor])
    assert check_log() is None


def test_a_detail_can_be_emptied_and_the_chain_still_holds() -> None:
    _three()
    with transaction.atomic():
        assert LogDetail.objects.filter(seat=SEAT).update(seat=None, salt="", body="") == 2
    detail = LogDetail.objects.get(pk=1)
    assert detail.facts == {}
    assert LogEntry.objects.get(number=1).rule == "listen"
    assert check_log() is None
    with pytest.raises(IntegrityError), transaction.atomic():
        LogDetail.objects.filter(pk=1).update(body="{}")


@pytest.mark.parametrize(
    ("statement", "number", "why"),
    [
        ("UPDATE moderation_logentry SET verb = 'hidf' WHERE number = 1", 1, "entry"),
        ("UPDATE moderation_logentry SET actor = 2 WHERE number = 1", 1, "entry"),
        ("UPDATE moderation_logentry SET rule = '' WHERE number = 2", 2, "entry"),
        ("UPDATE moderation_logentry SET prev = hash WHERE number = 2", 2, "entry"),
        ("UPDATE moderation_logdetail SET body = replace(body, '10', '11') WHERE entry_id = 3", 3, "detail"),
        ("UPDATE moderation_logdetail SET salt = '', seat = NULL WHERE entry_id = 1", 1, "detail"),
        ("UPDATE moderation_logdetail SET body = '', seat = NULL WHERE entry_id = 1", 1, "detail"),
        ("UPDATE moderation_logdetail SET salt = 'not a number' WHERE entry_id = 1", 1, "detail"),
        ("UPDATE moderation_logdetail SET seat = NULL WHERE entry_id = 2", 2, "detail"),
        ("DELETE FROM moderation_logdetail WHERE entry_id = 2", 2, "no_detail"),
        ("UPDATE moderation_logentry SET prev = 'not a number' WHERE number = 3", 3, "entry"),
        ("UPDATE moderation_loghead SET number = 4", 4, "missing"),
        ("UPDATE moderation_loghead SET number = 2", 3, "head"),
        ("UPDATE moderation_loghead SET hash = 'x'", 3, "head"),
        ("DELETE FROM moderation_loghead", 3, "head"),
    ],
)
def test_a_flipped_byte_is_found(statement: str, number: int, why: str) -> None:
    _three()
    with _unguarded(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert check_log() == (number, why)


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_missing_row_is_found(gone: int) -> None:
    _three()
    with _unguarded():
        LogDetail.objects.filter(pk=gone).delete()
        LogEntry.objects.filter(pk=gone).delete()
    found = check_log()
    assert found is not None
    assert (found.number, found.why) == (gone, "missing")


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 3), (1, 3)])
def test_rows_in_another_order_are_found(one: int, other: int) -> None:
    _three()
    with _unguarded(), connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_logdetail SET entry_id = -entry_id")
        for old, new in ((one, 90), (other, one), (90, other)):
            cursor.execute("UPDATE moderation_logentry SET number = %s WHERE number = %s", [new, old])
            cursor.execute("UPDATE moderation_logdetail SET entry_id = %s WHERE entry_id = %s", [-new, -old])
        cursor.execute("UPDATE moderation_logdetail SET entry_id = -entry_id")
    assert check_log() == (one, "entry")


def test_the_last_rows_taken_with_their_note_are_found_by_what_was_noted_elsewhere() -> None:
    _three()
    noted = log_head()
    with _unguarded():
        LogDetail.objects.filter(pk=3).delete()
        LogEntry.objects.filter(pk=3).delete()
        before = LogEntry.objects.get(pk=2)
        LogHead.objects.update(number=2, hash=before.hash)
    assert check_log() is None
    assert differs_from(noted) == (3, "missing")
    _more()
    assert check_log() is None
    assert differs_from(noted) == (3, "entry")
    assert differs_from(End(9, noted.hash)) == (4, "missing")


def test_a_log_that_went_on_still_is_the_one_that_was_noted() -> None:
    assert differs_from(log_head()) is None
    _three()
    noted = log_head()
    assert noted.number == 3
    _more()
    assert log_head().number == 4
    assert differs_from(noted) is None
    assert differs_from(End(0, "0" * 64)) is None


def test_details_that_are_gone_are_counted_and_no_fault() -> None:
    _three()
    with transaction.atomic():
        LogDetail.objects.filter(seat=SEAT).update(seat=None, salt="", body="")
    assert (check_log(), count_emptied()) == (None, 2)


def _more() -> None:
    with transaction.atomic():
        append_log(1, "restore", detail={})


@contextmanager
def _unguarded() -> Iterator[None]:
    triggers.lift(connection)
    with transaction.atomic():
        yield
    triggers.install(connection)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain() -> None:
    def write() -> None:
        for _ in range(5):
            with transaction.atomic():
                append_log(1, "set_pace", detail={"seconds": 10})
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert LogEntry.objects.count() == 20
    assert check_log() is None


@pytest.mark.django_db(transaction=True)
def test_it_is_written_only_in_the_transaction_of_an_act() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        append_log(1, "hide", detail={})


def test_a_new_house_is_guarded_by_its_migrations(tmp_path: Path) -> None:
    assert command(tmp_path, "migrate").returncode == 0
    with closing(sqlite3.connect(tmp_path / "ibasho.sqlite3")) as house:
        found = {name for (name,) in house.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert found == {
        f"log_{table}_{act}" for table in ("entry", "detail", "head") for act in ("update", "delete", "again")
    }
