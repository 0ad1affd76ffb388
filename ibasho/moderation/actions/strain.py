"""Care for keepers: counting what is hard, offering a break after it, and somebody to talk to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from ibasho.duty.models import Duty
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.models import STRAIN_DAYS, Strain
from ibasho.moderation.queries.strain import wants_to_talk
from ibasho.people.queries import KeeperFacts

_NO_DUTY = "いまは、当番についていません。"


def count_hard_text(keeper: KeeperFacts) -> None:
    """One more in this keeper's duty, within the caller's transaction; nothing without a duty."""
    _change(keeper.keeper_id, opened=F("opened") + 1)


def note_hard_case(keeper: KeeperFacts) -> None:
    """Something hard is behind this keeper (a danger to a life, a suspension): a break is offered.

    Within the caller's transaction; nothing without a duty.
    """
    _change(keeper.keeper_id, hard_at=clock.now(), offers_break=True)


def decline_break(keeper: KeeperFacts) -> None:
    """大丈夫です: it is offered no more, until the next. A second tap changes nothing."""
    with transaction.atomic():
        if _mine(keeper.keeper_id).filter(offers_break=True).update(offers_break=False):
            hurry_desk()


def ask_to_talk(keeper: KeeperFacts) -> None:
    """だれかと話す: the others on duty and the coordinators see it. Refuses `not_found` without a duty."""
    with transaction.atomic():
        if not _change(keeper.keeper_id, asked_at=clock.now(), answered_by=None, offers_break=False):
            raise Refusal("not_found", _NO_DUTY)
        hurry_desk()


def end_talk(keeper: KeeperFacts) -> None:
    """もう大丈夫です. A second tap changes nothing."""
    with transaction.atomic():
        if _mine(keeper.keeper_id).exclude(asked_at=None).update(asked_at=None, answered_by=None):
            hurry_desk()


def answer_talk(keeper: KeeperFacts, duty_id: int) -> Strain | None:
    """います: the first who says so. Answers the row, or None if nobody asks (any more), or if it is oneself."""
    with transaction.atomic():
        rows = Strain.objects.select_for_update(of=("self",)).filter(duty_id=duty_id, duty__ended_at=None)
        strain = rows.exclude(duty__keeper_id=keeper.keeper_id).first()
        if strain is None or strain.asked_at is None:
            return None
        if wants_to_talk(strain):
            strain.answered_by_id = keeper.keeper_id
            strain.save(update_fields=["answered_by"])
            hurry_desk()
    return strain


def forget_old_strains() -> None:
    """Two days after the duty. Safe to run twice."""
    old = Strain.objects.filter(duty__ended_at__lt=clock.now() - timedelta(days=STRAIN_DAYS))
    if old.exists():
        with transaction.atomic():
            old.delete()


def _mine(keeper_id: int) -> Any:
    return Strain.objects.filter(duty__keeper_id=keeper_id, duty__ended_at__isnull=True)


def _change(keeper_id: int, **fields: Any) -> bool:
    """Whether there is a duty to note it at."""
    duty = Duty.objects.filter(keeper_id=keeper_id, ended_at__isnull=True).first()
    if duty is None:
        return False
    Strain.objects.get_or_create(duty=duty)
    return Strain.objects.filter(duty=duty).update(**fields) == 1
