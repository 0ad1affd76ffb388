"""Looking at a house's own database through Django's models, as a command beside the house does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connections

from ibasho.lib import env, plain_sql


@contextmanager
def beside(url: str) -> Iterator[None]:
    """Meanwhile the models of this thread are those of the house on this PostgreSQL."""
    kept, settings = connections[DEFAULT_DB_ALIAS], connections.databases[DEFAULT_DB_ALIAS]
    connections.databases.update(connections.configure_settings({DEFAULT_DB_ALIAS: _settings(url)}))
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    _forget_engine()
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.databases[DEFAULT_DB_ALIAS] = settings
        connections[DEFAULT_DB_ALIAS] = kept
        _forget_engine()


def _settings(url: str) -> dict[str, object]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        found = env.database("DATABASE_URL", Path())
    del found["OPTIONS"]["pool"]  # one thread asks
    return found


def _forget_engine() -> None:
    """A process has one, and keeps in mind which."""
    plain_sql.moment_out.cache_clear()
    plain_sql._has_uuids.cache_clear()
