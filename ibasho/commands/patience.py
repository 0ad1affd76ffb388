"""A command has time: beside a busy server it waits for its turn instead of giving up."""

from __future__ import annotations

from django.db import connection

PATIENCE_SECONDS = 30


def wait_for_the_database() -> None:
    """From now on a locked SQLite database is waited for up to PATIENCE_SECONDS."""
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = PATIENCE_SECONDS
        connection.close()
