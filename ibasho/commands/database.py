"""Bringing the database to this version: the file is copied first, then migrated."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ibasho.commands.copies import DAYS_KEPT, copy_database, forget_old_copies, forget_unfinished_copies
from ibasho.commands.first_tables import has_tables, make_first_tables
from ibasho.commands.output import say
from ibasho.commands.patience import wait_for_the_database
from ibasho.commands.postgres import forget_unfinished_restore
from ibasho.commands.workplace import clear_workplace
from ibasho.lib import due, env
from ibasho.rooms.queries import shortest_retention


def copies_folder() -> Path:
    return Path(settings.DATA_DIR) / "backups"


def reach_the_house() -> None:
    """What a command does first. Raises env.Wrong where there is no house yet, or one of an older program."""
    wait_for_the_database()
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        raise env.Wrong(
            f"there is no house in {settings.DATA_DIR}: start it once, or name another with --data."
        )
    if _steps_left(MigrationExecutor(connection)):
        raise env.Wrong("the database is not of this program: start the house once, or `ibasho migrate`.")


def bring_up_to_date() -> None:
    """Migrate if needed. An embedded database that holds something is copied to `backups/` before."""
    executor = MigrationExecutor(connection)
    forget_old_copies(copies_folder())
    forget_unfinished_copies(copies_folder())
    if connection.vendor == "postgresql":
        forget_unfinished_restore()
    if not _steps_left(executor):
        return
    if connection.vendor == "sqlite" and executor.loader.applied_migrations:
        copy = copy_database(Path(connection.settings_dict["NAME"]), copies_folder())
        say(f"copied the database to {copy}")
    if not has_tables():
        make_first_tables(executor)
    call_command("migrate", interactive=False, verbosity=0)


def _steps_left(executor: MigrationExecutor) -> bool:
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def let_copies_end() -> None:
    """Delete copies that are older than the shortest promise of a room, so that no words outlive it in one."""
    clear_workplace(Path(settings.DATA_DIR))
    forget_old_copies(copies_folder(), min(DAYS_KEPT, shortest_retention() or DAYS_KEPT))


def tend_copies() -> None:
    """Make it due work; the first round comes with the start."""
    due.every(86_400, "copies")(let_copies_end)
