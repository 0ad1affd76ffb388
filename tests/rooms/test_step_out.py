from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import step_in, step_out, take_duty
from ibasho.rooms.models import Room, Seat
from tests.rooms.conftest import OnDuty, pass_by, state_of

pytestmark = pytest.mark.django_db


def test_who_steps_out_is_gone_at_once_and_the_room_rests(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    on_duty(evening)
    step_out(keeper)
    assert state_of(evening) == "paused"
    assert not Seat.objects.exclude(left_at=None).exists()


def test_the_lines_that_stay_open_bring_nobody_back(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    step_out(keeper)
    pass_by(clock, 60, keeper, second_keeper)
    assert state_of(evening) == "paused"


def test_coming_back_opens_the_room_at_once(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    step_out(keeper)
    pass_by(clock, 170, second_keeper)
    step_in(keeper)
    assert state_of(evening) == "open"


def test_a_third_keeper_lets_one_go_for_a_while(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    on_duty(evening)
    take_duty(steward, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    step_out(keeper)
    assert state_of(evening) == "open"


@pytest.mark.parametrize("step", [step_out, step_in])
def test_without_a_duty_there_is_nothing_to_step_out_of(keeper: KeeperFacts, step: Any) -> None:
    with pytest.raises(Refusal) as no:
        step(keeper)
    assert no.value.code == "not_found"
