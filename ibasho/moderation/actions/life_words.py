"""Words about dying outside the rooms: since when they wait, and whether somebody has looked."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from ibasho.lib import clock
from ibasho.moderation.life_words import kinds
from ibasho.moderation.models import LifeWords


def follow_life_words() -> None:
    """Know of all that waits, and of nothing else: every two seconds, in the order of the tables. Safe to run twice
    and in parallel.
    """
    known = {(row.kind, row.key): row.pk for row in LifeWords.objects.all()}
    waiting = {(kind, key) for kind, rows in kinds().items() for key in rows().values_list("pk", flat=True)}
    new = [LifeWords(kind=kind, key=key, alerted_at=clock.now()) for kind, key in waiting - known.keys()]
    over = [pk for words, pk in known.items() if words not in waiting]
    if new or over:
        with transaction.atomic():
            LifeWords.objects.filter(pk__in=over).delete()
            LifeWords.objects.bulk_create(new, ignore_conflicts=True)


def look_at_life_words(kind: str, keys: Collection[int]) -> None:
    """A keeper has opened them, or said so: nobody outside is called any more. Of other words nothing is kept."""
    shown = list(kinds()[kind]().filter(pk__in=keys).values_list("pk", flat=True))
    if not shown:
        return
    now = clock.now()
    rows = [LifeWords(kind=kind, key=key, alerted_at=now, seen_at=now) for key in shown]
    with transaction.atomic():
        LifeWords.objects.bulk_create(rows, ignore_conflicts=True)
        LifeWords.objects.filter(kind=kind, key__in=shown, seen_at__isnull=True).update(seen_at=now)
