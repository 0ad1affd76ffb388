"""事前の面談: from applied to a seat, or to another place to turn to; never without words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from ibasho.events.actions import (
    arrange_interview,
    drop_interview,
    finish_interview,
    let_into_line,
    refer,
    reopen_interview,
    take_back_entry,
    take_back_referral,
    withdraw,
)
from ibasho.events.models import SignUp
from ibasho.events.queries.sign_ups import sign_up_page
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
THURSDAY = SATURDAY - dt.timedelta(days=2)


def test_a_talk_comes_before_the_seat(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True, capacity=1))
    assert row.state == "applied"
    arrange_interview(row.pk, at=THURSDAY)
    page = sign_up_page(row.pk)
    assert (page.state, page.interview) == ("interview", "11月26日（木） 13:30")
    finish_interview(row.pk)
    let_into_line(row.pk)
    assert state_of(row) == "joined"
    let_into_line(row.pk)  # a second tap
    assert state_of(row) == "joined"


def test_who_is_let_in_later_stands_where_they_applied(meeting: Meeting, sign: Sign) -> None:
    event = meeting(has_intake=True, capacity=1)
    first, second, third = sign(event), sign(event), sign(event)
    for row in (third, second):
        finish_interview(row.pk)
        let_into_line(row.pk)
    finish_interview(first.pk)
    let_into_line(first.pk)
    assert [state_of(row) for row in (first, second, third)] == ["waiting", "waiting", "joined"]
    assert [sign_up_page(row.pk).place for row in (first, second)] == [1, 2]


@pytest.mark.parametrize(("do", "undo"), [("interview", drop_interview), ("interviewed", reopen_interview)])
def test_every_step_has_its_way_back(
    meeting: Meeting, sign: Sign, do: str, undo: Callable[[Any], SignUp]
) -> None:
    row = sign(meeting(has_intake=True))
    if do == "interview":
        arrange_interview(row.pk, at=THURSDAY)
    else:
        finish_interview(row.pk)
    assert state_of(row) == do
    undo(row.pk)
    undo(row.pk)
    assert state_of(row) == "applied"


def test_another_place_is_never_named_without_words(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True))
    for words in ("", " \n　"):
        assert refused(refer, row.pk, words=words) == "empty"
    assert state_of(row) == "applied"
    refer(row.pk, words="となり町の家族会です。")
    page = sign_up_page(row.pk)
    assert (page.state, page.referral) == ("referred", "となり町の家族会です。")
    take_back_referral(row.pk)
    assert (state_of(row), sign_up_page(row.pk).referral) == ("interviewed", "")


def test_a_seat_passes_on_when_somebody_is_referred(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    refer(first.pk, words="となり町の家族会です。")
    assert state_of(second) == "offered"


def test_nothing_is_done_about_who_withdrew(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True))
    arrange_interview(row.pk, at=THURSDAY)
    withdraw(row.pk)
    row.refresh_from_db()
    assert (row.state, row.interview_at) == ("withdrawn", None)
    for act in (finish_interview, let_into_line, take_back_referral):
        assert refused(act, row.pk) == "asked"
    assert refused(refer, row.pk, words="となり町の家族会です。") == "asked"
    assert refused(arrange_interview, row.pk, at=THURSDAY) == "asked"


def test_a_talk_is_planned_for_a_time_to_come(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True))
    assert refused(arrange_interview, row.pk, at=THURSDAY - dt.timedelta(days=30)) == "malformed"


@pytest.mark.parametrize("minutes", [0, 60])
def test_a_talk_comes_before_the_meeting_begins(meeting: Meeting, sign: Sign, minutes: int) -> None:
    row = sign(meeting(has_intake=True))
    late = SATURDAY + dt.timedelta(minutes=minutes)
    assert refused(arrange_interview, row.pk, at=late) == "malformed"
    arrange_interview(row.pk, at=SATURDAY - dt.timedelta(minutes=30))
    assert state_of(row) == "interview"


def test_being_let_in_is_taken_back_at_the_old_turn_and_the_seat_passes_on(
    meeting: Meeting, sign: Sign
) -> None:
    event = meeting(has_intake=True, capacity=1)
    first, second = sign(event), sign(event)
    for row in (first, second):
        finish_interview(row.pk)
        let_into_line(row.pk)
    assert [state_of(row) for row in (first, second)] == ["joined", "waiting"]
    for _ in range(2):
        back = take_back_entry(first.pk)
        assert (back.state, back.seats, back.turn) == ("interviewed", 0, first.turn)
    assert state_of(second) == "offered"
    take_back_entry(second.pk)
    assert not second.offers.filter(answer="").exists()
    for row in (second, first):
        let_into_line(row.pk)
    assert [state_of(row) for row in (first, second)] == ["waiting", "joined"]
    assert sign_up_page(first.pk).place == 1


def test_who_was_never_talked_to_or_is_gone_cannot_be_taken_back(meeting: Meeting, sign: Sign) -> None:
    plain, applied, gone = sign(meeting()), sign(meeting(has_intake=True)), sign(meeting(has_intake=True))
    withdraw(gone.pk)
    for row in (plain, applied, gone):
        assert refused(take_back_entry, row.pk) == "asked"
