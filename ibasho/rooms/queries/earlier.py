"""The last texts of seats, as the screening reads them together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import BigIntegerField, F, Value

from ibasho.rooms.models import HeldPost, Message


def texts_since(
    seat_ids: Collection[str], since: datetime, but_for: str | None = None
) -> list[tuple[str, str, datetime, str]]:
    """(seat, id it came with, when, text) of what stands or waits there, oldest first. One question.

    `but_for` is a message that is about to be written anew.
    """
    fields = ("seat_id", "request_id", "at", "text", "position")
    said = Message.objects.filter(seat_id__in=seat_ids, at__gte=since, text__isnull=False)
    if but_for is not None:
        said = said.exclude(pk=but_for)
    held = HeldPost.objects.filter(seat_id__in=seat_ids, at__gte=since, text__isnull=False)
    # among those of one minute what waits comes last: it has no position yet
    waits = held.annotate(position=F("place") + Value(_LAST, output_field=BigIntegerField()))
    rows = said.order_by().values_list(*fields).union(waits.order_by().values_list(*fields), all=True)
    found = sorted(rows, key=lambda row: (row[2], row[4]))
    return [(str(seat), str(request), at, text) for seat, request, at, text, _ in found]


_LAST = 2**62
