"""What was erased must not stay readable in the file beside the database."""

from __future__ import annotations

from django.db import connections

from ibasho.lib.sqlite.base import DatabaseWrapper


def empty_log() -> bool:
    """Empty the write-ahead log of the embedded database. False if a reader was in the way: try again."""
    connection = connections["default"]
    return connection.empty_log() if isinstance(connection, DatabaseWrapper) else True
