"""The database file is copied before it is changed, and the copies come to an end as words do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from ibasho.lib import clock

COPIES_KEPT = 5
DAYS_KEPT = 14  # as a room keeps words at first; less where a room promises less


def copy_database(database: Path, folder: Path) -> Path:
    """Copy `database` into `folder`, whole even while somebody writes; keep the newest COPIES_KEPT."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder / f"ibasho-{clock.now():%Y%m%dT%H%M%S.%fZ}.sqlite3"
    unfinished = copy.with_suffix(".part")
    unfinished.touch(mode=0o600)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.rename(copy)
    for old in _copies(folder)[:-COPIES_KEPT]:
        old.unlink(missing_ok=True)
    return copy


def forget_old_copies(folder: Path, days: int = DAYS_KEPT) -> None:
    """Delete copies older than `days`."""
    oldest = f"ibasho-{clock.now() - timedelta(days=days):%Y%m%dT%H%M%S}"
    for copy in _copies(folder):
        if copy.name < oldest:
            copy.unlink(missing_ok=True)


def forget_unfinished_copies(folder: Path) -> None:
    """Delete what a killed start left behind. Only at a start: beside one it would take away a copy being made."""
    for unfinished in folder.glob("ibasho-*.part"):
        unfinished.unlink(missing_ok=True)


def _copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("ibasho-*.sqlite3"))
