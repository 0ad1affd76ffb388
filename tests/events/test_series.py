"""くりかえす集まり: days made ahead, each its own; the series follows its plan and sends nobody away."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from ibasho.duty.models import Shift
from ibasho.events.actions import (
    Signed,
    call_off_event,
    change_event,
    change_series,
    create_series,
    leave_out,
    make_dates,
    plan_facilitator,
    publish_series,
    put_back,
    take_back_series,
    withdraw,
)
from ibasho.events.actions.consents import ConsentParts
from ibasho.events.actions.series import Changed
from ibasho.events.models import Event, EventSeries, EventShift, SignUp
from ibasho.events.plans import EventPlan, plan_of
from ibasho.events.queries.feeds import shows_of
from ibasho.events.recurrence import Rule
from ibasho.events.series_plans import SeriesPlan, plan_of_series
from ibasho.lib import clock as house_clock
from ibasho.lib import due
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import stamp_of
from ibasho.people.models import Person, Role, Standpoint
from ibasho.people.queries import KeeperFacts
from tests.conftest import new_keeper
from tests.events.conftest import refused, signed, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "house")]  # Sunday, 2026-11-22
FIRST = dt.date(2026, 12, 1)
SECOND_SATURDAYS = ["2026-12-12", "2027-01-09", "2027-02-13", "2027-03-13", "2027-04-10", "2027-05-08"]


def rule(**fields: Any) -> Rule:
    usual: dict[str, Any] = {"first": FIRST, "opens": 810, "closes": 900, "weekdays": (5,), "weeks": (2,)}
    return Rule("weekday", **usual | fields)


def plan(of: Rule | None = None, *, is_numbered: bool = False, **fields: Any) -> SeriesPlan:
    usual: dict[str, Any] = {
        "kind": "family_meeting",
        "title": "第2土曜の会",
        "about": "",
        "flow": "",
        "standpoints": ("parent", "partner_kin"),
        "way": "online",
        "place": "",
        "meeting_point": "",
        "starts": house_clock.now(),
        "ends": house_clock.now() + dt.timedelta(hours=1),
        "closes_before": 0,
        "capacity": 8,
        "newcomer_seats": 0,
        "most_party": 1,
        "keeps_line": True,
        "has_intake": False,
        "asks_consent": False,
        "sheet_id": None,
        "facilitators_needed": 0,
        "cost": "かかりません",
        "bring": "",
        "is_short": False,
        "is_at_home": False,
        "is_just_looking": False,
    }
    return SeriesPlan(of or rule(), EventPlan(**usual | fields), is_numbered)


def made(of: SeriesPlan | None = None, *, is_published: bool = True) -> EventSeries:
    series = create_series(of or plan(), over_the_wall=False)
    if is_published:
        publish_series(series.pk)
    return series


def changed(series: EventSeries, to: SeriesPlan) -> Changed:
    seen = stamp_of(plan_of_series(EventSeries.objects.get(pk=series.pk)).facts)
    return change_series(series.pk, to, over_the_wall=False, seen=seen)


def days(series: EventSeries) -> list[str]:
    return [f"{house_clock.tokyo(event.starts):%Y-%m-%d}" for event in series.dates.order_by("starts")]


def on(series: EventSeries, day: str) -> Event:
    return series.dates.get(series_day=dt.date.fromisoformat(day))


def sign(event: Event, **wish: Any) -> SignUp:
    parent = Person.objects.filter(standpoint=Standpoint.PARENT).first()
    answer: Signed = signed(event, person=parent, **wish)
    return answer.sign_up


@pytest.fixture(autouse=True)
def somebody(parent: object) -> None:
    """A parent is in the house: to them family meetings are whole."""


def test_the_days_of_half_a_year_are_made_and_seen_by_nobody_yet() -> None:
    series = made(is_published=False)
    assert days(series) == SECOND_SATURDAYS
    first = on(series, "2026-12-12")
    assert (first.title, first.capacity) == ("第2土曜の会", 8)
    assert first.standpoints == {"parent", "partner_kin"}
    assert house_clock.when_text(first.starts) == "12月12日（土） 13:30"
    assert not series.dates.filter(published_on__isnull=False).exists()
    assert publish_series(series.pk)
    assert not publish_series(series.pk)
    assert not series.dates.filter(published_on__isnull=True).exists()


def test_days_come_nearer_and_are_made_by_themselves_once(clock: Any) -> None:
    series = made()
    assert make_dates() == 0
    clock.move_to(dt.datetime(2027, 1, 15, tzinfo=dt.UTC))
    assert make_dates() == 2
    assert make_dates() == 0
    assert days(series)[-2:] == ["2027-06-12", "2027-07-10"]
    assert on(series, "2027-07-10").published_on == dt.date(2027, 1, 15)
    assert {work.name: work.func for work in due.all_work()}["dates of series"] is make_dates


def test_days_that_were_missed_while_the_house_slept_are_not_made_up(clock: Any) -> None:
    series = made()
    clock.move_to(dt.datetime(2028, 1, 1, tzinfo=dt.UTC))
    make_dates()
    assert "2027-07-10" not in days(series)
    assert "2028-01-08" in days(series)


@pytest.mark.django_db(transaction=True)
def test_four_that_make_days_at_once_make_each_once(clock: Any) -> None:
    series = made()
    clock.move_to(dt.datetime(2027, 1, 15, tzinfo=dt.UTC))
    counts: list[int] = []

    def work() -> None:
        try:
            counts.append(make_dates())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(counts), len(counts)) == (2, 4)
    assert len(set(days(series))) == len(days(series)) == 8


def test_the_table_itself_takes_a_day_of_a_series_once() -> None:
    event = on(made(), "2026-12-12")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(**plan_of(event).columns, series_id=event.series_id, series_day=event.series_day)


def test_a_class_has_numbered_sessions_and_no_more_than_it_has() -> None:
    series = made(plan(rule(count=3, months_off=frozenset({1})), is_numbered=True, title="家族教室"))
    assert days(series) == ["2026-12-12", "2027-02-13", "2027-03-13"]
    assert [event.title for event in series.dates.order_by("starts")] == [
        "家族教室 第1回",
        "家族教室 第2回",
        "家族教室 第3回",
    ]


def test_a_day_left_out_moves_the_numbers_on_and_comes_back() -> None:
    series = made(plan(rule(count=3), is_numbered=True, title="家族教室"))
    assert leave_out(series.pk, dt.date(2027, 1, 9)) == []
    assert days(series) == ["2026-12-12", "2027-02-13", "2027-03-13"]
    assert on(series, "2027-02-13").title == "家族教室 第2回"
    assert put_back(series.pk, dt.date(2027, 1, 9)) == []
    assert put_back(series.pk, dt.date(2027, 1, 9)) == []
    assert days(series) == ["2026-12-12", "2027-01-09", "2027-02-13"]
    assert on(series, "2027-02-13").title == "家族教室 第3回"


def test_a_day_to_which_somebody_signed_up_is_not_left_out_silently() -> None:
    series = made()
    row = sign(on(series, "2027-01-09"))
    with pytest.raises(RefusedField) as refusal:
        leave_out(series.pk, dt.date(2027, 1, 9))
    assert "なくなったことにする" in refusal.value.text
    assert state_of(row) == "joined"
    assert refused(leave_out, series.pk, dt.date(2027, 1, 10)) == "malformed"
    assert refused(leave_out, 0, dt.date(2027, 1, 9)) == "not_found"


def test_a_day_far_ahead_may_be_left_out_before_it_is_made(clock: Any) -> None:
    series = made()
    leave_out(series.pk, dt.date(2027, 8, 14))
    clock.move_to(dt.datetime(2027, 7, 1, tzinfo=dt.UTC))
    make_dates()
    assert "2027-08-14" not in days(series)
    assert "2027-09-11" in days(series)


def test_one_day_that_is_moved_keeps_its_identity_and_its_sign_ups() -> None:
    series = made()
    event = on(series, "2027-01-09")
    row = sign(event)
    hours = dt.timedelta(days=7)
    before = plan_of(event)
    moved = replace(before, starts=event.starts + hours, ends=event.ends + hours)
    change_event(event.pk, moved, over_the_wall=False, seen=stamp_of(before))
    make_dates()
    assert days(series)[1] == "2027-01-16"
    assert len(days(series)) == 6
    assert on(series, "2027-01-09").pk == event.pk
    assert SignUp.objects.get(pk=row.pk).event_id == event.pk


def test_one_day_that_is_called_off_stays_called_off() -> None:
    series = made()
    event = on(series, "2027-01-09")
    call_off_event(event.pk, words="")
    changed(series, plan(title="土曜の会"))
    make_dates()
    event.refresh_from_db()
    assert event.called_off_at is not None
    assert event.title == "第2土曜の会"
    assert len(days(series)) == 6


def test_the_days_nobody_touched_follow_the_series_and_the_others_stay() -> None:
    series = made()
    by_hand, follows = on(series, "2027-01-09"), on(series, "2027-02-13")
    row = sign(follows)
    before = plan_of(by_hand)
    to = replace(before, way="place", place="公民館")
    change_event(by_hand.pk, to, over_the_wall=False, seen=stamp_of(before))
    outcome = changed(series, plan(rule(opens=840, closes=930), title="土曜の会", capacity=6))
    assert set(outcome.names) == {"title", "capacity", "opens", "closes"}
    assert [event.pk for event in outcome.kept] == [by_hand.pk]
    by_hand.refresh_from_db()
    follows.refresh_from_db()
    assert (by_hand.title, by_hand.place, by_hand.capacity) == ("第2土曜の会", "公民館", 8)
    assert (follows.title, follows.capacity) == ("土曜の会", 6)
    assert house_clock.clock_text(follows.starts) == "14:00"
    assert follows.moved_on is not None
    assert state_of(row) == "joined"


def test_a_capacity_cut_below_what_is_taken_sends_nobody_away() -> None:
    series = made()
    event = on(series, "2027-01-09")
    rows = [sign(event) for _ in range(3)]
    changed(series, plan(capacity=1))
    assert [state_of(row) for row in rows] == ["joined"] * 3
    withdraw(rows[0].pk)
    assert state_of(sign(on(series, "2027-01-09"))) == "waiting"


def test_a_capacity_that_grows_asks_who_waits() -> None:
    series = made(plan(capacity=1))
    event = on(series, "2027-01-09")
    sign(event)
    waits = sign(event)
    changed(series, plan(capacity=2))
    assert state_of(waits) == "offered"


def test_a_day_the_rule_has_no_more_goes_only_if_nobody_ever_signed_up() -> None:
    series = made()
    taken, left = on(series, "2027-01-09"), on(series, "2027-02-13")
    row, gone = sign(taken), sign(left)
    withdraw(gone.pk)
    outcome = changed(series, plan(rule(weeks=(3,))))
    assert [event.pk for event in outcome.kept] == [taken.pk, left.pk]
    assert state_of(row) == "joined"
    assert days(series) == [
        "2026-12-19",
        "2027-01-09",
        "2027-01-16",
        "2027-02-13",
        "2027-02-20",
        "2027-03-20",
        "2027-04-17",
        "2027-05-15",
    ]


@pytest.mark.parametrize("own", ["materials", "consent"])
def test_a_day_with_words_of_its_own_stays(own: str) -> None:
    series = made()
    event = on(series, "2027-01-09")
    if own == "consent":
        parts = dict.fromkeys(ConsentParts.__slots__, "この日だけの言葉です。")
        event.consent_texts.create(number=1, effective_on=dt.date(2026, 11, 1), **parts)
    else:
        with transaction.atomic():
            Event.objects.filter(pk=event.pk).update(materials="第1回のまとめ")
    assert [one.pk for one in changed(series, plan(rule(weeks=(3,)))).kept] == [event.pk]
    assert refused(leave_out, changed_back(series), dt.date(2027, 1, 9)) == "asked"


def changed_back(series: EventSeries) -> int:
    changed(series, plan())
    return series.pk


def test_the_rule_back_again_makes_no_day_twice() -> None:
    series = made()
    row = sign(on(series, "2027-01-09"))
    changed(series, plan(rule(weeks=(3,))))
    assert changed(series, plan()).kept == []
    assert days(series) == SECOND_SATURDAYS
    assert on(series, "2027-01-09").sign_ups.get() == row


def test_what_was_held_already_is_not_changed(clock: Any) -> None:
    series = made()
    first = on(series, "2026-12-12")
    clock.move_to(first.starts + dt.timedelta(minutes=10))
    changed(series, plan(title="土曜の会"))
    first.refresh_from_db()
    assert first.title == "第2土曜の会"
    assert on(series, "2027-01-09").title == "土曜の会"


def test_a_series_may_end_and_what_is_taken_is_still_held() -> None:
    series = made()
    sign(on(series, "2027-02-13"))
    outcome = changed(series, plan(rule(until=dt.date(2026, 12, 31))))
    assert days(series) == ["2026-12-12", "2027-02-13"]
    assert [event.series_day for event in outcome.kept] == [dt.date(2027, 2, 13)]


@pytest.mark.parametrize(
    "fields",
    [
        {"shape": "day", "month_day": 30, "months_off": frozenset(range(1, 13)) - {2}},
        {"weeks": (2,), "months_off": frozenset(range(1, 13))},
        {"first": dt.date(2028, 1, 1)},
        {"until": dt.date(2026, 12, 2)},
    ],
)
def test_a_series_without_any_day_ahead_is_not_made(fields: dict[str, Any]) -> None:
    shape = fields.pop("shape", "weekday")
    usual: dict[str, Any] = {"first": FIRST, "opens": 810, "closes": 900, "weekdays": (5,), "weeks": (2,)}
    with pytest.raises(RefusedField) as refusal:
        create_series(plan(Rule(shape, **usual | fields)), over_the_wall=False)
    assert refusal.value.field == "first"
    assert not EventSeries.objects.exists()


def test_whom_a_series_is_for_cannot_be_changed_over_somebodys_head() -> None:
    series = made()
    sign(on(series, "2027-01-09"))
    with pytest.raises(RefusedField) as refusal:
        changed(series, plan(standpoints=("partner_kin",)))
    assert refusal.value.text.startswith("1月9日（土）：")
    assert plan_of_series(EventSeries.objects.get()).meeting.standpoints == ("parent", "partner_kin")
    assert on(series, "2027-02-13").standpoints == {"parent", "partner_kin"}


def test_over_the_wall_only_with_its_tick() -> None:
    both = plan(standpoints=("person", "parent"))
    assert refused(create_series, both, over_the_wall=False) == "asked"
    assert create_series(both, over_the_wall=True).pk


def test_two_that_change_it_at_once_lose_nothing() -> None:
    series = made()
    seen = stamp_of(plan_of_series(series).facts)
    change_series(series.pk, plan(title="土曜の会"), over_the_wall=False, seen=seen)
    with pytest.raises(Refusal) as refusal:
        change_series(series.pk, plan(title="お茶の会"), over_the_wall=False, seen=seen)
    assert refusal.value.code == "asked"
    assert on(series, "2027-01-09").title == "土曜の会"


def test_facilitators_move_with_their_day_and_are_free_where_it_goes(steward: KeeperFacts) -> None:
    series = made()
    keeper = new_keeper("つきみ", "tsukimi", Role.FACILITATOR)
    for day in ("2027-01-09", "2027-02-13"):
        plan_facilitator(steward, on(series, day).pk, keeper.keeper_id)
    changed(series, plan(rule(opens=840, closes=930)))
    assert {house_clock.clock_text(row.shift.starts) for row in EventShift.objects.all()} == {"14:00"}
    shifts = [row.shift_id for row in EventShift.objects.all()]
    changed(series, plan(rule(weeks=(3,))))
    assert not EventShift.objects.exists()
    assert not Shift.objects.filter(pk__in=shifts, called_off_at__isnull=True).exists()


def test_taking_it_back_keeps_what_somebody_signed_up_to() -> None:
    series = made()
    taken = on(series, "2027-01-09")
    sign(taken)
    assert [event.pk for event in take_back_series(series.pk)] == [taken.pk]
    shown = series.dates.filter(published_on__isnull=False)
    assert [event.pk for event in shown] == [taken.pk]
    publish_series(series.pk)
    assert series.dates.filter(published_on__isnull=True).count() == 0


def test_a_day_of_a_series_is_one_entry_for_calendars() -> None:
    series = made()
    first, second = on(series, "2026-12-12"), on(series, "2027-01-09")
    assert shows_of(first) != shows_of(second)


def test_a_long_numbered_name_fits() -> None:
    series = made(plan(is_numbered=True, title="あ" * 33))
    assert max(len(event.title) for event in series.dates.all()) <= 40
