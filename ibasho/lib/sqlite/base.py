"""The embedded database: durable, one writer at a time, no word lost to the WAL fault.

A write waits its turn at BEGIN and gives it back at COMMIT or ROLLBACK, so inside one
process "database is locked" cannot happen; it remains possible beside another process,
and is then an `OperationalError` after at most two seconds.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from ibasho.lib.sqlite import faithless
from ibasho.lib.sqlite.turns import TooLong, turns_for

BUSY_SECONDS = 2.0
# The module's own 128 fill up, and then every new statement drives out the one that came before it:
# each is compiled again each time, which took longer than running it.
STATEMENTS = 1024
LOG_BUSY_SECONDS = 0.05  # writers wait meanwhile; the next try comes within a minute
_ALWAYS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -2000",  # KiB for each connection, and every thread keeps its own
    "PRAGMA secure_delete = ON",
)
_WRITES = re.compile(
    r"\s*(?:insert|update|delete|replace|with\b.*?\b(?:insert\s+into|update\s+\S+\s+set|delete\s+from|replace\s+into))\b",
    re.IGNORECASE | re.DOTALL,
)
# The recorder of migrations writes its one row after the migration's own transaction.
_MAY_STAND_ALONE = re.compile(r'\s*(?:insert\s+into|delete\s+from)\s+"django_migrations"', re.IGNORECASE)
_warned: set[str] = set()
logger = logging.getLogger(__name__)


def may_lose_words_in_wal(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset fault (sqlite.org/wal.html#walresetbug)."""
    if version[:2] == (3, 44):
        return version < (3, 44, 6)
    if version[:2] == (3, 50):
        return version < (3, 50, 7)
    return (3, 7, 0) <= version < (3, 51, 3)


def _undo(connection: Any) -> None:
    with contextlib.suppress(sqlite3.Error):
        connection.rollback()


class GuardedCursor(SQLiteCursorWrapper):
    """Refuses a write outside a transaction: it would not stand in the queue."""

    def execute(self, query: str, params: Any = None) -> Any:
        self._refuse_lone_write(query)
        return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        self._refuse_lone_write(query)
        return super().executemany(query, param_list)

    def _refuse_lone_write(self, query: str) -> None:
        if self.connection.in_transaction or not _WRITES.match(query):
            return
        if not _MAY_STAND_ALONE.match(query):
            raise sqlite3.ProgrammingError(f"write inside transaction.atomic(): {query[:60]}")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with the begin and end of a transaction overridden; its stubs do not name those."""

    _turn: object | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params.setdefault("timeout", BUSY_SECONDS)
        params.setdefault("cached_statements", STATEMENTS)
        self.transaction_mode = "IMMEDIATE"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        try:
            for pragma in _ALWAYS:
                connection.execute(pragma)
            self._set_journal(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=GuardedCursor)

    def _set_journal(self, connection: Any) -> None:
        mode = "delete" if may_lose_words_in_wal(self.get_database_version()) else "wal"
        if mode == "delete":
            self._warn_once()
        found = connection.execute("PRAGMA journal_mode").fetchone()[0]
        if found in (mode, "memory"):
            return
        # Changing the journal needs the file alone, and SQLite does not wait for that.
        token = self._take_turn(connection)
        try:
            found = connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0]
        finally:
            self._turns.give_back(token)
        if found != mode:
            raise sqlite3.OperationalError(
                f"the database stays in journal mode {found}: end other programs that use it, then start again"
            )

    def _warn_once(self) -> None:
        name = str(self.settings_dict["NAME"])
        if name not in _warned:
            _warned.add(name)
            logger.warning(
                "SQLite %s can lose words in WAL mode: running slower with journal_mode=DELETE. "
                "Install pysqlite3>=0.6.1, or SQLite 3.51.3 or newer.",
                ".".join(map(str, self.get_database_version())),
            )

    def empty_log(self) -> bool:
        """Bring the write-ahead log into the database and cut it to nothing; False if somebody reads just now.

        `secure_delete` overwrites pages of the database only: until then withdrawn and erased
        words lie in the log as they were written.
        """
        self.ensure_connection()
        token = self._take_turn(self.connection)
        try:
            self._set_busy_timeout(LOG_BUSY_SECONDS)
            is_busy, *_ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._set_busy_timeout(BUSY_SECONDS)
            self._turns.give_back(token)
        return not is_busy

    @property
    def _turns(self) -> Any:
        return turns_for(str(self.settings_dict["NAME"]))

    def _take_turn(self, connection: Any) -> object:
        try:
            return self._turns.take(BUSY_SECONDS, abandon=lambda: _undo(connection))
        except TooLong as error:
            raise sqlite3.OperationalError("database is locked") from error

    def _start_transaction_under_autocommit(self) -> None:
        began = time.monotonic()
        with self.wrap_database_errors:
            faithless.refuse_to_write()
            self._turn = self._take_turn(self.connection)
        try:
            self._begin(time.monotonic() - began)
        except BaseException:
            self._give_back()
            raise

    def _begin(self, waited: float) -> None:
        # Who stood in the queue has used part of the two seconds already.
        shorter = waited > 0.1
        if shorter:
            self._set_busy_timeout(max(0.05, BUSY_SECONDS - waited))
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        finally:
            if shorter:
                self._set_busy_timeout(BUSY_SECONDS)

    def _set_busy_timeout(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def _give_back(self) -> None:
        token, self._turn = self._turn, None
        if token is not None:
            self._turns.give_back(token)

    # A COMMIT that fails keeps the turn: Django then rolls back, which gives it back.
    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        except OperationalError as error:
            faithless.look_at(error.__cause__, Path(str(self.settings_dict["NAME"])))
            raise
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_back()
