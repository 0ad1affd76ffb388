from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.actions import extend
from ibasho.duty.models import Duty
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts
from tests.duty.conftest import DutyOf

pytestmark = pytest.mark.django_db


def test_a_duty_grows_by_the_minutes_asked_for(clock: Any, keeper: KeeperFacts, duty_of: DutyOf) -> None:
    before = duty_of(keeper, hours=1).until
    extend(keeper, minutes=30)
    assert Duty.objects.get().until == before + dt.timedelta(minutes=30)


def test_one_that_is_over_but_not_yet_ended_grows_from_now(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    duty_of(keeper, hours=1)
    clock.shift(dt.timedelta(hours=1, seconds=5))
    extend(keeper, minutes=30)
    assert Duty.objects.get().until == house_clock.now() + dt.timedelta(minutes=30)


@pytest.mark.parametrize("minutes", [0, -5, 11 * 60 + 1])
def test_never_backwards_and_never_beyond_twelve_hours(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf, minutes: int
) -> None:
    before = duty_of(keeper, hours=1).until
    with pytest.raises(Refusal) as no:
        extend(keeper, minutes=minutes)
    assert no.value.code == "malformed"
    assert Duty.objects.get().until == before


def test_without_a_duty_there_is_nothing_to_extend(keeper: KeeperFacts) -> None:
    with pytest.raises(Refusal) as no:
        extend(keeper, minutes=30)
    assert no.value.code == "not_found"
