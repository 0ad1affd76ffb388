"""A keeper has looked at the words that stand and were told to keepers alone."""

from __future__ import annotations

from django.db import transaction

from ibasho.lib import clock
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.queries.noticed import unseen_findings
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Finding


def see_noticed(keeper: KeeperFacts, slug: str, *, until: int) -> int:
    """「見ました」: whatever was found in words of this room up to the finding `until`, the last on the page, is
    told no more. Returns how many; a second tap finds none and is no row of the log. Refuses `not_found`.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        shown = unseen_findings().filter(room=room, pk__lte=until)
        # by key: a condition that looks at other tables is no part of an UPDATE
        found = Finding.objects.filter(pk__in=list(shown.values_list("pk", flat=True)))
        seen = found.update(seen_at=clock.now(), seen_by=keeper.keeper_id)
        if seen:
            append_log(keeper.keeper_id, "see_noticed", room=room, detail={"count": seen})
            hurry_desk()
    return seen
