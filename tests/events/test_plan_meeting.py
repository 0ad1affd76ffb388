"""A meeting is planned, shown, changed, called off, and brought back; nobody is sent away by it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from ibasho.events.actions import (
    answer_offer,
    bring_back_event,
    call_off_event,
    change_event,
    create_event,
    publish_event,
    settle_now,
    sign_up,
    take_back_event,
    withdraw,
    write_consent,
)
from ibasho.events.actions.consents import ConsentParts, consent_facts, parts_of
from ibasho.events.flows import flow_of
from ibasho.events.models import Answer, ConsentText, Event, Offer, SignUp
from ibasho.events.plans import EventPlan, plan_of
from ibasho.events.queries.events import event_page
from ibasho.events.queries.seats import hall_of, places_of
from ibasho.events.queries.sign_ups import sign_up_page
from ibasho.events.seats import is_over
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import Overtaken, stamp_of
from tests.events.conftest import SATURDAY, Meeting, Sign, new_sheet, refused, state_of, wished

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "house")]
HOUR = dt.timedelta(hours=1)
TODAY = dt.date(2026, 11, 22)


def a_plan(**more: Any) -> EventPlan:
    usual: dict[str, Any] = {
        "kind": "family_meeting",
        "title": "土曜の会",
        "about": "",
        "flow": "",
        "standpoints": ("parent", "partner_kin"),
        "way": "online",
        "place": "",
        "meeting_point": "",
        "starts": SATURDAY,
        "ends": SATURDAY + HOUR,
        "closes_before": 0,
        "capacity": 12,
        "newcomer_seats": 3,
        "most_party": 1,
        "keeps_line": True,
        "has_intake": False,
        "asks_consent": False,
        "sheet_id": None,
        "facilitators_needed": 2,
        "cost": "かかりません",
        "bring": "",
        "is_short": False,
        "is_at_home": False,
        "is_just_looking": False,
    }
    return EventPlan(**usual | more)


def change(event: Event, *, over_the_wall: bool = False, **more: Any) -> list[str]:
    """As somebody who has just looked at it."""
    present = plan_of(Event.objects.get(pk=event.pk))
    plan = replace(present, **more)
    over = over_the_wall or present.stands_over_the_wall
    return change_event(event.pk, plan, over_the_wall=over, seen=stamp_of(present))


def test_a_new_meeting_is_a_draft_that_nobody_sees() -> None:
    event = create_event(a_plan(), over_the_wall=False)
    assert event.standpoints == {"parent", "partner_kin"}
    assert refused(event_page, event.pk, "parent") == "not_found"
    assert publish_event(event.pk)
    assert event_page(event.pk, "parent").may_sign_up
    assert not publish_event(event.pk)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"starts": SATURDAY - dt.timedelta(days=30), "ends": SATURDAY - dt.timedelta(days=29)}, "malformed"),
        (
            {"starts": SATURDAY + dt.timedelta(days=800), "ends": SATURDAY + dt.timedelta(days=801)},
            "malformed",
        ),
        ({"ends": SATURDAY}, "malformed"),
        ({"way": "place"}, "malformed"),
        ({"standpoints": ()}, "malformed"),
        ({"standpoints": ("person", "parent")}, "asked"),
        ({"sheet_id": 99}, "malformed"),
    ],
)
def test_what_does_not_fit_together_is_said(fields: dict[str, Any], code: str) -> None:
    assert refused(create_event, a_plan(**fields), over_the_wall=False) == code
    assert not Event.objects.exists()


def test_a_meeting_is_planned_before_its_words_are_written_and_shows_the_usual_ones() -> None:
    event = create_event(a_plan(asks_consent=True), over_the_wall=False)
    publish_event(event.pk)
    page = event_page(event.pk, "parent")
    assert page.consent is not None
    assert page.consent.is_usual
    assert "少し楽になること" in page.consent.aim
    assert page.flow == flow_of(Event(kind="family_meeting", way="online"))
    row = sign_up(event.pk, wished(consent_version=0), by_keeper=True).sign_up
    create_event(a_plan(asks_consent=True, kind="briefing"), over_the_wall=False)
    (usual,) = ConsentText.objects.all()
    parts = replace(parts_of(usual), aim="家の言葉です。")
    own = write_consent(parts, effective_on=TODAY, seen=stamp_of(consent_facts(usual)))
    again = event_page(event.pk, "parent").consent
    assert (own.number, again) == (1, own)
    assert refused(sign_up, event.pk, wished(consent_version=0), by_keeper=True) == "rules_changed"
    assert sign_up_page(row.pk).consent == usual


def test_a_house_with_words_of_its_own_gets_no_usual_ones() -> None:
    seen = stamp_of(consent_facts(None))
    write_consent(ConsentParts(*["家の言葉です。"] * 6), effective_on=TODAY, seen=seen)
    event = create_event(a_plan(), over_the_wall=False)
    change(event, asks_consent=True)
    assert ConsentText.objects.get().number == 1


def test_a_meeting_over_the_wall_needs_its_tick() -> None:
    event = create_event(a_plan(standpoints=("person", "parent")), over_the_wall=True)
    assert event.standpoints == {"person", "parent"}


def test_it_goes_back_to_a_draft_only_while_nobody_has_signed_up(meeting: Meeting, sign: Sign) -> None:
    event = meeting()
    assert take_back_event(event.pk)
    assert not take_back_event(event.pk)
    publish_event(event.pk)
    row = sign(event)
    assert refused(take_back_event, event.pk) == "asked"
    withdraw(row.pk)
    assert take_back_event(event.pk)


def test_more_seats_go_on_to_those_who_wait(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    sign(event)
    second, third = sign(event), sign(event, auto_accept=True)
    assert change(event, capacity=3) == ["capacity"]
    assert (state_of(second), state_of(third)) == ("offered", "joined")


def test_a_capacity_below_what_is_taken_sends_nobody_away(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=3)
    rows = [sign(event) for _ in range(3)]
    change(event, capacity=1)
    assert [state_of(row) for row in rows] == ["joined"] * 3
    event.refresh_from_db()
    assert is_over(hall_of(event), places_of(event))
    late = sign(event)
    assert state_of(late) == "waiting"
    withdraw(rows[0].pk)
    withdraw(rows[1].pk)
    assert state_of(late) == "waiting"  # one of one seats is held still
    withdraw(rows[2].pk)
    assert state_of(late) == "offered"


def test_who_signed_up_sees_that_the_hours_moved_and_nobody_sees_it_of_a_draft(
    meeting: Meeting, sign: Sign
) -> None:
    event, draft = meeting(), meeting(is_published=False)
    row = sign(event)
    change(event, title="日曜の会")
    assert sign_up_page(row.pk).to_know == []
    change(event, starts=SATURDAY + HOUR, ends=SATURDAY + 2 * HOUR)
    page = sign_up_page(row.pk)
    assert ["かわりました" in line for line in page.to_know] == [True]
    assert "14:30〜15:30" in page.when
    change(draft, starts=SATURDAY + HOUR, ends=SATURDAY + 2 * HOUR)
    assert Event.objects.get(pk=draft.pk).moved_on is None


def test_what_ends_after_the_meeting_moves_with_it(meeting: Meeting, sign: Sign) -> None:
    sheet = new_sheet({"days": 14})
    event = meeting(sheet=sheet)
    sign(event, answers=((sheet.questions.get().pk, "はい。"),))
    week = dt.timedelta(days=7)
    before = Answer.objects.get().ends_on
    change(event, starts=SATURDAY + week, ends=SATURDAY + week + HOUR)
    assert Answer.objects.get().ends_on == before + week


def test_an_open_offer_ends_three_hours_before_the_new_start(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event)
    withdraw(first.pk)
    assert state_of(second) == "offered"
    starts = SATURDAY - dt.timedelta(days=4)
    change(event, starts=starts, ends=starts + HOUR)
    assert Offer.objects.get(answer="").until <= starts - 3 * HOUR


def test_the_audience_stays_wide_enough_for_who_came(meeting: Meeting, sign: Sign) -> None:
    event = meeting()
    sign(event, standpoint="parent")
    with pytest.raises(Refusal) as refusal:
        change(event, standpoints=("sibling", "supporter"))
    assert (refusal.value.code, "親" in refusal.value.text) == ("asked", True)


def test_nobody_is_brought_over_the_wall_who_signed_up_on_one_side(meeting: Meeting) -> None:
    event = meeting(standpoints=["parent"])
    sign_up(event.pk, wished(standpoint="parent"), by_keeper=True)
    present = plan_of(event)
    plan = replace(present, standpoints=("person", "parent"))
    assert refused(change_event, event.pk, plan, over_the_wall=True, seen=stamp_of(present)) == "asked"


def test_of_two_who_change_it_the_second_sees_the_others_words(meeting: Meeting) -> None:
    event = meeting()
    present = plan_of(event)
    change(event, title="日曜の会")
    with pytest.raises(Overtaken):
        change_event(event.pk, replace(present, title="月曜の会"), over_the_wall=True, seen=stamp_of(present))


def test_a_meeting_called_off_says_so_and_comes_back_with_every_seat(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    joined, waits = sign(event), sign(event)
    assert call_off_event(event.pk, words="台風が来るためです。")
    assert not call_off_event(event.pk, words="雪のためです。")
    assert sign_up_page(joined.pk).news == "この集まりは、なくなりました。雪のためです。"
    assert refused(answer_offer, waits.pk, "yes") == "asked"
    assert bring_back_event(event.pk)
    assert not bring_back_event(event.pk)
    assert (state_of(joined), state_of(waits)) == ("joined", "waiting")
    assert sign_up_page(joined.pk).news == ""


def test_what_is_over_is_not_changed_any_more(meeting: Meeting, clock: Any) -> None:
    event = meeting()
    clock.move_to(SATURDAY + dt.timedelta(days=1))
    assert refused(call_off_event, event.pk, words="") == "asked"
    with pytest.raises(Refusal):
        change(event, title="日曜の会")


def test_the_line_is_looked_at_once_more_on_request(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    sign(event)
    waits = sign(event)
    assert settle_now(event.pk) == 0
    Event.objects.filter(pk=event.pk).update(capacity=2)  # as by an act that was cut short
    assert settle_now(event.pk) == 1
    assert state_of(waits) == "offered"
    assert SignUp.objects.filter(event=event).count() == 2
