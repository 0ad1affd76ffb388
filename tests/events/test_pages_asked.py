"""What the pages of a meeting and of a sign-up are told."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from ibasho.events.actions import answer_offer, tie, withdraw
from ibasho.events.models import Event
from ibasho.events.queries.events import event_page
from ibasho.events.queries.seats import seats_word
from ibasho.events.queries.sign_ups import by_code, own, sign_up_page
from ibasho.events.visibility import Look
from ibasho.house.written import plain
from ibasho.lib import clock as house_clock
from ibasho.people.models import Person
from tests.events.conftest import SATURDAY, Meeting, Sign, new_sheet, refused, replan, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CANARY = "カナリア"


def facts_of(event: Event) -> dict[str, str]:
    return {fact.what: plain(fact.words) for fact in event_page(event.pk, None).facts}


def test_a_meeting_for_everybody_is_whole_for_who_passes_by(meeting: Meeting) -> None:
    page = event_page(meeting(most_party=2, sheet=new_sheet({}), way="both", place="町の家").pk, None)
    assert (page.look, page.kind, page.title) == (Look.WHOLE, "家族会", "土曜の会")
    assert (page.day, page.hours) == ("11月28日（土）", "13:30〜15:00")
    assert page.may_sign_up
    assert len(page.questions) == 1
    assert len(page.standpoints) == 6


def test_facts_stand_in_the_order_in_which_people_ask(meeting: Meeting) -> None:
    facts = facts_of(meeting(way="place", place="町の家", bring="飲みもの", standpoints=["person", "parent"]))
    assert next(iter(facts)) == "すごし方"
    assert facts.pop("すごし方").startswith("文字だけ")
    assert facts == {
        "どこで": "来るところ（町の家）",
        "だれが": "本人・親",
        "席": "あいています",
        "お金": "かかりません",
        "もちもの": "飲みもの",
        "記録": "申し込みの内容は、会の30日あとに消えます。",
    }


def test_who_passes_by_a_meeting_of_one_side_learns_kind_and_day_and_nothing_else(meeting: Meeting) -> None:
    plan = {
        "title": CANARY,
        "about": CANARY,
        "way": "place",
        "place": CANARY,
        "bring": CANARY,
        "cost": CANARY,
    }
    event = meeting(standpoints=["parent"], sheet=new_sheet({"text": CANARY}), **plan)
    page = event_page(event.pk, None)
    assert (page.look, page.title, page.day) == (Look.KIND_AND_DAY, "家族会", "11月28日（土）")
    assert CANARY not in str(page)
    assert "13:30" not in str(page)
    assert not page.may_sign_up


def test_the_other_side_and_what_is_not_there_are_alike(meeting: Meeting) -> None:
    event = meeting(standpoints=["parent"])
    assert refused(event_page, event.pk, "person") == "not_found"
    assert refused(event_page, 12345, "person") == "not_found"
    assert refused(event_page, meeting(is_published=False).pk, None) == "not_found"


def test_seats_are_said_in_words_and_never_counted(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=2, newcomer_seats=1)
    now = house_clock.now()
    assert seats_word(event, now) == "あいています"
    sign(event)
    assert seats_word(event, now) == "はじめての方の席があります"
    sign(event, is_first=True)
    assert seats_word(event, now) == "いっぱいです（待てます）"
    event.keeps_line = False
    assert seats_word(event, now) == "いっぱいです"


@pytest.mark.parametrize(
    ("plan", "words"),
    [({"called_off_at": SATURDAY}, "なくなりました"), ({"closes_before": 9 * 1440}, "しめきりました")],
)
def test_a_meeting_one_cannot_sign_up_to_says_why(meeting: Meeting, plan: dict[str, Any], words: str) -> None:
    event = meeting(**plan)
    page = event_page(event.pk, None)
    assert words in page.why_not
    assert "席" not in facts_of(event)


def test_the_page_of_a_meeting_costs_the_same_however_long_the_line(
    meeting: Meeting, sign: Sign, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = meeting(capacity=1, sheet=new_sheet({}, {}))
    for _ in range(20):
        sign(event)
    with django_assert_max_num_queries(4):
        event_page(event.pk, None)


def test_a_code_leads_to_its_sign_up_and_nothing_else_does(meeting: Meeting) -> None:
    answer = signed(meeting())
    assert by_code(f" {answer.code} ") == answer.sign_up
    assert by_code("AAAAA-AAAAA") is None
    assert by_code("") is None
    assert by_code(str(answer.sign_up.pk)) is None


def test_who_waits_sees_the_place_and_the_rule(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1, most_party=2)
    _, row, behind = sign(event), sign(event, party=2, all_or_none=True), sign(event)
    page = sign_up_page(row.pk)
    assert (page.state, page.state_text, page.place) == ("waiting", "順番を待っています", 1)
    assert "2席そろうまで" in page.lines[-1]
    assert (page.offer, page.free, page.may_withdraw) == (None, 0, True)
    assert sign_up_page(behind.pk).place == 2


def test_who_is_asked_sees_until_when(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    withdraw(first.pk)
    offer = sign_up_page(second.pk).offer
    assert offer is not None
    assert (offer.seats, offer.until) == (1, "11月24日（火） 20:02")
    assert sign_up_page(first.pk).state_text == "とりけしました"
    assert not sign_up_page(first.pk).may_withdraw


def test_a_seat_that_is_free_now_is_shown_to_who_may_take_it(
    meeting: Meeting, sign: Sign, clock: Any
) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    clock.move_to(SATURDAY - dt.timedelta(hours=1))
    withdraw(first.pk)
    assert sign_up_page(second.pk).free == 1
    answer_offer(second.pk, "yes")
    assert sign_up_page(second.pk).free == 0


def test_what_became_of_the_meeting_is_said(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting()
    row = sign(event, call_name="くさ")
    assert sign_up_page(row.pk).news == ""
    replan(event, called_off_at=house_clock.now(), call_off_words="雪のためです。")
    assert sign_up_page(row.pk).news == "この集まりは、なくなりました。雪のためです。"
    replan(event, called_off_at=None, call_off_words="")
    clock.move_to(SATURDAY + dt.timedelta(days=1))
    assert "終わりました" in sign_up_page(row.pk).news


def test_own_answers_can_be_read_again(meeting: Meeting, sign: Sign) -> None:
    question = new_sheet({"text": "席について"}).questions.get()
    row = sign(meeting(sheet=question.sheet), answers=((question.pk, "しずかな席"),))
    (answer,) = sign_up_page(row.pk).answers
    assert (answer.what, answer.words) == ("席について", "しずかな席")


def test_own_sign_ups_are_those_of_the_browser_and_the_tied_ones(
    meeting: Meeting, sign: Sign, parent: Person
) -> None:
    full = meeting(capacity=1)
    first, asked = sign(full), sign(full)
    withdraw(first.pk)
    later = sign(meeting(starts=SATURDAY + dt.timedelta(days=7)))
    tied = sign(meeting(starts=SATURDAY + dt.timedelta(days=14)))
    tie(tied.pk, parent)
    sign(meeting())
    assert [line.sign_up_id for line in own([later.pk, asked.pk, uuid4()], parent)] == [
        asked.pk,
        tied.pk,
        later.pk,
    ]
    assert own([later.pk], None)[0].when == "12月5日（土） 13:30〜15:00"
