"""Being there is a sign that was seen lately, not a box that was ticked once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.actions import note_there
from ibasho.duty.models import Duty
from ibasho.duty.queries import open_duties, presence
from ibasho.lib import clock as house_clock
from ibasho.people.queries import KeeperFacts
from tests.duty.conftest import DutyOf

pytestmark = pytest.mark.django_db


def how() -> str:
    (duty,) = open_duties()
    return presence(duty, house_clock.now())


def after(clock: Any, seconds: float) -> str:
    clock.shift(dt.timedelta(seconds=seconds))
    return how()


def test_presence_fades_after_ninety_seconds_and_ends_after_three_minutes(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    duty_of(keeper)
    assert [how(), after(clock, 89), after(clock, 1), after(clock, 89), after(clock, 1)] == [
        "there",
        "there",
        "unsure",
        "unsure",
        "gone",
    ]


@pytest.mark.parametrize(("absent", "brings_back"), [(20, False), (89, False), (90, True), (500, True)])
def test_a_sign_brings_back_whoever_was_missed(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf, absent: int, brings_back: bool
) -> None:
    duty_of(keeper)
    clock.shift(dt.timedelta(seconds=absent))
    assert note_there(keeper.keeper_id) is brings_back
    assert how() == "there"
    assert Duty.objects.get().there_at == house_clock.now()


def test_signs_are_written_every_fifteen_seconds_at_most(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf, django_assert_num_queries: Any
) -> None:
    duty_of(keeper)
    clock.shift(dt.timedelta(seconds=14))
    with django_assert_num_queries(1):
        note_there(keeper.keeper_id)
    assert Duty.objects.get().there_at == house_clock.now() - dt.timedelta(seconds=14)
    clock.shift(dt.timedelta(seconds=1))
    note_there(keeper.keeper_id)
    assert Duty.objects.get().there_at == house_clock.now()


def test_who_stepped_out_is_gone_whatever_the_lines_say(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    duty_of(keeper)
    Duty.objects.update(stepped_out_at=house_clock.now())
    clock.shift(dt.timedelta(seconds=60))
    assert note_there(keeper.keeper_id) is False
    assert how() == "gone"


def test_without_a_duty_a_sign_is_nothing(
    keeper: KeeperFacts, second_keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    assert note_there(keeper.keeper_id) is False
    duty_of(second_keeper)
    Duty.objects.update(ended_at=house_clock.now(), there_at=None)
    assert note_there(second_keeper.keeper_id) is False
    assert not Duty.objects.exclude(there_at=None).exists()


def test_nobody_is_there_beyond_the_end_of_their_duty(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    duty_of(keeper, hours=1)
    clock.shift(dt.timedelta(minutes=59))
    note_there(keeper.keeper_id)
    assert [how(), after(clock, 60)] == ["there", "gone"]


def test_a_clock_that_was_set_back_leaves_nobody_there_for_an_hour(
    clock: Any, keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    duty_of(keeper)
    clock.shift(dt.timedelta(hours=-1))
    assert how() == "gone"
    assert note_there(keeper.keeper_id) is True
    assert how() == "there"
