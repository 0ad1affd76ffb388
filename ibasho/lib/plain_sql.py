"""Plain SQL, and where SQLite and PostgreSQL differ for it: how a UUID and a moment go in and come out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction


def uuid_out(value: str) -> Any:
    """As the engine keeps a UUID: its own type, or 32 letters."""
    return UUID(value) if _has_uuids() else value.replace("-", "")


def uuid_in(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


@lru_cache(maxsize=64)  # a batch asks for the same two or three moments again and again
def moment_out(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def moment_in(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    moment: datetime | None = value
    return moment


def marks(values: Sequence[object]) -> str:
    """A placeholder for each of `values`, which must not be none at all."""
    return ", ".join(["%s"] * len(values))


def ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Raises TransactionManagementError outside a transaction, as `do` does."""
    _refuse_outside_transaction()
    return rows(sql, values)


def do(sql: str, values: Sequence[Any]) -> int:
    """How many rows it wrote."""
    _refuse_outside_transaction()
    return int(_run(sql, values).rowcount)


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What a question finds, inside a transaction or not."""
    cursor = _run(sql, values)
    with connections[DEFAULT_DB_ALIAS].wrap_database_errors:  # rows after the first are read only here
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _refuse_outside_transaction() -> None:
    if not connections[DEFAULT_DB_ALIAS].in_atomic_block:
        raise transaction.TransactionManagementError("this statement runs inside a transaction")


def _run(sql: str, values: Sequence[Any]) -> Any:
    """Past Django's cursor, whose layers took longer than most of these statements do; on PostgreSQL it would put the
    values into the text, and have the same statement read and planned anew each time.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.queries_logged or here.execute_wrappers:
        cursor = here.cursor()
        cursor.execute(sql, values)
        return cursor
    here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        if here.vendor == "sqlite":
            return here.connection.execute(_with_question_marks(sql), values)
        return here.Database.Cursor(here.connection).execute(sql, values, prepare=True)  # type: ignore[attr-defined]


@lru_cache(maxsize=512)
def _with_question_marks(sql: str) -> str:
    return sql.replace("%s", "?")


@cache
def _has_uuids() -> bool:
    # asked seven times a post, and a process has one engine
    return bool(connection.features.has_native_uuid_field)
