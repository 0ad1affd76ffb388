"""A new house gets its tables at once: what the migrations come to, which one after the other take far longer."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from ibasho.moderation import triggers


def has_tables() -> bool:
    """Whether there is any but the list of what was migrated."""
    return not {MigrationRecorder.Migration._meta.db_table}.issuperset(connection.introspection.table_names())


def make_first_tables(executor: MigrationExecutor) -> None:
    """In a database without tables: those of this program, all or none, with every migration noted as done.

    A test holds on both databases that a house which was migrated step by step has the very same.
    """
    executor.recorder.ensure_schema()
    with connection.schema_editor() as editor:
        for model in executor.loader.project_state().apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        triggers.install(connection)
        for app, name in executor.loader.graph.nodes:
            executor.recorder.record_applied(app, name)
