"""A backup and a restore of a database on PostgreSQL, by its own protocol: no tools, no version to match.

A restore builds the house in a schema of its own beside the present one, and changes the two in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from ibasho.commands.archive import Manifest
from ibasho.commands.copies import name_of_copy
from ibasho.commands.first_tables import make_first_tables
from ibasho.commands.output import say
from ibasho.lib import env

_BESIDE = "ibasho_restoring"
_AT_ONCE = 1_048_576
# what an account may not look into has no backend_type; what has a user is no worker of the database's own
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
)
_GO_SECONDS = 2.0  # until a connection that was closed just now is no longer counted
_LOOK_SECONDS = 0.1


class Postgres:
    def __init__(self) -> None:
        # one connection, which may take its time: a pool would look like other programs
        options = connection.settings_dict["OPTIONS"]
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
        connection.close()
        options.pop("pool", None)
        self._options = f"{options.get('options', '')} -c statement_timeout=0"
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            self._home = cursor.fetchone()[0]
        self._speak_in(self._home)

    def copy_into(self, folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            tables = {name: _copy_out(cursor, name, folder) for name in _tables(cursor)}
            cursor.execute(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            )
            return tables, dict(cursor.fetchall())

    def is_there(self) -> bool:
        return True

    def refuse_others(self) -> None:
        ends = time.monotonic() + _GO_SECONDS
        while others := _count_others():
            if time.monotonic() > ends:
                raise env.Wrong(
                    f"{others} other connections use the database: end every house, `ibasho tend` and program on it first."
                )
            time.sleep(_LOOK_SECONDS)

    def prepare(self, folder: Path, manifest: Manifest) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {_BESIDE} CASCADE")
                cursor.execute(f"CREATE SCHEMA {_BESIDE}")
        except ProgrammingError as error:
            user, database = map(_quoted, self._who_and_where())
            raise env.Wrong(
                f"{user} may make no schema: GRANT CREATE ON DATABASE {database} TO {user}"
            ) from error
        self._speak_in(_BESIDE)
        _make_tables(manifest)
        with transaction.atomic(), connection.cursor() as cursor:
            _fill(cursor, manifest, folder)

    def keep_aside(self, copies: Path, back_up: Callable[[Path], object]) -> Path | None:
        """As a backup like every other."""
        self._speak_in(self._home)
        with connection.cursor() as cursor:
            if "django_migrations" not in _tables(cursor):
                return None
        copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = copies / name_of_copy("tar.gz")
        try:
            back_up(aside)
        except DatabaseError as error:
            raise env.Wrong(_NOT_READ.format(error=str(error).partition("\n")[0])) from error
        return aside

    def put_in_place(self) -> None:
        self._speak_in(self._home)
        with transaction.atomic(), connection.cursor() as cursor:
            self.refuse_others()
            for name in _tables(cursor):
                cursor.execute(f"DROP TABLE {_quoted(name)} CASCADE")
            home = _quoted(self._home)
            for name in _tables_in(cursor, _BESIDE):
                cursor.execute(f"ALTER TABLE {_BESIDE}.{_quoted(name)} SET SCHEMA {home}")
            for name in _functions(cursor, _BESIDE):
                cursor.execute(f"DROP FUNCTION IF EXISTS {home}.{_quoted(name)}() CASCADE")
                cursor.execute(f"ALTER FUNCTION {_BESIDE}.{_quoted(name)}() SET SCHEMA {home}")
            cursor.execute(f"DROP SCHEMA {_BESIDE}")

    def clear(self) -> None:
        self._speak_in(self._home)
        with suppress(OperationalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {_BESIDE} CASCADE")

    def _who_and_where(self) -> tuple[str, str]:
        """As the database calls them: the settings may name neither."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            user, database = cursor.fetchone()
        return user, database

    def _speak_in(self, schema: str) -> None:
        connection.close()
        connection.settings_dict["OPTIONS"]["options"] = f"{self._options} -c search_path={schema}"


def forget_unfinished_restore() -> None:
    """The house that a killed restore left half made beside this one."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [_BESIDE])
            if cursor.fetchone() is not None:
                cursor.execute(f"DROP SCHEMA {_BESIDE} CASCADE")
    except DatabaseError as error:
        say(f"a killed restore left the old house, and it stays: DROP SCHEMA {_BESIDE} CASCADE. {error}")


def _count_others() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees them as at its first look
        cursor.execute(_OTHERS)
        return int(cursor.fetchone()[0])


def _copy_out(cursor: Any, name: str, folder: Path) -> dict[str, Any]:
    columns = [column.name for column in connection.introspection.get_table_description(cursor, name)]
    with (folder / f"{name}.copy").open("wb") as file:
        with cursor.copy(f"COPY {_quoted(name)} ({_listed(columns)}) TO STDOUT") as rows:
            for piece in rows:
                file.write(piece)
        return {"rows": cursor.rowcount, "columns": columns}


def _make_tables(manifest: Manifest) -> None:
    """As the program made them that made the copy; what is newer is migrated afterwards, with the rows in them."""
    executor = MigrationExecutor(connection)
    applied = set(manifest.migrations)
    graph = executor.loader.graph
    if applied == set(graph.nodes):
        make_first_tables(executor)
        return
    ends = [
        node for node in applied if not any(child.key in applied for child in graph.node_map[node].children)
    ]
    executor.migrate(sorted(ends))


def _fill(cursor: Any, manifest: Manifest, folder: Path) -> None:
    made = _tables(cursor)
    if set(made) != set(manifest.tables):
        raise env.Wrong(
            "the tables of this backup are not those of this program: take the program that made it."
        )
    for name in made:
        cursor.execute(f"ALTER TABLE {_quoted(name)} DISABLE TRIGGER USER")
    cursor.execute(f"TRUNCATE {_listed(made)} CASCADE")
    for name, facts in manifest.tables.items():
        into = f"COPY {_quoted(name)} ({_listed(facts['columns'])}) FROM STDIN"
        with (folder / f"{name}.copy").open("rb") as file, cursor.copy(into) as rows:
            while piece := file.read(_AT_ONCE):
                rows.write(piece)
        if cursor.rowcount != facts["rows"]:
            raise env.Wrong(f"{name} in this backup is not whole: take another copy.")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name, value in manifest.sequences.items():
        cursor.execute("SELECT setval(%s::regclass, %s)", [f"{_BESIDE}.{_quoted(name)}", value])
    for name in made:
        cursor.execute(f"ALTER TABLE {_quoted(name)} ENABLE TRIGGER USER")


def _tables(cursor: Any) -> list[str]:
    return sorted(connection.introspection.table_names(cursor))


def _tables_in(cursor: Any, schema: str) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema])
    return [name for (name,) in cursor.fetchall()]


def _functions(cursor: Any, schema: str) -> list[str]:
    """Those that belong to the house, all of them of triggers."""
    cursor.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = %s::regnamespace AND prorettype = 'trigger'::regtype",
        [schema],
    )
    return sorted(name for (name,) in cursor.fetchall())


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _listed(names: list[str]) -> str:
    return ", ".join(map(_quoted, names))


_NOT_READ = (
    "the present database cannot be read by this program ({error}), so it could not be kept, and nothing was changed."
    " Make a new database, let DATABASE_URL name it, and restore there."
)
