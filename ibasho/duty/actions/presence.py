"""The signs that somebody is really there, and how long they mean to stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from ibasho.duty.models import MOST_HOURS, Duty
from ibasho.duty.queries import AHEAD_SECONDS, THERE, duty_of, presence
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.people.queries import KeeperFacts

WRITTEN_SECONDS = 15


def note_there(keeper_id: int) -> bool:
    """This keeper looked at a page, asked for news or sent `here`; True if that brought them back.

    Nothing without an open duty, and after stepping out only `step_in` counts.
    """
    now = clock.now()
    duty = duty_of(keeper_id)
    if duty is None or duty.stepped_out_at is not None or _is_fresh(duty, now):
        return False
    is_back = presence(duty, now) != THERE
    with transaction.atomic():
        open_one = Duty.objects.filter(pk=duty.pk, ended_at__isnull=True, stepped_out_at__isnull=True)
        if not open_one.update(there_at=now):
            return False
        if is_back:
            hurry_desk()
    return is_back


def _is_fresh(duty: Duty, now: datetime) -> bool:
    """Written so lately that one more sign would tell nothing new."""
    if duty.there_at is None:
        return False
    return -AHEAD_SECONDS <= (now - duty.there_at).total_seconds() < WRITTEN_SECONDS


def extend(keeper: KeeperFacts, *, minutes: int) -> Duty:
    """Stay on duty for so many minutes more. Refuses `not_found` without a duty, `malformed` beyond 12 hours."""
    with transaction.atomic():
        now = clock.now()
        duty = (
            Duty.objects.select_for_update().filter(keeper_id=keeper.keeper_id, ended_at__isnull=True).first()
        )
        if duty is None:
            raise Refusal("not_found", _NO_DUTY)
        until = max(duty.until, now) + timedelta(minutes=minutes)
        if minutes < 1 or until > now + timedelta(hours=MOST_HOURS):
            raise Refusal("malformed", TOO_LONG)
        duty.until = until
        duty.save(update_fields=["until"])
        hurry_desk()
    return duty


_NO_DUTY = "いまは、当番についていません。"
TOO_LONG = f"当番は、いまから{MOST_HOURS}時間までにしてください。"
