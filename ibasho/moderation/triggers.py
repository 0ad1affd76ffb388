"""The database itself refuses to change the log: entries for ever, details but for being emptied, and the
head but for one step onwards, to an entry that is there.

Both engines say so with an IntegrityError. Installing twice changes nothing.
"""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_ENTRY, _DETAIL, _HEAD = "moderation_logentry", "moderation_logdetail", "moderation_loghead"
_EMPTIED = "NEW.entry_id = OLD.entry_id AND NEW.seat IS NULL AND NEW.salt = '' AND NEW.body = ''"
_MOVED = (
    "NEW.id = OLD.id AND (NEW.number = OLD.number + 1 AND NEW.hash = OLD.hash OR NEW.number = OLD.number AND "
    "EXISTS (SELECT 1 FROM moderation_logentry WHERE number = NEW.number AND hash = NEW.hash))"
)
_NO_HEAD = "NOT EXISTS (SELECT 1 FROM moderation_loghead)"
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


def _postgres(
    name: str, when: str, table: str, each: str = "ROW", condition: str = "", does: str = "refuses"
) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} "
        f"FOR EACH {each} {condition} EXECUTE FUNCTION moderation_log_{does}()"
    )


# INSERT OR REPLACE takes a row away without a word to the trigger on DELETE, so SQLite is asked before.
_IS_THERE = "WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
_RAISE = f"RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation';"
_INSTALL = {
    "sqlite": [
        _sqlite("log_entry_update", "UPDATE", _ENTRY),
        _sqlite("log_entry_delete", "DELETE", _ENTRY),
        _sqlite("log_entry_again", "INSERT", _ENTRY, _IS_THERE.format(table=_ENTRY, key="number")),
        _sqlite("log_detail_update", "UPDATE", _DETAIL, f"WHEN NOT ({_EMPTIED})"),
        _sqlite("log_detail_delete", "DELETE", _DETAIL),
        _sqlite("log_detail_again", "INSERT", _DETAIL, _IS_THERE.format(table=_DETAIL, key="entry_id")),
        _sqlite("log_head_update", "UPDATE", _HEAD, f"WHEN NOT ({_MOVED})"),
        _sqlite("log_head_delete", "DELETE", _HEAD),
        _sqlite("log_head_again", "INSERT", _HEAD, f"WHEN NOT ({_NO_HEAD})"),
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION moderation_log_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_RAISE} END $$",
        # A trigger's own condition may ask no other table there.
        "CREATE OR REPLACE FUNCTION moderation_log_moves() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_MOVED} THEN RETURN NEW; END IF; {_RAISE} END $$",
        "CREATE OR REPLACE FUNCTION moderation_log_begins() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_NO_HEAD} THEN RETURN NEW; END IF; {_RAISE} END $$",
        _postgres("log_entry_change", "UPDATE OR DELETE", _ENTRY),
        _postgres("log_entry_truncate", "TRUNCATE", _ENTRY, each="STATEMENT"),
        _postgres("log_detail_update", "UPDATE", _DETAIL, condition=f"WHEN (NOT ({_EMPTIED}))"),
        _postgres("log_detail_delete", "DELETE", _DETAIL),
        _postgres("log_detail_truncate", "TRUNCATE", _DETAIL, each="STATEMENT"),
        _postgres("log_head_update", "UPDATE", _HEAD, does="moves"),
        _postgres("log_head_delete", "DELETE", _HEAD),
        _postgres("log_head_again", "INSERT", _HEAD, does="begins"),
        _postgres("log_head_truncate", "TRUNCATE", _HEAD, each="STATEMENT"),
    ],
}
_LIFT = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {statement.split()[2]}" for statement in _INSTALL["sqlite"]],
    "postgresql": [
        f"DROP FUNCTION IF EXISTS moderation_log_{does}() CASCADE" for does in ("refuses", "moves", "begins")
    ],
}
