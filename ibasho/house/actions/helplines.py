"""The places outside to turn to: each is dated by whoever checked it."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.db.models import Max

from ibasho.house.helplines import HelplineFacts, facts_of
from ibasho.house.models import Helpline, HelplineHours
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import must_have_seen


def add_helpline(facts: HelplineFacts) -> Helpline:
    """A new one at the end of the list, checked today."""
    with transaction.atomic():
        last = Helpline.objects.aggregate(last=Max("position"))["last"] or 0
        row = Helpline(position=last + 1, checked_on=clock.today())
        _write(row, facts)
    return row


def change_helpline(helpline_id: int, facts: HelplineFacts, *, checked: bool, seen: str) -> Helpline:
    """Its facts anew; only what was `checked` today bears today's date.

    Refuses `not_found`, and raises `Overtaken` if it is not what `seen` stands for any more.
    """
    with transaction.atomic():
        row = _helpline(helpline_id)
        must_have_seen(seen, facts_of(row))
        if checked:
            row.checked_on, row.is_specimen = clock.today(), False
        _write(row, facts)
    return row


def check_helpline(helpline_id: int, *, seen: str) -> Helpline:
    """Somebody looked or called today: its facts are true. Refuses and raises as `change_helpline`."""
    with transaction.atomic():
        row = _helpline(helpline_id)
        must_have_seen(seen, facts_of(row))
        row.checked_on, row.is_specimen = clock.today(), False
        row.save(update_fields=["checked_on", "is_specimen"])
    return row


def remove_helpline(helpline_id: int) -> str:
    """Take it off the list; returns its name. Refuses `not_found`."""
    with transaction.atomic():
        row = _helpline(helpline_id)
        row.delete()
    return row.name


def move_helpline(helpline_id: int, *, by: int) -> None:
    """One place up (-1) or down (1) in the list; at its end nothing moves. Refuses `not_found`."""
    with transaction.atomic():
        rows = list(Helpline.objects.select_for_update())
        here = next((place for place, row in enumerate(rows) if row.pk == helpline_id), None)
        if here is None:
            raise Refusal("not_found")
        if 0 <= here + by < len(rows):
            rows.insert(here + by, rows.pop(here))
        for position, row in enumerate(rows, start=1):
            row.position = position
        Helpline.objects.bulk_update(rows, ["position"])


def _helpline(helpline_id: int) -> Helpline:
    row = Helpline.objects.select_for_update().filter(pk=helpline_id).first()
    if row is None:
        raise Refusal("not_found")
    return row


def _write(row: Helpline, facts: HelplineFacts) -> None:
    fields = asdict(facts)
    hours = fields.pop("hours")
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    row.hours.all().delete()
    HelplineHours.objects.bulk_create(
        HelplineHours(helpline=row, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in hours
    )
