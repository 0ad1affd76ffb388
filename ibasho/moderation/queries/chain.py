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
    """The first row that does not fit, and what about it."""

    number: int
    why: str


def detail_hash(salt: str, body: str) -> str:
    """SHA-256 over the salt's bytes and the text as it stands. Without the salt nobody can guess it."""
    return hashlib.sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


def entry_hash(entry: LogEntry) -> str:
    """SHA-256 over the hash of the row before and this row's fields, as one JSON array."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [entry.number, at, entry.actor, entry.verb, entry.room, entry.rule, entry.detail_hash]
    return hashlib.sha256(bytes.fromhex(entry.prev) + orjson.dumps(fields)).hexdigest()


def recompute(entries: Iterable[LogEntry]) -> Fault | None:
    """Walk a whole chain in its order, with the details it has. None if every byte is as it was written."""
    prev = FIRST
    for number, entry in enumerate(entries, start=1):
        if entry.number != number:
            return Fault(number, "missing")
        if entry.prev != prev or entry.hash != entry_hash(entry):
            return Fault(number, "entry")
        detail: LogDetail | None = getattr(entry, "detail", None)
        if detail is None or (detail.salt and detail_hash(detail.salt, detail.body) != entry.detail_hash):
            return Fault(number, "detail")
        prev = entry.hash
    return None


def check_log() -> Fault | None:
    """The whole log of this house, and whether it ends where its head says."""
    fault = recompute(LogEntry.objects.select_related("detail").order_by("number").iterator())
    if fault is not None:
        return fault
    last = LogEntry.objects.order_by("-number").values_list("number", "hash").first() or (0, FIRST)
    head = LogHead.objects.values_list("number", "hash").first() or (0, FIRST)
    return None if last == head else Fault(last[0] + 1, "missing")
