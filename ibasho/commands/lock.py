"""Who may serve a house: one process, or several that share Redis.

A data folder is locked by the kernel, so a killed house leaves no lock behind. PostgreSQL is locked by a session of
its own, since several data folders may lead to one database.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from ibasho.lib import env

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
REFUSED_OFTEN = 3
_KEY = int.from_bytes(b"ibasho")  # of the advisory lock, in a database that is the house's own
_REDIS = int.from_bytes(b"redi")  # of another, for each REDIS_URL
_NOTICED_SOON = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "tcp_user_timeout": 5_000,
}
_OF_DJANGO = {"context", "cursor_factory", "prepare_threshold"}


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Hold `serve.lock` in `folder` and the lock of the database; with `REDIS_URL` together with others.

    Raises env.Wrong with the remedy if another process serves the house and the two do not share Redis.
    """
    with holding(folder, together=bool(settings.REDIS_URL)):
        lock = _DatabaseLock() if connection.vendor == "postgresql" else None
        try:
            yield
        finally:
            if lock is not None:
                lock.close()


@contextmanager
def holding(folder: Path, *, together: bool = False) -> Iterator[None]:
    """Hold `serve.lock` in `folder`. Raises env.Wrong with the remedy if somebody serves it who may not be there too."""
    handle = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, folder, together=together)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path, *, together: bool) -> None:
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if together else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 20).decode() or "unknown"
        raise env.Wrong(
            f"another ibasho already serves {folder} (process {holder}). Stop that one first, or give this one "
            "a folder of its own: --data DIR. Several need DATABASE_URL and REDIS_URL, each of them the same."
        ) from None


class _DatabaseLock:
    """Held by a connection of its own, and taken again when that was cut: whoever then finds another in its place
    ends this process.
    """

    def __init__(self) -> None:
        import psycopg  # a house on the embedded file does without the driver and its memory

        self._connect: Any = psycopg.connect
        given = connection.get_connection_params()
        # what stands in DATABASE_URL counts more
        self._how = _NOTICED_SOON | {name: given[name] for name in given.keys() - _OF_DJANGO}
        self._error = psycopg.Error
        self._line: Any = None
        self._pid = 0
        self._ended = threading.Event()
        if not self._take():
            raise env.Wrong(
                "another ibasho already serves this database. Stop that one first, or start all of them "
                "with the same REDIS_URL."
            )
        threading.Thread(target=self._keep, name="ibasho-lock", daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        self._line.close()

    def _take(self) -> bool:
        line = self._connect(**self._how, autocommit=True)
        try:
            if not self._lock(line):
                line.close()
                return False
        except self._error:
            line.close()
            raise
        self._line, self._pid = line, line.info.backend_pid
        return True

    def _lock(self, line: Any) -> bool:
        kind = "_shared" if settings.REDIS_URL else ""
        if not line.execute(f"SELECT pg_try_advisory_lock{kind}(%s)", [_KEY]).fetchone()[0]:
            return False
        if not settings.REDIS_URL:
            return True
        # who shares another Redis shares nothing with this one
        line.execute("SELECT pg_advisory_lock_shared(%s, %s)", [_REDIS, _mark(settings.REDIS_URL)])
        others = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid <> %s AND granted"
        mine = (
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND objsubid = 2"
        )
        return not line.execute(f"{others} {mine}", [_REDIS, _mark(settings.REDIS_URL)]).fetchone()[0]

    def _keep(self) -> None:
        refused = 0
        while not self._ended.wait(LOOK_SECONDS):
            refused = refused + 1 if self._is_refused() else 0
            if refused == REFUSED_OFTEN:
                logger.critical("another ibasho serves this database now: this one ends")
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def _is_refused(self) -> bool:
        try:
            self._line.execute("SELECT 1")
            return False
        except self._error:
            pass
        try:
            if self._take() or self._ended.is_set():
                return False
            self._end_own_rest()
        except self._error:  # the database is away; nobody else has it either
            return False
        return True

    def _end_own_rest(self) -> None:
        """A line that was cut on the way may be held on the other side for long, with the lock."""
        with self._connect(**self._how, autocommit=True) as line:
            line.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND usename = current_user",
                [self._pid],
            )


def _mark(url: str) -> int:
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:4]) >> 1
