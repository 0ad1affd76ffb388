"""とりけしを、もとにもどす: a tap by mistake is undone, and nobody who was asked meanwhile loses anything by it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.events.actions import (
    answer_offer,
    arrange_interview,
    come_back,
    finish_interview,
    forget_ways_back,
    refer,
    withdraw,
)
from ibasho.events.models import ConsentText, SignUp, WayBack
from ibasho.lib import clock as house_clock
from ibasho.lib import due
from tests.events.conftest import SATURDAY, Meeting, Sign, new_sheet, refused, replan, signed, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINE = "/sign-ups/mine/"
HALF_AN_HOUR = dt.timedelta(minutes=30)


def test_who_comes_back_has_the_seat_again_if_nobody_waited_for_it(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    row = sign(event, call_name="くさ")
    withdraw(row.pk)
    back = come_back(row.pk)
    assert (back.state, back.seats, back.turn) == ("joined", 1, row.turn)
    assert back.call_name
    assert not WayBack.objects.exists()


@pytest.mark.parametrize("hours", [48, 2])
def test_a_party_that_had_joined_in_part_comes_back_to_the_seats_it_had(
    meeting: Meeting, sign: Sign, clock: Any, hours: int
) -> None:
    event = meeting(capacity=2, most_party=2)
    party, other = sign(event), sign(event, party=2)
    answer_offer(other.pk, "yes")
    clock.move_to(SATURDAY - dt.timedelta(hours=hours))
    withdraw(other.pk)
    back = come_back(other.pk)
    assert (back.state, back.seats, back.lacks) == ("joined", 1, 1)
    withdraw(party.pk)
    back.refresh_from_db()
    assert (back.seats, back.lacks) == (2, 0)


def test_a_whole_party_is_not_brought_back_in_part_without_being_asked(
    meeting: Meeting, sign: Sign, clock: Any
) -> None:
    event = meeting(capacity=2, most_party=2)
    party = sign(event, party=2)
    clock.move_to(SATURDAY - dt.timedelta(hours=2))
    withdraw(party.pk)
    sign(event)
    back = come_back(party.pk)
    assert (back.state, back.seats) == ("waiting", 0)
    assert answer_offer(party.pk, "yes", seats_seen=1).seats == 1


def test_a_seat_that_passed_on_stays_with_who_was_asked_and_the_old_turn_waits(
    meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1)
    first, second, third = sign(event), sign(event), sign(event)
    withdraw(first.pk)
    come_back(first.pk)
    assert [state_of(row) for row in (first, second, third)] == ["waiting", "offered", "waiting"]
    answer_offer(second.pk, "no")
    assert [state_of(row) for row in (first, third)] == ["offered", "waiting"]


def test_where_no_line_is_kept_and_the_seat_is_gone_it_stays_as_it_is(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1, keeps_line=False)
    first = sign(event)
    withdraw(first.pk)
    sign(event)
    assert refused(come_back, first.pk) == "full"
    assert state_of(first) == "withdrawn"
    assert WayBack.objects.filter(sign_up=first).exists()


def test_what_was_written_stays_gone_and_who_they_were_is_known_for_half_an_hour(
    meeting: Meeting, sign: Sign, clock: Any
) -> None:
    question = new_sheet({}).questions.get()
    row = sign(meeting(sheet=question.sheet), call_name="くさ", answers=((question.pk, "はい"),))
    withdraw(row.pk)
    assert "くさ" not in str(WayBack.objects.values().get()) + str(SignUp.objects.values().get())
    clock.shift(HALF_AN_HOUR)
    assert refused(come_back, row.pk) == "asked"
    forget_ways_back()
    assert not WayBack.objects.exists()
    row.refresh_from_db()
    assert (row.state, row.call_name, row.answers.count()) == ("withdrawn", "", 0)
    assert {work.name: work.func for work in due.all_work()}["ways back"] is forget_ways_back


def test_who_was_asked_and_said_no_is_asked_again(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    withdraw(first.pk)
    answer_offer(second.pk, "no")
    assert come_back(second.pk).state == "offered"


def test_intake_goes_on_where_it_was_but_for_the_hour(meeting: Meeting, sign: Sign) -> None:
    rows = [sign(meeting(has_intake=True)) for _ in range(3)]
    arrange_interview(rows[1].pk, at=house_clock.now() + dt.timedelta(days=1))
    finish_interview(rows[2].pk)
    for row in rows:
        withdraw(row.pk)
    assert [come_back(row.pk).state for row in rows] == ["applied", "applied", "interviewed"]


def test_the_consent_that_was_read_counts_again(meeting: Meeting, sign: Sign) -> None:
    parts = dict.fromkeys(("aim", "outline", "cost", "accident", "ending", "data"), "文です。")
    text = ConsentText.objects.create(number=1, effective_on=house_clock.today(), **parts)
    row = sign(meeting(asks_consent=True), consent_version=1)
    withdraw(row.pk)
    assert come_back(row.pk).consent.text_id == text.pk


def test_nobody_comes_back_to_what_is_called_off_over_for_others_or_elsewhere(
    meeting: Meeting, sign: Sign, clock: Any
) -> None:
    off, over, others, elsewhere = (meeting() for _ in range(4))
    rows = [sign(event) for event in (off, over, others, elsewhere)]
    refer(rows[3].pk, words="ほかの窓口です。")
    clock.move_to(SATURDAY + dt.timedelta(minutes=80))
    for row in rows:
        withdraw(row.pk)
    replan(off, called_off_at=house_clock.now())
    others.audiences.exclude(standpoint="person").delete()
    for row in (rows[0], rows[2], rows[3]):
        assert refused(come_back, row.pk) == "asked"
    clock.shift(dt.timedelta(minutes=10))
    assert refused(come_back, rows[1].pk) == "asked"
    assert refused(come_back, uuid4()) == "not_found"


def test_a_second_time_changes_nothing_and_one_may_withdraw_again(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(capacity=1))
    for _ in range(2):
        withdraw(row.pk)
        assert come_back(row.pk).state == come_back(row.pk).state == "joined"


def test_the_same_page_leads_back_for_half_an_hour(outsider: Client, meeting: Meeting, clock: Any) -> None:
    row = signed(meeting(capacity=1))
    of = {"of": str(row.sign_up.pk)}
    outsider.get(f"/sign-ups/{row.code}/")
    outsider.post(f"{MINE}withdrawal/", of)
    page = outsider.get(MINE).content.decode()
    assert "11月22日（日） 20:32" in page
    assert ">とりけしを、もとにも&#8288;どす</button>" in page
    assert f"data-code>{row.code}<" in page
    elsewhere = Client()
    elsewhere.post("/sign-ups/", {"code": row.code})
    assert ">とりけしを、もとにも&#8288;どす</button>" in elsewhere.get(MINE).content.decode()
    told = outsider.get(MINE, headers={"accept": "application/json"}).json()
    assert told["way_back_until"] == "2026-11-22T11:32:00Z"
    back = outsider.post(f"{MINE}withdrawal/lift/", of)
    assert back.status_code == 303
    page = outsider.get(back["Location"]).content.decode()
    assert "もどりました。呼び名は、新しくつけました。" in page
    assert "席を、とってあります" in page
    outsider.post(f"{MINE}withdrawal/", of)
    clock.shift(HALF_AN_HOUR)
    page = outsider.get(MINE).content.decode()
    assert (">とりけしを、もとにも&#8288;どす</button>" in page, row.code in page) == (False, False)
    late = outsider.post(f"{MINE}withdrawal/lift/", of)
    assert late.status_code == 409
    assert "いつでも申し込めます" in late.content.decode()


def test_who_comes_back_too_late_for_the_seat_is_told_kindly(outsider: Client, meeting: Meeting) -> None:
    event = meeting(capacity=1)
    row = signed(event)
    signed(event)
    outsider.get(f"/sign-ups/{row.code}/")
    outsider.post(f"{MINE}withdrawal/", {"of": str(row.sign_up.pk)})
    back = outsider.post(f"{MINE}withdrawal/lift/", {"of": str(row.sign_up.pk)})
    page = outsider.get(back["Location"]).content.decode()
    assert "いまは、席がうまっています。順番は、前のままです。" in page
    assert "1番め" in page


def test_who_comes_back_into_line_beside_a_free_seat_is_not_told_that_it_is_taken(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1)
    first, row = sign(event), signed(event)
    withdraw(first.pk)
    answer_offer(row.sign_up.pk, "later")
    outsider.get(f"/sign-ups/{row.code}/")
    outsider.post(f"{MINE}withdrawal/", {"of": str(row.sign_up.pk)})
    back = outsider.post(f"{MINE}withdrawal/lift/", {"of": str(row.sign_up.pk)})
    page = outsider.get(back["Location"]).content.decode()
    assert "もどりました。呼び名は、新しくつけました。" in page
    assert "いま、1席あいています。" in page
