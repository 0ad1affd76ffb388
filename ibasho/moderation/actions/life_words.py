"""Words about dying outside the rooms: since when they wait, and who looks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from ibasho.duty.queries import is_keeper_there
from ibasho.lib import clock
from ibasho.moderation.actions.unseeing import forget_look
from ibasho.moderation.life_words import kinds
from ibasho.moderation.models import LifeWords
from ibasho.moderation.queries.claims import claims_in_force
from ibasho.moderation.queries.escalation import left_words
from ibasho.people.queries import KeeperFacts


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


def look_at_life_words(keeper: KeeperFacts, kind: str, keys: Collection[int]) -> None:
    """A keeper has opened them, or said so. While they are there on their duty, or without one hold a claim on them, nobody
    outside is called. Of other words nothing is kept.
    """
    shown = list(kinds()[kind]().filter(pk__in=keys).values_list("pk", flat=True))
    now = clock.now()
    if shown and not is_keeper_there(keeper.keeper_id, now):
        shown = _claimed(keeper, kind, shown, now)
    if not shown:
        return
    seen = {"seen_at": now, "seen_by_id": keeper.keeper_id}
    rows = [LifeWords(kind=kind, key=key, alerted_at=now, **seen) for key in shown]
    with transaction.atomic():
        LifeWords.objects.bulk_create(rows, ignore_conflicts=True)
        LifeWords.objects.filter(kind=kind, key__in=shown).update(**seen)


def release_life_words() -> None:
    """What somebody had looked at who is not there is as unseen as before. Safe to run twice and in parallel."""
    now = clock.now()
    left = left_words(now)
    if left.exists():
        with transaction.atomic():
            for words in left.select_for_update(of=("self",)):
                forget_look(words, now)


def _claimed(keeper: KeeperFacts, kind: str, keys: Collection[int], now: datetime) -> list[int]:
    claims = claims_in_force(now).filter(keeper=keeper.keeper_id, kind=kind, asks=False)
    return [int(key) for key in claims.filter(key__in=map(str, keys)).values_list("key", flat=True)]
