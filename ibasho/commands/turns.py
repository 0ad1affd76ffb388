"""Processes that start at once prepare the house in turn: the first does the work, the others find it done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from ibasho.commands.output import say

_KEY = int.from_bytes(b"prepare")  # in a database that is the house's own


@contextmanager
def in_turn() -> Iterator[None]:
    """Alone among all that prepare this database, for as long as it takes; whoever dies gives the turn to the next.

    The embedded file has one process, which holds its folder.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        # also for migrations; what they lock is waited for as briefly as ever
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
        if cursor.fetchone() != (True,):
            say("waiting for another process that prepares the house")
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [_KEY])
            cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEY])
            cursor.execute("RESET statement_timeout")
