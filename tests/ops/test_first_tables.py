"""A new house has at once what its migrations come to."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.ops.served import command
from tests.postgres import QUICK, cluster

_OF_POSTGRES = {
    "columns": """
        SELECT table_name, column_name, udt_name, is_nullable, column_default, character_maximum_length,
               is_identity, identity_generation, generation_expression
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "migrations": "SELECT app, name FROM django_migrations",
    "content types": "SELECT app_label, model FROM django_content_type",
}


def test_the_embedded_database(tmp_path: Path) -> None:
    made, migrated = tmp_path / "made", tmp_path / "migrated"
    for folder, words in ((made, ("migrate",)), (migrated, ("django", "migrate", "--verbosity=0"))):
        folder.mkdir()
        done = command(folder, *words)
        assert done.returncode == 0, done.stderr
    found = _in_file(made)
    assert len(found["migrations"]) > 100
    assert found == _in_file(migrated)


def test_postgresql(tmp_path: Path) -> None:
    with cluster(*QUICK) as here:
        here.ask("CREATE DATABASE migrated")
        for name, words in (("postgres", ("migrate",)), ("migrated", ("django", "migrate", "--verbosity=0"))):
            done = command(tmp_path, *words, DATABASE_URL=here.url(name))
            assert done.returncode == 0, done.stderr
        for what, sql in _OF_POSTGRES.items():
            made = set(here.ask(sql))
            assert made, what
            assert made == set(here.ask(sql, database="migrated")), what


def _in_file(folder: Path) -> dict[str, Any]:
    """Everything but the order in which it came to be."""
    with closing(sqlite3.connect(folder / "ibasho.sqlite3")) as table:
        found: dict[str, Any] = {
            "migrations": set(table.execute("SELECT app, name FROM django_migrations")),
            "content types": set(table.execute("SELECT app_label, model FROM django_content_type")),
        }
        parts = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        for kind, name, sql in table.execute(parts).fetchall():
            if kind != "table":
                found[f"{kind} {name}"] = sql
                continue
            found[name] = (
                {row[1:] for row in table.execute(f"PRAGMA table_xinfo({name})")},
                {row[2:] for row in table.execute(f"PRAGMA foreign_key_list({name})")},
                set(re.findall(r'CONSTRAINT "\w+" (?:CHECK|UNIQUE) \(.*?\)(?=, CONSTRAINT|\)$)', sql)),
            )
    return found
