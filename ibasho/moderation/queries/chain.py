"""Whether the log is what was written: every hash made again from what the rows say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC
from typing import NamedTuple

import orjson

from ibasho.moderation.models import LogDetail, LogEntry, LogHead

FIRST = "0" * 64


class Fault(NamedTuple):
    """The first row that does not fit, and what about it.

    `why`: missing, entry (altered), detail (altered), no_detail (the twin was taken away, not emptied),
    head (the note of the end says otherwise).
    """

    number: int
    why: str


class End(NamedTuple):
    """How far a log goes. Noted elsewhere it tells a later one that was written anew."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def detail_hash(salt: str, body: str) -> str:
    """SHA-256 over the salt's bytes and the text as it stands. Without the salt nobody can guess it."""
    return hashlib.sha256(_bytes(salt) + body.encode()).hexdigest()


def entry_hash(entry: LogEntry) -> str:
    """SHA-256 over the hash of the row before and this row's fields, as one JSON array."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [entry.number, at, entry.actor, entry.verb, entry.room, entry.rule, entry.detail_hash]
    return hashlib.sha256(_bytes(entry.prev) + orjson.dumps(fields)).hexdigest()


def recompute(entries: Iterable[LogEntry]) -> Fault | None:
    """Walk a whole chain in its order, with the details it has. None if every byte is as it was written,
    but for details that were emptied.
    """
    prev = FIRST
    for number, entry in enumerate(entries, start=1):
        if entry.number != number:
            return Fault(number, "missing")
        if entry.prev != prev or entry.hash != entry_hash(entry):
            return Fault(number, "entry")
        if why := _wrong_with_detail(entry):
            return Fault(number, why)
        prev = entry.hash
    return None


def is_emptied(detail: LogDetail) -> bool:
    """As erasure leaves it: nothing in it, and no way to guess what was."""
    return (detail.seat, detail.salt, detail.body) == (None, "", "")


def check_log() -> Fault | None:
    """The whole log of this house, and whether it ends where its head says. May be asked while acts go on."""
    # In this order: what is added meanwhile moves the head, and never leaves it behind a row seen before.
    last, head = _last(), log_head()
    if last.number > head.number:
        return Fault(last.number, "head")
    rows = LogEntry.objects.filter(number__lte=head.number).select_related("detail").order_by("number")
    fault = recompute(rows.iterator())
    if fault is not None:
        return fault
    found = rows.last()
    end = End(found.number, found.hash) if found else End(0, FIRST)
    if end.number < head.number:
        return Fault(end.number + 1, "missing")
    return None if end == head else Fault(end.number, "head")


def log_head() -> End:
    """Where the log ends, as its head says."""
    return End(*(LogHead.objects.values_list("number", "hash").first() or (0, FIRST)))


def differs_from(noted: End) -> Fault | None:
    """Whether the log still is the one whose end was noted then, however much was added since."""
    if noted.number == 0:
        return None if noted.hash == FIRST else Fault(0, "entry")
    found = LogEntry.objects.filter(number=noted.number).values_list("hash", flat=True).first()
    if found is None:
        return Fault(min(noted.number, _last().number + 1), "missing")
    return None if found == noted.hash else Fault(noted.number, "entry")


def count_emptied() -> int:
    """How many entries have a detail that was erased."""
    return LogDetail.objects.filter(salt="", body="", seat__isnull=True).count()


def _bytes(digits: str) -> bytes:
    """Of a salt or a hash; what somebody put in its place and is no such number just hashes otherwise."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return digits.encode(errors="replace")


def _last() -> End:
    return End(*(LogEntry.objects.order_by("-number").values_list("number", "hash").first() or (0, FIRST)))


def _wrong_with_detail(entry: LogEntry) -> str:
    detail: LogDetail | None = getattr(entry, "detail", None)
    if detail is None:
        return "no_detail"
    if is_emptied(detail):
        return ""
    seat = str(detail.seat) if detail.seat else None
    is_as_written = (
        detail_hash(detail.salt, detail.body) == entry.detail_hash and detail.facts.get("seat") == seat
    )
    return "" if is_as_written else "detail"
