"""The epoch of the numbers: as long as it is the same, no number has gone back.

It is the database's own random id and a count, kept in the database for all processes and beside it in the data
folder. Copying an older database into place takes the numbers back but not the noted ones, so the next
start sees it and counts up, and every reader loads its page again.
"""

from __future__ import annotations

import secrets
import threading
from pathlib import Path
from typing import TypedDict

import orjson
from django.conf import settings
from django.db import transaction

from ibasho.lib import on_disk
from ibasho.rooms.models import Birthmark, Room

_guard = threading.Lock()
_current: str | None = None


class _Noted(TypedDict):
    mark: str
    count: int
    seqs: dict[str, int]


def current() -> str:
    """The epoch of this process; found, and raised if need be, on the first call."""
    return _current or settle_epoch()


def settle_epoch() -> str:
    """Compare the rooms' numbers with the noted ones, count up if one has gone back, note them."""
    with _guard, transaction.atomic():
        return _settle(Birthmark.objects.locked(), _read())


def _settle(birthmark: Birthmark, noted: _Noted) -> str:
    global _current
    seqs, before, went_back = _seqs(), 0, False
    if noted["mark"] == birthmark.mark:
        before = noted["count"]
        # from another folder somebody may have seen it already, and counted up for all
        is_known = birthmark.count > before
        went_back = not is_known and _went_back(noted["seqs"], seqs)
    count = max(before, birthmark.count) + went_back
    if count != birthmark.count:
        birthmark.count = count
        birthmark.save(update_fields=["count"])
    _write(_Noted(mark=birthmark.mark, count=count, seqs=seqs))
    _current = f"{birthmark.mark}.{count}"
    return _current


def mark() -> str:
    """The database's own half."""
    with transaction.atomic():
        return Birthmark.objects.locked().mark


def begin_anew() -> None:
    """Give the database another mark, before an older copy takes the place of a newer one: in every process that ever
    served it the epoch is another from that moment on, whatever was noted where.
    """
    with transaction.atomic():
        birthmark = Birthmark.objects.locked()
        birthmark.mark = secrets.token_hex(8)
        birthmark.save(update_fields=["mark"])


def note_seqs() -> None:
    """Note the rooms' numbers beside the database, and hear whether another process has counted up. Due work."""
    if current() != _stands():
        settle_epoch()
    with _guard:
        noted, seqs = _read(), _seqs()
        if noted["seqs"] != seqs and not _went_back(noted["seqs"], seqs):
            _write(_Noted(mark=noted["mark"], count=noted["count"], seqs=seqs))


def _stands() -> str:
    row = Birthmark.objects.first()
    return f"{row.mark}.{row.count}" if row else ""


def _went_back(before: dict[str, int], now: dict[str, int]) -> bool:
    return any(now.get(room, seq) < seq for room, seq in before.items())


def _seqs() -> dict[str, int]:
    return {str(pk): seq for pk, seq in Room.objects.order_by("pk").values_list("pk", "seq")}


def _file() -> Path:
    return Path(settings.DATA_DIR) / "epoch.json"


def _read() -> _Noted:
    try:
        noted: _Noted = orjson.loads(_file().read_bytes())
    except FileNotFoundError:
        return _Noted(mark="", count=0, seqs={})
    return noted


def _write(noted: _Noted) -> None:
    # a half file after a power cut would stop the next start
    on_disk.write_whole(_file(), orjson.dumps(noted))


def forget() -> None:
    """As a fresh process has not looked yet."""
    global _current
    _current = None
