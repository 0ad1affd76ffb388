"""Whatever people do in whatever order: never a seat too many, and nobody is passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ibasho.events import seats
from ibasho.events.actions import (
    answer_offer,
    come_back,
    forget_ways_back,
    lapse_offers,
    let_rest_go,
    release_newcomers_seats,
    set_auto_accept,
    withdraw,
)
from ibasho.events.daytime import last_call
from ibasho.events.models import Event, Offer, SignUp
from ibasho.events.queries.seats import hall_of, place_of
from ibasho.events.seats import Place
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Standpoint
from tests.conftest import EVENING
from tests.events.conftest import new_meeting, replan, signed

WHICH = st.integers(0, 30)


def answer_to(act: Callable[[], object]) -> str:
    """The code of the refusal, or nothing."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


class Meeting(RuleBasedStateMachine):
    """One meeting and everybody who means to come. `clock` is set by the test."""

    clock: Any

    @initialize(capacity=st.integers(1, 6), newcomers=st.integers(0, 2), keeps_line=st.booleans())
    def plan(self, capacity: int, newcomers: int, keeps_line: bool) -> None:
        self.clock.move_to(EVENING)
        self.event = new_meeting(
            capacity=capacity, newcomer_seats=min(newcomers, capacity), most_party=4, keeps_line=keeps_line
        )
        self.turns: dict[UUID, int] = {}
        self.promised: dict[UUID, tuple[str, int]] = {}
        self.held = self.held_by_others = 0

    def teardown(self) -> None:
        if hasattr(self, "event"):
            self.event.delete()

    @rule(
        party=st.sampled_from([1, 1, 2, 4]),
        all_or_none=st.booleans(),
        auto_accept=st.booleans(),
        is_first=st.sampled_from([None, True, False]),
        standpoint=st.sampled_from(Standpoint.values),
    )
    def sign_up(self, **wish: Any) -> None:
        may_be = {"", "asked"} if self.event.keeps_line else {"", "asked", "full"}
        assert answer_to(partial(signed, self.event, call_name="くさ", **wish)) in may_be

    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        for row in self._one(which):
            assert withdraw(row.pk).state == "withdrawn"

    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        for row in self._one(which):
            assert answer_to(partial(come_back, row.pk)) in ("", "asked", "full")

    @rule(which=WHICH, answer=st.sampled_from(["yes", "no", "later"]))
    def answer(self, which: int, answer: str) -> None:
        for row in self._one(which):
            assert answer_to(partial(answer_offer, row.pk, answer)) in ("", "asked")

    @rule(answer=st.sampled_from(["yes", "no", "later"]))
    def answer_what_is_asked(self, answer: str) -> None:
        row = self.event.sign_ups.filter(state="offered").first()
        if row is not None and self._now.is_on and house_clock.now() < self.event.ends:
            answer_offer(row.pk, answer)

    @rule(which=WHICH)
    def wait_for_no_rest(self, which: int) -> None:
        for row in self._one(which):
            assert let_rest_go(row.pk).lacks == 0
            self.promised.pop(row.pk, None)

    @rule(which=WHICH, is_on=st.booleans())
    def wish_not_to_be_asked(self, which: int, is_on: bool) -> None:
        for row in self._one(which):
            set_auto_accept(row.pk, is_on=is_on)

    @rule(capacity=st.integers(0, 8), newcomers=st.integers(0, 3))
    def change_the_seats(self, capacity: int, newcomers: int) -> None:
        replan(self.event, capacity=capacity, newcomer_seats=min(newcomers, capacity))

    @rule()
    def call_off_or_bring_back(self) -> None:
        is_off = self._now.called_off_at is not None
        replan(self.event, called_off_at=None if is_off else house_clock.now(), frees=is_off)

    @rule(minutes=st.sampled_from([10, 60, 600, 1440, 2880]))
    def let_time_pass(self, minutes: int) -> None:
        self.clock.shift(dt.timedelta(minutes=minutes))
        lapse_offers()
        release_newcomers_seats()
        forget_ways_back()

    @invariant()
    def all_is_as_promised(self) -> None:
        if not hasattr(self, "event"):
            return
        rows = list(self.event.sign_ups.all())
        line = [place_of(row) for row in rows if row.state in SignUp.IN_LINE]
        self._never_more_than_there_is(line)
        self._nobody_passed_over(line)
        self._turns_as_they_were(rows)
        self._nothing_taken_from_who_stays(rows)
        self._an_open_offer_for_who_is_asked(line)

    def _never_more_than_there_is(self, line: list[Place]) -> None:
        event = self._now
        assert event.capacity is not None
        held, others = seats.taken(line), seats.taken([row for row in line if not row.is_newcomer])
        assert held <= max(event.capacity, self.held)
        if house_clock.now() < last_call(event.starts):
            assert others <= max(event.capacity - event.newcomer_seats, self.held_by_others)
        self.held, self.held_by_others = held, others

    def _nobody_passed_over(self, line: list[Place]) -> None:
        assert seats.settle(hall_of(self._now), line, house_clock.now()) == []

    def _turns_as_they_were(self, rows: list[SignUp]) -> None:
        turns = {row.pk: row.turn for row in rows}
        assert self.turns.items() <= turns.items()
        self.turns = turns

    def _nothing_taken_from_who_stays(self, rows: list[SignUp]) -> None:
        """Whoever has joined keeps each seat, and whoever is asked is not asked about fewer than before."""
        now = {row.pk: (row.state, row.seats) for row in rows if row.state in SignUp.HOLDING}
        for pk, (state, seats_before) in self.promised.items():
            if pk in now and (state == "offered" or now[pk][0] == state):
                assert now[pk][1] >= seats_before
        self.promised = now

    def _an_open_offer_for_who_is_asked(self, line: list[Place]) -> None:
        offers = list(Offer.objects.filter(sign_up__event=self.event, answer="").select_related("sign_up"))
        held = sorted((offer.sign_up.turn, offer.seats) for offer in offers)
        assert held == sorted((row.turn, row.seats) for row in line if row.state == "offered")
        assert all(offer.until <= last_call(self.event.starts) for offer in offers)

    @property
    def _now(self) -> Event:
        return Event.objects.get(pk=self.event.pk)

    def _one(self, which: int) -> list[SignUp]:
        """One of those there are, if there are any."""
        rows = list(self.event.sign_ups.order_by("turn"))
        return [rows[which % len(rows)]] if rows else []


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_any_order_of_cancelling(clock: Any) -> None:
    """Two thousand steps; a failure prints the steps that lead to it."""
    Meeting.clock = clock
    run_state_machine_as_test(
        Meeting,
        settings=settings(
            max_examples=50,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
