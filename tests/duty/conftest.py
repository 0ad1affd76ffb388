"""What the duty tests share: an open duty as a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction

from ibasho.duty.actions import write_handover
from ibasho.duty.models import Duty, HandoverNote
from ibasho.duty.queries import duty_to_hand_over
from ibasho.lib import clock as house_clock
from ibasho.people.queries import KeeperFacts

DutyOf = Callable[..., Duty]


@pytest.fixture
def duty_of() -> DutyOf:
    """`duty_of(keeper, hours=4)`: taken now, seen now."""

    def begin(keeper: KeeperFacts, hours: float = 4) -> Duty:
        now = house_clock.now()
        with transaction.atomic():
            return Duty.objects.create(
                keeper_id=keeper.keeper_id, taken_at=now, until=now + dt.timedelta(hours=hours), there_at=now
            )

    return begin


def handed_over(keeper: KeeperFacts, *, facts: str, plan: str = "") -> HandoverNote:
    """A note of this keeper's duty; of one that has just ended, if there is none."""
    now = house_clock.now()
    if duty_to_hand_over(keeper.keeper_id, now) is None:
        with transaction.atomic():
            Duty.objects.create(
                keeper_id=keeper.keeper_id, taken_at=now - dt.timedelta(hours=1), until=now, ended_at=now
            )
    return write_handover(keeper, facts=facts, plan=plan)
