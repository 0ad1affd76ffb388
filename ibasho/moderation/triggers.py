"""The database itself refuses to change the log: entries for ever, details but for being emptied.

Both engines say so with an IntegrityError. Installing twice changes nothing.
"""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_ENTRY, _DETAIL = "moderation_logentry", "moderation_logdetail"
_EMPTIED = "NEW.entry_id = OLD.entry_id AND NEW.seat IS NULL AND NEW.salt = '' AND NEW.body = ''"
_SAYS = "the log is only added to"


def install(connection: BaseDatabaseWrapper) -> None:
    """Guard the tables of the log, which must exist."""
    lift(connection)
    _run(connection, _INSTALL[connection.vendor])


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the guard away: for a migration backwards, and for tests that empty every table."""
    _run(connection, _LIFT[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite(name: str, when: str, table: str, condition: str = "") -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"


def _postgres(name: str, when: str, table: str, each: str = "ROW", condition: str = "") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} "
        f"FOR EACH {each} {condition} EXECUTE FUNCTION moderation_log_refuses()"
    )


# INSERT OR REPLACE takes a row away without a word to the trigger on DELETE, so SQLite is asked before.
_IS_THERE = "WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
_INSTALL = {
    "sqlite": [
        _sqlite("log_entry_update", "UPDATE", _ENTRY),
        _sqlite("log_entry_delete", "DELETE", _ENTRY),
        _sqlite("log_entry_again", "INSERT", _ENTRY, _IS_THERE.format(table=_ENTRY, key="number")),
        _sqlite("log_detail_update", "UPDATE", _DETAIL, f"WHEN NOT ({_EMPTIED})"),
        _sqlite("log_detail_delete", "DELETE", _DETAIL),
        _sqlite("log_detail_again", "INSERT", _DETAIL, _IS_THERE.format(table=_DETAIL, key="entry_id")),
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION moderation_log_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation'; END $$",
        _postgres("log_entry_change", "UPDATE OR DELETE", _ENTRY),
        _postgres("log_entry_truncate", "TRUNCATE", _ENTRY, each="STATEMENT"),
        _postgres("log_detail_update", "UPDATE", _DETAIL, condition=f"WHEN (NOT ({_EMPTIED}))"),
        _postgres("log_detail_delete", "DELETE", _DETAIL),
        _postgres("log_detail_truncate", "TRUNCATE", _DETAIL, each="STATEMENT"),
    ],
}
_LIFT = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {statement.split()[2]}" for statement in _INSTALL["sqlite"]],
    "postgresql": ["DROP FUNCTION IF EXISTS moderation_log_refuses() CASCADE"],
}
