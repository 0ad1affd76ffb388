"""Noticing that a meeting changed, whoever changed it: its number in calendars grows."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from ibasho.events.models import Event, Revision
from ibasho.events.queries.feeds import shows_of, told_since
from ibasho.lib import clock


def number_changes() -> int:
    """Give each meeting that is shown its number, and one more where it shows something else; returns how many.

    Safe to run twice and in parallel: a number grows by a conditional update.
    """
    events = Event.objects.filter(published_on__isnull=False, ends__gte=told_since())
    events = events.select_related("revision").prefetch_related("audiences").order_by("pk")
    return sum(_number(event, shows_of(event)) for event in events)


def _number(event: Event, shows: str) -> bool:
    noted: Revision | None = getattr(event, "revision", None)
    if noted is not None and noted.shows == shows:
        return False
    now = clock.now()
    with transaction.atomic():
        if noted is None:
            fresh = {"shows": shows, "changed_at": now}
            return Revision.objects.get_or_create(event=event, defaults=fresh)[1]
        same = Revision.objects.filter(pk=noted.pk, number=noted.number, shows=noted.shows)
        return same.update(number=F("number") + 1, shows=shows, changed_at=now) == 1
