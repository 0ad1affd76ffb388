"""Telling a writer that their words are sealed: when keepers have decided, at the latest after a day.

Not at once: in a quiet room the minute would say who told. The letter never says that somebody did.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from ibasho.lib import clock
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.models import Concern
from ibasho.moderation.queries.acts import has_act_on
from ibasho.moderation.queries.concerns import rows_of_case, with_all
from ibasho.rooms.actions import ledger


def tell_writer(rows: Sequence[Concern]) -> None:
    """One letter to whose words the case is about, in the caller's transaction; none where a letter about an
    act says it, and none a second time.
    """
    sealed = next((row.seal for row in reversed(rows) if row.seal is not None), None)
    seat = rows[0].about
    if sealed is None or seat is None or all(row.writer_told_at for row in rows):
        return
    if not any(row.writer_told_at for row in rows) and not has_act_on(sealed.message_key):
        acting.tell(seat, "sealed", letters.sealed(rows[0].room, sealed))
    Concern.objects.filter(pk__in=[row.pk for row in rows]).update(writer_told_at=clock.now())


def tell_writers() -> None:
    """Those whose words were sealed a day ago and who have not heard of it. Safe to run twice."""
    late = Concern.objects.filter(
        writer_told_at__isnull=True,
        withdrawn_at__isnull=True,
        decided_at__isnull=True,
        seal__isnull=False,
        at__lte=clock.now() - letters.LATEST,
    )
    for concern in late.select_related("about"):
        with transaction.atomic():
            ledger.lock_rooms([concern.room_id])
            concern.refresh_from_db()
            if concern.is_open and concern.writer_told_at is None:
                tell_writer(list(with_all(rows_of_case(concern))))
