"""やめておく: any time, without a reason, and the seat passes on at once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.events.actions import answer_offer, withdraw
from ibasho.events.models import Offer
from ibasho.events.queries.sign_ups import PREPARING
from ibasho.lib import codes
from tests.events.conftest import SATURDAY, Meeting, Sign, new_sheet, refused, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_the_seat_passes_on_at_once(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second, third = (sign(event) for _ in range(3))
    withdraw(first.pk)
    assert [state_of(row) for row in (first, second, third)] == ["withdrawn", "offered", "waiting"]
    offer = Offer.objects.get(sign_up=second)
    assert offer.until == dt.datetime(2026, 11, 24, 11, 2, tzinfo=dt.UTC)  # 24 hours of the day later


def test_it_is_joined_without_asking_for_who_wished_so(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event, auto_accept=True)
    withdraw(first.pk)
    assert state_of(second) == "joined"
    assert not Offer.objects.exists()


def test_what_was_written_is_gone(meeting: Meeting, sign: Sign) -> None:
    question = new_sheet({}).questions.get()
    event = meeting(sheet=question.sheet)
    row = sign(event, call_name="くさ", answers=((question.pk, "もう死にたいです。"),))
    withdraw(row.pk)
    row.refresh_from_db()
    assert (row.call_name, row.about_dying, row.marks, row.seats) == ("", False, "", 0)
    assert not row.answers.exists()


def test_a_second_time_changes_nothing(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    withdraw(first.pk)
    withdraw(first.pk)
    event.refresh_from_db()
    assert (event.vacancy, state_of(second)) == (1, "offered")


def test_it_is_possible_after_the_start_and_after_the_end(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting(capacity=1)
    first, second, third = sign(event), sign(event, auto_accept=True), sign(event, auto_accept=True)
    clock.move_to(SATURDAY + dt.timedelta(minutes=10))
    withdraw(first.pk)
    assert state_of(second) == "joined"
    clock.move_to(SATURDAY + dt.timedelta(days=1))
    withdraw(second.pk)
    assert [state_of(second), state_of(third)] == ["withdrawn", "waiting"]


def test_who_is_asked_may_withdraw_and_the_next_is_asked(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second, third = (sign(event) for _ in range(3))
    withdraw(first.pk)
    withdraw(second.pk)
    assert [state_of(second), state_of(third)] == ["withdrawn", "offered"]
    assert Offer.objects.get(sign_up=second).answer == "gone"
    assert refused(answer_offer, second.pk, "yes") == "asked"


def test_who_waits_may_leave_the_line_and_nobody_else_is_disturbed(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    withdraw(second.pk)
    event.refresh_from_db()
    assert (event.vacancy, state_of(first)) == (0, "joined")


def test_a_sign_up_that_is_not_there_is_not_found(meeting: Meeting) -> None:
    assert refused(withdraw, uuid4()) == "not_found"


def test_only_who_has_a_seat_is_told_that_it_passes_on(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1)
    for row, has_seat in ((sign(event), True), (sign(event), False)):
        page = outsider.get(
            f"/sign-ups/{codes.code_from(str(row.request_id))}/", follow=True
        ).content.decode()
        assert "回数も、数えません。" in page
        assert ("席は、次の方にまわります。" in page) is has_seat


def test_who_has_withdrawn_is_told_nothing_more_of_its_preparing(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    row = sign(meeting(facilitators_needed=2))
    path = f"/sign-ups/{codes.code_from(str(row.request_id))}/"
    assert PREPARING in outsider.get(path, follow=True).content.decode()
    withdraw(row.pk)
    page = outsider.get(path, follow=True).content.decode()
    assert "とりけしました" in page
    assert PREPARING not in page


def test_the_page_says_once_what_was_done(outsider: Client, meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting())
    outsider.get(f"/sign-ups/{codes.code_from(str(row.request_id))}/")
    for door, words in (("", "とりけしました。知らせてくださって"), ("lift/", "もどりました。呼び名は")):
        answer = outsider.post(f"/sign-ups/mine/withdrawal/{door}", {"of": row.pk})
        assert answer["Location"] == f"/sign-ups/mine/?of={row.pk}"
        said = [words in outsider.get(answer["Location"]).content.decode() for _ in range(2)]
        assert said == [True, False]
