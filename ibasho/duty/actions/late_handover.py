"""A handover note that is written when the session ends: sealed until its writer is in again."""

from __future__ import annotations

import orjson
from django.db import transaction
from django.http import QueryDict

from ibasho.duty.actions.handover import checked_words
from ibasho.duty.models import LateHandover
from ibasho.duty.queries import LATE_HANDOVER, duty_to_hand_over, late_handovers
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.accounts import sealing
from ibasho.people.models import Keeper, Person

HANDOVER_FORM = "/desk/handover/"


def keep_late_handover(person: Person, fields: QueryDict) -> bool:
    """The newest words of this keeper, in place of those before; False for what could not be written either, and where
    no duty is left to hand over.
    """
    now = clock.now()
    keeper = Keeper.objects.filter(person=person, ended_on=None).first()
    try:
        words = checked_words(fields.get("facts", ""), fields.get("plan", ""))
    except Refusal:
        return False
    if keeper is None or duty_to_hand_over(keeper.pk, now) is None:
        return False
    sealed = sealing.seal(orjson.dumps(words).decode(), LATE_HANDOVER)
    with transaction.atomic():
        LateHandover.objects.update_or_create(keeper=keeper, defaults={"words": sealed, "at": now})
    return True


def forget_late_handovers() -> None:
    """After half an hour. Safe to run twice."""
    old = LateHandover.objects.exclude(pk__in=late_handovers(clock.now()).values("pk"))
    if old.exists():
        with transaction.atomic():
            old.delete()
