"""The last texts of seats, as the screening reads them together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from ibasho.rooms.models import HeldPost, Message


def texts_since(
    seat_ids: Collection[str], since: datetime, but_for: str | None = None, *, most: int | None = None
) -> list[tuple[str, str, datetime, str]]:
    """(seat, id it came with, when, text) of what stands or waits there, oldest first. One question.

    `but_for` is a message that is about to be written anew. `most`: of each seat no more than its newest so many
    that stand, and so many that wait, whatever it wrote.
    """
    fields = ("seat_id", "request_id", "at", "text", "position")
    said = Message.objects.filter(seat_id__in=seat_ids, at__gte=since, text__isnull=False)
    if but_for is not None:
        said = said.exclude(pk=but_for)
    held = HeldPost.objects.filter(seat_id__in=seat_ids, at__gte=since, text__isnull=False)
    # among those of one minute what waits comes last: it has no position yet
    waits = held.annotate(position=F("place") + Value(_LAST, output_field=BigIntegerField()))
    newest, last = (_newest(rows.order_by(), most).values_list(*fields) for rows in (said, waits))
    rows = newest.union(last, all=True)
    found = sorted(rows, key=lambda row: (row[2], row[4]))
    return [(str(seat), str(request), at, text) for seat, request, at, text, _ in found]


def _newest(rows: QuerySet[Any], most: int | None) -> QuerySet[Any]:
    if most is None:
        return rows
    counted: QuerySet[Any] = rows.annotate(back=Window(RowNumber(), "seat_id", F("position").desc()))
    return counted.filter(back__lte=most)


_LAST = 2**62
