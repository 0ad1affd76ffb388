"""事前の面談: from applied to a seat, or to another place to turn to; never without words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from ibasho.events.actions import (
    arrange_interview,
    drop_interview,
    finish_interview,
    keep_that_day,
    let_into_line,
    refer,
    reopen_interview,
    sign_up,
    take_back_entry,
    take_back_referral,
    wish_other_day,
    withdraw,
)
from ibasho.events.contacts import open_contact
from ibasho.events.models import Interview, SignUp, SignUpContact
from ibasho.events.queries.sign_ups import sign_up_page
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, seen, signed, state_of, wished

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
THURSDAY = SATURDAY - dt.timedelta(days=2)


def test_a_talk_comes_before_the_seat(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True, capacity=1))
    assert row.state == "applied"
    arrange_interview(row.pk, at=THURSDAY)
    page = sign_up_page(row.pk)
    assert page.state == "interview"
    assert ("いつ", "11月26日（木） 13:30") in [(fact.what, fact.words) for fact in page.interview]
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
    assert state_of(row) == "withdrawn"
    assert not Interview.objects.exists()
    for act in (finish_interview, let_into_line, take_back_referral):
        assert refused(act, row.pk) == "asked"
    assert refused(refer, row.pk, words="となり町の家族会です。") == "asked"
    assert refused(arrange_interview, row.pk, at=THURSDAY) == "asked"


def test_a_talk_is_planned_for_a_time_to_come(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True))
    assert refused(arrange_interview, row.pk, at=THURSDAY - dt.timedelta(days=30)) == "malformed"


def test_another_day_is_one_tap_and_leaves_the_turn(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True))
    assert refused(wish_other_day, row.pk, seen=seen(row)) == "asked"
    arrange_interview(row.pk, at=THURSDAY)
    for _ in range(2):
        back = wish_other_day(row.pk, seen=seen(row))
        assert (back.state, back.turn) == ("applied", row.turn)
    for _ in range(2):
        assert keep_that_day(row.pk, seen=seen(row)).state == "interview"
    wish_other_day(row.pk, seen=seen(row))
    arrange_interview(row.pk, at=THURSDAY + dt.timedelta(days=1))
    assert not Interview.objects.get().is_declined
    assert state_of(row) == "interview"
    finish_interview(row.pk)
    assert refused(wish_other_day, row.pk, seen=seen(row)) == "asked"
    assert refused(keep_that_day, row.pk, seen=seen(row)) == "asked"


def test_a_page_that_is_old_declines_no_newer_day(outsider: Client, meeting: Meeting) -> None:
    answer = signed(meeting(has_intake=True))
    row = answer.sign_up
    outsider.get(f"/sign-ups/{answer.code}/")
    arrange_interview(row.pk, at=THURSDAY)
    page = outsider.get("/sign-ups/mine/").content.decode()
    old = dict(re.findall(r'name="(of|seen)" value="([^"]+)"', page))
    assert (
        outsider.get("/sign-ups/mine/", headers={"accept": "application/json"}).json()["talk"] == old["seen"]
    )
    arrange_interview(row.pk, at=THURSDAY + dt.timedelta(hours=3))
    for sent in (old, {"of": old["of"]}):
        told = outsider.post("/sign-ups/mine/other-day/", sent)
        page = told.content.decode()
        assert (told.status_code, "面談のことが、かわったようです" in page) == (409, True)
        assert "11月26日（木）16:30" in page
    assert state_of(row) == "interview"
    new = seen(row)
    wish_other_day(row.pk, seen=new)
    arrange_interview(row.pk, at=THURSDAY + dt.timedelta(hours=3))
    for act in (wish_other_day, keep_that_day):
        assert refused(act, row.pk, seen=new) == "asked"
    wish_other_day(row.pk, seen=seen(row))
    assert refused(keep_that_day, row.pk, seen=new) == "asked"
    assert state_of(row) == "applied"


def test_a_day_that_is_over_is_not_kept_and_who_missed_it_gets_another(
    meeting: Meeting, sign: Sign, clock: time_machine.Traveller
) -> None:
    row = sign(meeting(has_intake=True))
    arrange_interview(row.pk, at=THURSDAY)
    clock.move_to(THURSDAY + dt.timedelta(hours=1))
    assert wish_other_day(row.pk, seen=seen(row)).state == "applied"
    assert not sign_up_page(row.pk).may_keep_that_day
    assert refused(keep_that_day, row.pk, seen=seen(row)) == "asked"
    assert reopen_interview(finish_interview(row.pk).pk).state == "applied"


def test_a_visit_has_a_place(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(has_intake=True))
    assert refused(arrange_interview, row.pk, at=THURSDAY, way="visit", where=" ") == "malformed"
    arrange_interview(row.pk, at=THURSDAY, way="visit", where="つばめ坂センター")
    with pytest.raises(IntegrityError), transaction.atomic():
        Interview.objects.update(sealed_where="")


def test_who_is_rung_has_a_number_that_is_kept_as_their_contact_and_goes_with_it(
    meeting: Meeting, sign: Sign
) -> None:
    event = meeting(has_intake=True)
    row, known = sign(event), sign_up(event.pk, wished(), by_keeper=True, contact="000-0000-0000").sign_up
    assert refused(arrange_interview, row.pk, at=THURSDAY, way="phone", where="家") == "malformed"
    for number in ("000-0000-1111", "000-0000-2222"):
        arrange_interview(row.pk, at=THURSDAY, way="phone", number=number)
        assert open_contact(SignUpContact.objects.get(sign_up=row)) == number
    assert refused(arrange_interview, row.pk, at=THURSDAY, way="phone", number="03-00") == "malformed"
    assert open_contact(SignUpContact.objects.get(sign_up=row)) == "000-0000-2222"
    arrange_interview(row.pk, at=THURSDAY, way="text", where="面談の部屋", number="000-0000-3333")
    assert open_contact(SignUpContact.objects.get(sign_up=row)) == "000-0000-2222"
    arrange_interview(known.pk, at=THURSDAY, way="phone")
    assert open_contact(SignUpContact.objects.get(sign_up=known)) == "000-0000-0000"
    assert {contact.ends_on for contact in SignUpContact.objects.all()} == {dt.date(2026, 11, 29)}
    withdraw(row.pk)
    assert not SignUpContact.objects.filter(sign_up=row).exists()


@pytest.mark.parametrize("where", ["", "この家", "センター 2階"])
def test_who_is_asked_to_ring_is_told_the_number(meeting: Meeting, sign: Sign, where: str) -> None:
    row = sign(meeting(has_intake=True))
    assert refused(arrange_interview, row.pk, at=THURSDAY, way="ring_us", where=where) == "malformed"
    assert state_of(row) == "applied"
    arrange_interview(row.pk, at=THURSDAY, way="ring_us", where="家 ０３−００００−０００７")
    facts = [(fact.what, fact.words) for fact in sign_up_page(row.pk).interview]
    assert ("かける番号", "家 ０３−００００−０００７") in facts


def test_nobody_tells_the_hour_of_a_talk_from_its_number_without_the_house_secret(
    meeting: Meeting, sign: Sign, settings: Any
) -> None:
    row = sign(meeting(has_intake=True))
    arrange_interview(row.pk, at=THURSDAY)
    number = seen(row)
    assert seen(row) == number
    settings.HOUSE_SECRET = "77" * 32
    assert seen(row) != number


def test_where_one_talks_cannot_be_read_under_another_secret_and_breaks_no_page(
    meeting: Meeting, sign: Sign
) -> None:
    row = sign(meeting(has_intake=True))
    arrange_interview(row.pk, at=THURSDAY, way="visit", where="つばめ坂センター")
    assert "つばめ坂" not in Interview.objects.get().sealed_where
    assert "つばめ坂センター" in [fact.words for fact in sign_up_page(row.pk).interview]
    Interview.objects.update(sealed_where="sealed elsewhere")
    assert [fact.what for fact in sign_up_page(row.pk).interview] == ["いつ", "どうやって", "どのくらい"]


def test_each_state_is_told_in_plain_words_with_what_comes_next(
    meeting: Meeting, sign: Sign, outsider: Client
) -> None:
    answer = signed(meeting(has_intake=True))
    row = answer.sign_up
    outsider.post("/sign-ups/", {"code": answer.code})

    def shown() -> str:
        return outsider.get("/sign-ups/mine/").content.decode()

    assert "試験ではありません。" in shown()
    assert "別の日がいい" not in shown()
    arrange_interview(row.pk, at=THURSDAY, way="text", where="面談の部屋", with_whom="みどり", minutes=15)
    page = shown()
    for words in (
        *("11月26日（木）13:30", "文字だけです。声も顔も、出ません。", "面談の部屋"),
        *("みどり（スタッフ）", "15分ぐらい", "別の日がいい", "面談のあと、スタッフが席のことをきめます。"),
    ):
        assert words in page
    outsider.post("/sign-ups/mine/other-day/", {"of": str(row.pk), "seen": seen(row)})
    page = shown()
    assert "わけは、いりません。" in page
    assert "11月26日" not in page
    assert 'action="/sign-ups/mine/other-day/lift/"' in page
    outsider.post("/sign-ups/mine/other-day/lift/", {"of": str(row.pk), "seen": seen(row)})
    assert "11月26日（木）13:30" in shown()
    finish_interview(row.pk)
    assert "話してくださって、ありがとうございました。" in shown()
    refer(row.pk, words="となり町の家族会です。")
    page = shown()
    assert page.index("あなたがわるいのではありません。") < page.index("となり町の家族会です。")
    assert Client().post("/sign-ups/mine/other-day/", {"of": str(row.pk)}).status_code == 404


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
