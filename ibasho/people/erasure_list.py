"""The marks of what was erased, noted beside the database: bringing back a copy takes the table back, and not this.

`erased.list` in the data folder is only added to. Its first line says since when nothing is missing in it. Every
process that tends copies what is new in the table, so each data folder of a house with several has all of it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ibasho.lib import clock, env
from ibasho.people.models import MARK_DAYS, Erased

_LOOK_BACK = timedelta(minutes=10)  # longer than any transaction that commits a mark late
_OPEN = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class ErasureList:
    """`since`: from then on nothing is missing. `key` tells whether it was made with the same house secret."""

    since: datetime
    key: str
    marks: dict[UUID, Erased] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        return self.key == key_mark()


def list_file() -> Path:
    return Path(settings.DATA_DIR) / "erased.list"


def key_mark() -> str:
    """Which house secret it is, telling nothing about it."""
    return env.derived(settings.HOUSE_SECRET, "erasure list")[:16]


def read_list(text: str) -> ErasureList | None:
    """What a list holds; None for an empty one. A line that was cut off by a crash is left out."""
    first, *lines = text.split("\n") or [""]
    words = first.split(" ")
    if len(words) != len(_FIRST) or words[0] != _FIRST[0]:
        return None
    found = ErasureList(datetime.fromisoformat(words[1]), words[2])
    for line in lines:
        if (mark := _mark_in(line)) is not None:
            found.marks[mark.pk] = mark
    return found


def noted() -> ErasureList | None:
    """What this data folder holds."""
    try:
        return read_list(list_file().read_text("ascii"))
    except FileNotFoundError:
        return None


def note_erased() -> None:
    """Copy what is new in the table to the list. Due work."""
    _copy(clock.now())


def forget_old_marks() -> None:
    """Marks end when no copy can hold what they stand for any more. Safe to run twice."""
    oldest = clock.now() - timedelta(days=MARK_DAYS)
    with transaction.atomic():
        Erased.objects.filter(at__lt=oldest).delete()
    with _held_list() as (handle, found):
        if any(mark.at < oldest for mark in found.marks.values()):
            kept = (mark for mark in found.marks.values() if mark.at >= oldest)
            _write_anew(handle, max(found.since, oldest), kept)


def add_marks(marks: Iterable[Erased], *, since: datetime | None = None) -> None:
    """Note these too; with `since` the list is complete from then on only."""
    with _held_list() as (handle, found):
        fresh = [mark for mark in marks if mark.pk not in found.marks]
        if since is not None or not found.is_ours:
            _write_anew(
                handle, since or clock.now(), [*(found.marks.values() if found.is_ours else ()), *fresh]
            )
        elif fresh:
            _append(handle, "".join(map(_line_of, fresh)))


@dataclass(slots=True)
class _Copied:
    """What this process knows to be in the list, so that it need not read it each time."""

    file: tuple[str, int] | None = None
    known: set[UUID] = field(default_factory=set)
    until: datetime | None = None


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


def _begin() -> None:
    """A list that begins beside a table with marks reaches back as far as they do."""
    with _held_list() as (_, found):
        _copied.known = set(found.marks)
    _copied.file, _copied.until = _file_now(), None


def _file_now() -> tuple[str, int] | None:
    try:
        return str(list_file()), list_file().stat().st_ino
    except FileNotFoundError:
        return None


@contextmanager
def _held_list() -> Iterator[tuple[int, ErasureList]]:
    """The list, begun if there is none, and nobody else's meanwhile."""
    while True:
        handle = os.open(list_file(), _OPEN, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if (str(list_file()), os.fstat(handle).st_ino) != _file_now():
                continue  # written anew by another process in this moment
            yield handle, _read_or_begin(handle)
            return
        finally:
            os.close(handle)


def _read_or_begin(handle: int) -> ErasureList:
    with open(handle, "rb", closefd=False) as file:
        file.seek(0)
        text = file.read().decode("ascii", "replace")
    found = read_list(text)
    if found is None:
        oldest = Erased.objects.order_by("at").values_list("at", flat=True).first()
        found = ErasureList(oldest or clock.now(), key_mark())
        os.ftruncate(handle, 0)
        _append(handle, _first_line(found.since))
    elif not text.endswith("\n"):
        _append(handle, "\n")
    return found


def _append(handle: int, text: str) -> None:
    rest = text.encode("ascii")
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)


def _write_anew(handle: int, since: datetime, marks: Iterable[Erased]) -> None:
    fresh = list_file().with_suffix(f".{os.getpid()}.new")
    with open(fresh, "w", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(_first_line(since) + "".join(map(_line_of, marks)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(list_file())
    os.fsync(handle)


_FIRST = ("erased-since", "TIME", "KEY")


def _first_line(since: datetime) -> str:
    return f"{_FIRST[0]} {since.isoformat()} {key_mark()}\n"


def _line_of(mark: Erased) -> str:
    return f"{mark.pk} {'-+'[mark.is_back]} {mark.kind} {mark.digest} {mark.at.isoformat()}\n"


def _mark_in(line: str) -> Erased | None:
    try:
        pk, sign, kind, digest, at = line.split(" ")
        return Erased(
            pk=UUID(pk), kind=kind, digest=digest, is_back=sign == "+", at=datetime.fromisoformat(at)
        )
    except ValueError:
        return None
