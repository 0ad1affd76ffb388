"""The tables of a release serve the release before it too: while processes are exchanged both are at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

# The last of each app that no release before has ever met.
BEGUN_WITH = {
    "duty": 4,
    "events": 30,
    "house": 6,
    "moderation": 21,
    "people": 2,
    "reports": 5,
    "rooms": 11,
}
# app and name → why the release before can do without what is taken away or narrowed
ALLOWED: dict[tuple[str, str], str] = {}


@pytest.fixture(autouse=True)
def with_migrations(settings: Any) -> None:
    """The tests' tables are made without them, and then none would be found here."""
    settings.MIGRATION_MODULES = {}


def objections(operations: Iterable[Operation], before: Any) -> Iterator[str]:
    """What the release before could stumble over. `before`: the models as it knows them."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from objections(operation.database_operations, before)
        elif isinstance(operation, migrations.AddField):
            if not _may_be_left_out(operation.field):
                yield f"{operation.model_name}.{operation.name}: let it be null, or give it a db_default"
        elif isinstance(operation, migrations.AlterField):
            old = before[operation.model_name_lower].fields[operation.name]
            if old.null and not _may_be_left_out(operation.field):
                yield f"{operation.model_name}.{operation.name}: may no longer be left out"
            if (operation.field.max_length or 2**31) < (getattr(old, "max_length", None) or 0):
                yield f"{operation.model_name}.{operation.name}: has become shorter"
        elif isinstance(operation, _TAKES_AWAY):
            yield f"{operation.describe()}: is still asked for; take it away in the next release"


_TAKES_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AddConstraint,
)


def _may_be_left_out(field: models.Field[Any, Any]) -> bool:
    return field.null or field.many_to_many or field.has_db_default()


def _later_ones() -> list[tuple[str, str]]:
    loader = MigrationLoader(None)
    return sorted(key for key in loader.disk_migrations if _is_later(*key))


def _is_later(app: str, name: str) -> bool:
    return app in BEGUN_WITH and int(name[:4]) > BEGUN_WITH[app]


def test_the_release_before_works_on_the_tables_of_each_migration() -> None:
    loader = MigrationLoader(None)
    found = []
    for app, name in _later_ones():
        state = loader.project_state((app, name), at_end=False)
        before = {model: one for (of, model), one in state.models.items() if of == app}
        if (app, name) not in ALLOWED:
            found += [
                f"{app} {name}: {no}"
                for no in objections(loader.disk_migrations[app, name].operations, before)
            ]
    assert found == []


def test_all_apps_with_tables_are_looked_at() -> None:
    loader = MigrationLoader(None)
    ours = {
        app
        for app, name in loader.disk_migrations
        if str(loader.migrations_module(app)[0]).startswith("ibasho.")
    }
    assert ours == set(BEGUN_WITH)


def test_what_is_allowed_is_still_there() -> None:
    assert set(ALLOWED) <= set(_later_ones())


class _Room:
    fields = {"topic": models.CharField(max_length=60, null=True), "pace": models.IntegerField()}


@pytest.mark.parametrize(
    ("operation", "is_fine"),
    [
        (migrations.AddField("room", "lamp", models.IntegerField()), False),
        (migrations.AddField("room", "lamp", models.IntegerField(default=1)), False),
        (migrations.AddField("room", "lamp", models.IntegerField(null=True)), True),
        (migrations.AddField("room", "lamp", models.IntegerField(db_default=1)), True),
        (migrations.AlterField("room", "topic", models.CharField(max_length=60)), False),
        (migrations.AlterField("room", "topic", models.CharField(max_length=40, null=True)), False),
        (migrations.AlterField("room", "topic", models.CharField(max_length=80, null=True)), True),
        (migrations.AlterField("room", "pace", models.BigIntegerField()), True),
        (migrations.RemoveField("room", "topic"), False),
        (migrations.RenameField("room", "topic", "subject"), False),
        (migrations.DeleteModel("room"), False),
        (
            migrations.AddConstraint(
                "room", models.CheckConstraint(condition=models.Q(pace__gte=0), name="no_pace_back")
            ),
            False,
        ),
        (migrations.CreateModel("lamp", [("id", models.BigAutoField(primary_key=True))]), True),
        (
            migrations.SeparateDatabaseAndState([migrations.RemoveField("room", "topic")]),
            False,
        ),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else "",
)
def test_it_tells_what_the_release_before_would_stumble_over(operation: Operation, is_fine: bool) -> None:
    assert (list(objections([operation], {"room": _Room})) == []) is is_fine
