"""Reading rooms one keeps no duty in: only with a reason, which all who read the log can see."""

from __future__ import annotations

from django.db import transaction

from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.queries.reviews import DECIDERS
from ibasho.people.queries import KeeperFacts, keeper_facts
from ibasho.rooms.models import Room
from ibasho.rooms.queries.rooms import rooms_of_the_house

_CHOOSE_ROOM = "部屋を、ひとつえらんでください。"
_SAY_WHY = "どうして読むのか、ひとこと書いてください。記録に残ります。"


def read_elsewhere(keeper: KeeperFacts, slug: str, *, reason: str) -> Room:
    """Write down that this keeper reads the room now, and why; it opens for half an hour.

    Refuses `not_found` (neither steward nor coordinator), `malformed` (no such room), `empty` without a
    reason, `too_long`.
    """
    kept = acting.read_words(reason, "わけ")
    with transaction.atomic():
        now = keeper_facts(keeper.person_id)
        room = rooms_of_the_house().filter(slug=slug).first()
        if now is None or not now.has(*DECIDERS):
            raise Refusal("not_found")
        if room is None:
            raise Refusal("malformed", _CHOOSE_ROOM)
        if not kept:
            raise Refusal("empty", _SAY_WHY)
        append_log(keeper.keeper_id, "read_history", room=room, detail={"reason": kept})
        hurry_desk()
    return room
