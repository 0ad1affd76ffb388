"""Where a copy is made or unpacked: a folder that one command has to itself, and that a killed one leaves to the next."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import OperationalError

from ibasho.lib import env


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """An empty `copying/` in `folder`, gone afterwards; what a killed one left is gone before. Raises env.Wrong beside another backup or restore."""
    handle = os.open(folder / "copying.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    place = folder / "copying"
    try:
        if not _is_free(handle):
            raise env.Wrong(f"another backup or restore works in {folder}. Wait until it is done.")
        shutil.rmtree(place, ignore_errors=True)
        for unfinished in _unfinished(folder):
            unfinished.unlink(missing_ok=True)
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(handle)


@contextmanager
def told_plainly() -> Iterator[None]:
    """A full disk, or a folder that cannot be written, is a remedy and no traceback."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, OperationalError) as error:
        is_full = getattr(error, "errno", None) == errno.ENOSPC or "full" in str(error)
        remedy = "make room on the disk, and do it again" if is_full else str(error)
        raise env.Wrong(f"it did not work, and nothing was changed: {remedy}.") from error


def clear_workplace(folder: Path) -> None:
    """Take away what a killed backup or restore left, unless one is at work."""
    if (folder / "copying").exists() or _unfinished(folder):  # a killed one leaves them
        try:
            with workplace(folder):
                pass
        except env.Wrong:
            pass


def _unfinished(folder: Path) -> list[Path]:
    return list((folder / "backups").glob(".ibasho-*.part"))


def _is_free(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
