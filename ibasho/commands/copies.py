"""The database file is copied before it is changed, and the copies come to an end as words do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ibasho.lib import clock

COPIES_KEPT = 5
HOURS_OF_ALL = 24  # of backups before that the last of each day is enough
_STAMP = "%Y%m%dT%H%M%S.%fZ"
DAYS_KEPT = 14  # as a room keeps words at first; less where a room promises less


def copy_database(database: Path, folder: Path) -> Path:
    """Copy `database` into `folder`, whole even while somebody writes; keep the newest COPIES_KEPT."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder / name_of_copy("sqlite3")
    unfinished = copy.with_suffix(".part")
    unfinished.touch(mode=0o600)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.rename(copy)
    thin_copies(folder)
    return copy


def name_of_copy(ending: str) -> str:
    """By the time of its making, so that the oldest come first."""
    return f"ibasho-{_stamp(clock.now())}.{ending}"


def moment_of_copy(name: str) -> datetime | None:
    """When a copy of this name was made."""
    try:
        return datetime.strptime(name.partition(".sqlite3")[0], f"ibasho-{_STAMP}").replace(tzinfo=UTC)
    except ValueError:
        return None


def thin_copies(folder: Path) -> None:
    """Keep the newest COPIES_KEPT."""
    for old in sorted(folder.glob("ibasho-*.sqlite3"))[:-COPIES_KEPT]:
        old.unlink(missing_ok=True)


def thin_backups(folder: Path) -> None:
    """Keep all of the last HOURS_OF_ALL hours, and the last of each day before."""
    since = f"ibasho-{_stamp(clock.now() - timedelta(hours=HOURS_OF_ALL))}"
    older = [file for file in sorted(folder.glob("ibasho-*.tar.gz")) if file.name < since]
    last_of_day = {file.name[: len("ibasho-20261201")]: file for file in older}
    for old in set(older) - set(last_of_day.values()):
        old.unlink(missing_ok=True)


def forget_old_copies(folder: Path, days: int = DAYS_KEPT) -> None:
    """Delete copies older than `days`."""
    oldest = f"ibasho-{clock.now() - timedelta(days=days):%Y%m%dT%H%M%S}"
    for copy in folder.glob("ibasho-2*"):
        if copy.name < oldest:
            copy.unlink(missing_ok=True)


def forget_unfinished_copies(folder: Path) -> None:
    """Delete what a killed start left behind. Only at a start: beside one it would take away a copy being made."""
    for unfinished in folder.glob("ibasho-*.part"):
        unfinished.unlink(missing_ok=True)


def _stamp(moment: datetime) -> str:
    return moment.strftime(_STAMP)
