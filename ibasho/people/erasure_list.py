"""The marks of what was erased, noted beside the database: bringing back a copy takes the table back, and not this.

`erased.list` in the data folder is only added to. Its first line says since when nothing is missing in it, and the last
of its lines that say so, until when: a list that was carried elsewhere knows nothing younger. Every process that tends
copies what is new in the table, so each data folder of a house with several has all of it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ibasho.lib import clock, env, on_disk
from ibasho.people.erasure_lines import (
    ErasureList,
    first_line,
    key_mark,
    line_of,
    oldest_kept,
    read_list,
    until_line,
    written,
)
from ibasho.people.models import Erased

_LOOK_BACK = timedelta(minutes=10)  # longer than any transaction that commits a mark late
_SAY_UNTIL = timedelta(minutes=2)  # so that a day adds little to the file
_OPEN = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


def list_file() -> Path:
    return Path(settings.DATA_DIR) / "erased.list"


def noted() -> ErasureList | None:
    """What this data folder holds. Raises env.Wrong where that is of another house secret."""
    try:
        found = read_list(list_file().read_text("ascii", "replace"))
    except FileNotFoundError:
        return None
    _refuse_foreign(found)
    return found


def refuse_foreign() -> None:
    """Raises env.Wrong where this data folder holds the list of another house secret."""
    noted()


def begin_anew() -> bool:
    """Only where the secret is lost, and with it what the list could tell. Returns whether it was of another."""
    with _held_file() as handle:
        found = read_list(_text_in(handle))
        is_other = found is not None and not found.is_ours
        if is_other:
            _write_anew(ErasureList(clock.now(), key_mark()))
        return is_other


def note_erased() -> None:
    """Copy what is new in the table to the list, and now and then say that it is whole. Due work."""
    now = clock.now()
    _copy(now)
    if _copied.said is None or not timedelta() <= now - _copied.said < _SAY_UNTIL:
        _say_until(now)


def say_whole() -> None:
    """Copy what is new, and say that until now nothing is missing."""
    now = clock.now()
    _copy(now)
    _say_until(now)


def forget_old_marks() -> None:
    """Marks end when no copy can hold what they stand for any more. Safe to run twice."""
    oldest = oldest_kept()
    with transaction.atomic():
        Erased.objects.filter(at__lt=oldest).delete()
    if noted() is None:  # whoever only forgets cannot tell since when one would be complete
        return
    with _held_list() as (_, found):
        kept = {pk: mark for pk, mark in found.marks.items() if mark.at >= oldest}
        since = found.since if len(kept) == len(found.marks) else max(found.since, oldest)
        _write_anew(replace(found, since=since, marks=kept))


def add_marks(marks: Iterable[Erased], *, since: datetime | None = None) -> None:
    """Note these too; with `since` the list is complete from then on only."""
    with _held_list(since) as (handle, found):
        fresh = {mark.pk: mark for mark in marks if mark.pk not in found.marks}
        if since is not None:
            _write_anew(replace(found, since=since, marks=found.marks | fresh))
        elif fresh:
            _append(handle, "".join(map(line_of, fresh.values())))


@dataclass(slots=True)
class _Copied:
    """What this process knows to be in the list, so that it need not read it each time."""

    file: tuple[str, int] | None = None
    known: set[UUID] = field(default_factory=set)
    until: datetime | None = None
    said: datetime | None = None


_copied = _Copied()


def _copy(now: datetime) -> None:
    if _copied.file is None or _copied.file != _file_now():
        _begin()
    rows = (
        Erased.objects.filter(at__gte=_copied.until - _LOOK_BACK) if _copied.until else Erased.objects.all()
    )
    fresh = [mark for mark in rows.order_by("at") if mark.pk not in _copied.known]
    if fresh:
        add_marks(fresh)
    _copied.known.update(mark.pk for mark in fresh)
    _copied.until = now


def _say_until(now: datetime) -> None:
    with _held_list() as (handle, found):
        if found.is_known_to(set(Erased.objects.values_list("pk", flat=True))):
            _append(handle, until_line(now))
    _copied.said = now


def _begin() -> None:
    """A list that begins beside a table with marks reaches back as far as they do."""
    with _held_list() as (_, found):
        _copied.known = set(found.marks)
    _copied.file, _copied.until, _copied.said = _file_now(), None, None


def _file_now() -> tuple[str, int] | None:
    try:
        return str(list_file()), list_file().stat().st_ino
    except FileNotFoundError:
        return None


def _refuse_foreign(found: ErasureList | None) -> None:
    if found is not None and not found.is_ours:
        raise env.Wrong(
            "erased.list was kept with another house secret. Bring that back: house.secret in the data folder, or "
            "IBASHO_SECRET. Only if it is lost for good: ibasho new-secret, or take that list away"
        )


@contextmanager
def _held_list(since: datetime | None = None) -> Iterator[tuple[int, ErasureList]]:
    """The list, begun if there is none, and nobody else's meanwhile."""
    with _held_file() as handle:
        yield handle, _read_or_begin(handle, since)


@contextmanager
def _held_file() -> Iterator[int]:
    while True:
        handle = os.open(list_file(), _OPEN, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if (str(list_file()), os.fstat(handle).st_ino) != _file_now():
                continue  # written anew by another process in this moment
            yield handle
            return
        finally:
            os.close(handle)


def _read_or_begin(handle: int, since: datetime | None) -> ErasureList:
    text = _text_in(handle)
    found = read_list(text)
    _refuse_foreign(found)
    if found is None:
        oldest = Erased.objects.order_by("at").values_list("at", flat=True).first()
        found = ErasureList(since or oldest or clock.now(), key_mark())
        os.ftruncate(handle, 0)
        _append(handle, first_line(found.since))
    elif not text.endswith("\n"):
        _append(handle, "\n")
    return found


def _text_in(handle: int) -> str:
    with open(handle, "rb", closefd=False) as file:
        file.seek(0)
        return file.read().decode("ascii", "replace")


def _append(handle: int, text: str) -> None:
    rest = text.encode("ascii")
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)


def _write_anew(told: ErasureList) -> None:
    on_disk.write_whole(list_file(), written(told).encode("ascii"))
