"""What the duty tests share: an open duty as a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction

from ibasho.duty.models import Duty
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
