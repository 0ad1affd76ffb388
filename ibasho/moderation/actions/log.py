"""Adding to the log: one row at a time, each holding the hash of the row before."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from ibasho.lib import clock
from ibasho.moderation.models import LogDetail, LogEntry, LogHead
from ibasho.moderation.queries import chain
from ibasho.rooms.models import Room

_ONLY_ROW = 1


def append_log(
    keeper_id: int | None, verb: str, *, room: Room | None = None, detail: dict[str, Any]
) -> LogEntry:
    """Write down an act in the caller's transaction; `detail` may name `rule` and `seat`.

    The rule stays in the entry. The detail stays only as long as its twin is not emptied.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the log is written in the transaction of the act")
    head = _locked_head()
    salt, body = secrets.token_hex(32), orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode()
    entry = LogEntry(
        number=head.number,
        at=clock.now(),
        actor=keeper_id,
        verb=verb,
        room=room.slug if room else "",
        rule=detail.get("rule", ""),
        detail_hash=chain.detail_hash(salt, body),
        prev=head.hash,
    )
    entry.hash = chain.entry_hash(entry)
    entry.save(force_insert=True)
    seat = detail.get("seat")
    LogDetail.objects.create(entry=entry, seat=UUID(seat) if seat else None, salt=salt, body=body)
    LogHead.objects.filter(pk=_ONLY_ROW).update(hash=entry.hash)
    return entry


def _locked_head() -> LogHead:
    """The end of the chain, already moved on by one, and nobody else's until the commit."""
    if not _advance():
        _begin()
        _advance()
    return LogHead.objects.get(pk=_ONLY_ROW)


def _advance() -> bool:
    return LogHead.objects.filter(pk=_ONLY_ROW).update(number=F("number") + 1) == 1


def _begin() -> None:
    try:
        with transaction.atomic():
            LogHead.objects.create(pk=_ONLY_ROW, number=0, hash=chain.FIRST)
    except IntegrityError:  # another process began it in this moment
        return
