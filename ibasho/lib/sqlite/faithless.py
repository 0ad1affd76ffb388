"""A disk that says it did not keep what it was given: whatever is written after that may be built on nothing.

The system forgets a page that it could not write, and the next fsync succeeds without it. So the house ends at the
first such answer instead of asking again, and whoever starts it finds what is really on the disk.
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import tempfile
from pathlib import Path

_FAILED = ("SQLITE_IOERR", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC")
_TRIED_BYTES = 65_536
_is_faithless = False
logger = logging.getLogger(__name__)


def is_faithless() -> bool:
    """Whether that has happened; from then on nothing is written any more."""
    return _is_faithless


def look_at(error: BaseException | None, file: Path) -> None:
    """End this process, as SIGTERM does, if `error` is such an answer of the disk to a commit of `file`."""
    global _is_faithless
    if getattr(error, "sqlite_errorname", None) in _FAILED and not _is_faithless and _takes_more(file.parent):
        _is_faithless = True
        logger.critical(
            "THE DISK DID NOT KEEP WHAT WAS WRITTEN: the house stops. Look after the disk before it starts again."
        )
        os.kill(os.getpid(), signal.SIGTERM)


def _takes_more(folder: Path) -> bool:
    # pysqlite3 gives no finer name for it, and a quota that is used up is no reason to stop
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as tried:
            return tried.write(bytes(_TRIED_BYTES)) == _TRIED_BYTES
    except OSError:
        return False


def refuse_to_write() -> None:
    """Raise what a database raises that cannot be written."""
    if _is_faithless:
        raise sqlite3.OperationalError("disk I/O error")
