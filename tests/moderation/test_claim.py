"""わたしが見ています: one keeper at a time, for ten minutes, and never in the way of a decision for long."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection

from ibasho.lib.errors import Refusal
from ibasho.moderation import actions
from ibasho.moderation.models import Claim, Concern
from ibasho.moderation.queries import case_of, claims_now
from ibasho.people.models import Person
from ibasho.people.my_record import sections_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, step_in, step_out
from ibasho.rooms.models import Message, Room, Seat
from tests.moderation.conftest import on_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def concern(room: Room, message: Message, reader: Seat, other_regular: Person) -> Concern:
    return actions.tell_keepers(other_regular, room, message.pk, reason="harm")[0]


@pytest.fixture
def ref(concern: Concern, keeper: KeeperFacts) -> str:
    return case_of(keeper, concern.pk).ref


def _who() -> list[str]:
    return [held.name for held in claims_now()]


def test_the_second_sees_who_looks_and_leaves_it(
    ref: str, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    assert actions.claim(keeper, ref).name == keeper.duty_name
    assert actions.claim(second_keeper, ref).name == keeper.duty_name
    assert _who() == [keeper.duty_name]


def test_one_tap_takes_it_over_from_whom_one_saw(
    ref: str, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts, room: Room
) -> None:
    on_duty(room, steward)
    actions.claim(keeper, ref)
    assert actions.claim(second_keeper, ref, over=keeper.keeper_id).name == second_keeper.duty_name
    late = actions.claim(steward, ref, over=keeper.keeper_id)
    assert late.name == second_keeper.duty_name
    assert actions.claim(keeper, ref).name == second_keeper.duty_name


def test_it_lapses_after_ten_minutes_without_a_sign(
    ref: str, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    actions.claim(keeper, ref)
    clock.shift(dt.timedelta(minutes=9))
    actions.claim(keeper, ref)
    clock.shift(dt.timedelta(minutes=9))
    assert actions.claim(second_keeper, ref).name == keeper.duty_name
    clock.shift(dt.timedelta(minutes=1))
    assert _who() == []
    assert actions.claim(second_keeper, ref).name == second_keeper.duty_name


def test_stepping_out_and_the_end_of_the_duty_let_it_go(
    ref: str, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    actions.claim(keeper, ref)
    clock.shift(dt.timedelta(seconds=1))
    step_out(keeper)
    assert _who() == []
    assert actions.claim(second_keeper, ref).name == second_keeper.duty_name
    leave_duty(second_keeper)
    assert _who() == []
    step_in(keeper)
    assert _who() == []  # somebody else had it since


def test_it_is_let_go_by_whoever_has_it_alone(
    ref: str, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    actions.claim(keeper, ref)
    actions.let_go(second_keeper, ref)
    for unknown in ("", f"{ref}\x00", "concern:\x00"):
        actions.let_go(keeper, unknown)
    assert _who() == [keeper.duty_name]
    actions.let_go(keeper, ref)
    actions.let_go(keeper, ref)
    assert _who() == []


def test_while_another_looks_nobody_decides_past_them(
    ref: str, concern: Concern, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    actions.claim(keeper, ref)
    with pytest.raises(Refusal) as refused:
        actions.decide_concern(second_keeper, concern.pk, outcome="kept", seen=concern.pk)
    assert refused.value.code == "asked"
    assert keeper.duty_name in refused.value.text
    concern.refresh_from_db()
    assert concern.is_open
    actions.claim(second_keeper, ref, over=keeper.keeper_id)
    actions.decide_concern(second_keeper, concern.pk, outcome="kept", seen=concern.pk)
    assert not Claim.objects.exists()


def test_a_lapsed_claim_stands_in_nobodys_way(
    ref: str,
    concern: Concern,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    actions.claim(keeper, ref)
    clock.shift(dt.timedelta(minutes=10))
    decided = actions.decide_concern(second_keeper, concern.pk, outcome="kept", seen=concern.pk)
    assert decided.decided_by_id == second_keeper.keeper_id


def test_only_what_waits_for_this_keeper_can_be_claimed(
    ref: str, concern: Concern, keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room
) -> None:
    leave_duty(second_keeper)
    for who, what, code in (
        (second_keeper, ref, "not_found"),
        (keeper, "concern:1234567", "not_found"),
        (keeper, "concern:もじ", "not_found"),
        (keeper, "review:1", "not_found"),
        (keeper, "nothing:1", "malformed"),
        (keeper, "concern", "malformed"),
        (keeper, "concern:" + "1" * 41, "malformed"),
    ):
        with pytest.raises(Refusal) as refused:
            actions.claim(who, what)
        assert refused.value.code == code, what
    actions.decide_concern(keeper, concern.pk, outcome="kept", seen=concern.pk)
    with pytest.raises(Refusal):
        actions.claim(keeper, ref)
    assert not Claim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_has_it(
    ref: str, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    with ThreadPoolExecutor(2) as two:
        found = list(two.map(lambda who: _in_a_thread(who, ref), (keeper, second_keeper)))
    assert len(set(found)) == 1
    assert Claim.objects.count() == 1


def _in_a_thread(who: KeeperFacts, ref: str) -> str:
    try:
        return actions.claim(who, ref).name
    finally:
        connection.close()


def test_it_is_forgotten_and_stands_in_the_keepers_own_record(
    ref: str, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    actions.claim(keeper, ref)
    person = Person.objects.get(pk=keeper.person_id)
    assert "いま見ていること" in [section.title for section in sections_of(person)]
    clock.shift(dt.timedelta(minutes=61))
    actions.forget_old_claims()
    actions.forget_old_claims()
    assert not Claim.objects.exists()
