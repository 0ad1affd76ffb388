"""What happens to sign-ups without anybody: newcomers' seats are released, answers and sign-ups end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.events.actions import (
    bring_back_event,
    call_off_event,
    forget_sign_ups,
    lapse_offers,
    release_newcomers_seats,
    withdraw,
)
from ibasho.events.models import SIGN_UP_DAYS, Answer, Event, Offer, SignUp
from ibasho.lib import due
from tests.events.conftest import SATURDAY, Meeting, Sign, new_sheet, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_all_of_it_is_registered() -> None:
    work = {work.name: work.func for work in due.all_work()}
    assert work["offers"] is lapse_offers
    assert work["seats of newcomers"] is release_newcomers_seats
    assert work["sign-ups"] is forget_sign_ups


def test_newcomers_seats_are_everybodys_three_hours_before(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting(capacity=1, newcomer_seats=1)
    asked, wishes = sign(event), sign(event, auto_accept=True)
    clock.move_to(SATURDAY - dt.timedelta(hours=3, minutes=1))
    release_newcomers_seats()
    assert state_of(wishes) == "waiting"
    clock.shift(dt.timedelta(minutes=1))
    release_newcomers_seats()
    release_newcomers_seats()
    assert [state_of(asked), state_of(wishes)] == ["waiting", "joined"]


def test_offers_of_several_meetings_lapse_together(meeting: Meeting, sign: Sign, clock: Any) -> None:
    rows = []
    for _ in range(2):
        event = meeting(capacity=1)
        first, second = sign(event), sign(event)
        withdraw(first.pk)
        rows.append(second)
    clock.shift(dt.timedelta(days=3))
    assert lapse_offers() == 2
    assert [state_of(row) for row in rows] == ["waiting", "waiting"]
    assert not Offer.objects.filter(answer="").exists()


def test_offers_wait_while_a_meeting_is_called_off(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting(capacity=1, starts=SATURDAY + dt.timedelta(days=30))
    first, second = sign(event), sign(event)
    withdraw(first.pk)
    call_off_event(event.pk, words="")
    clock.shift(dt.timedelta(days=3))
    assert lapse_offers() == 0
    assert state_of(second) == "offered"
    bring_back_event(event.pk)
    assert lapse_offers() == 1


def test_a_clock_set_back_neither_lapses_nor_loses_an_offer(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    withdraw(first.pk)
    clock.shift(-dt.timedelta(days=1))
    assert lapse_offers() == 0
    assert state_of(second) == "offered"


def test_an_answer_ends_on_its_own_day(meeting: Meeting, sign: Sign, clock: Any) -> None:
    question = new_sheet({"days": 3}).questions.get()
    row = sign(meeting(sheet=question.sheet), answers=((question.pk, "しずかな席"),))
    clock.move_to(SATURDAY + dt.timedelta(days=3))
    forget_sign_ups()
    assert Answer.objects.count() == 1
    clock.shift(dt.timedelta(days=1))
    forget_sign_ups()
    assert not Answer.objects.exists()
    assert state_of(row) == "joined"


def test_a_sign_up_ends_thirty_days_after_the_meeting(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting(capacity=1)
    first, _ = sign(event), sign(event)
    withdraw(first.pk)
    clock.move_to(event.ends + dt.timedelta(days=SIGN_UP_DAYS))
    forget_sign_ups()
    assert SignUp.objects.count() == 2
    clock.shift(dt.timedelta(seconds=1))
    forget_sign_ups()
    forget_sign_ups()
    assert not SignUp.objects.exists()
    assert not Offer.objects.exists()
    assert Event.objects.count() == 1
