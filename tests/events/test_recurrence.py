"""A rule gives the days that every calendar would give, and says in plain words which they are."""

from __future__ import annotations

import calendar
import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ibasho.events.recurrence import LAST, MOST_COUNT, SHAPES, Rule, hours_on, rule_text, turns
from ibasho.lib import clock

FIRST = dt.date(2026, 12, 1)  # a Tuesday
FAR = dt.date(2028, 12, 31)
OFF_MONTHS = st.frozensets(st.integers(1, 12), max_size=11)


def rule(shape: str = "weekday", **fields: Any) -> Rule:
    usual: dict[str, Any] = {"first": FIRST, "opens": 810, "closes": 900, "weekdays": (5,), "weeks": (2,)}
    return Rule(shape, **usual | fields)


def days(of: Rule, last: dt.date = FAR, off: frozenset[dt.date] = frozenset()) -> list[dt.date]:
    return [turn.day for turn in turns(of, last, off)]


def months(*days: dt.date) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in days]


def test_the_second_saturday_leaves_january_out() -> None:
    second = rule(months_off=frozenset({1}))
    assert months(*days(second)[:3]) == ["2026-12-12", "2027-02-13", "2027-03-13"]
    assert rule_text(second) == "第2土曜 13:30〜15:00、1月は休み"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shape": "weekly", "weekdays": (2,)}, "毎週水曜 13:30〜15:00"),
        ({"shape": "weekly", "weekdays": (0, 2), "every": 2}, "2週に1度、月・水曜 13:30〜15:00"),
        ({"weeks": (1, 3)}, "第1・第3土曜 13:30〜15:00"),
        ({"weeks": (LAST,)}, "最後の土曜 13:30〜15:00"),
        ({"weeks": (2, LAST), "every": 2}, "2か月に1度、第2・最後の土曜 13:30〜15:00"),
        ({"shape": "day", "month_day": 10}, "毎月10日 13:30〜15:00"),
        ({"shape": "day", "month_day": LAST}, "月の最後の日 13:30〜15:00"),
        ({"shape": "day", "month_day": 31}, "毎月31日 13:30〜15:00、31日がない月は休み"),
        ({"opens": 1410, "closes": 1470}, "第2土曜 23:30〜翌0:30"),
        ({"opens": 1500, "closes": 1560}, "第2土曜 翌1:00〜翌2:00"),
        (
            {"months_off": frozenset({8, 1}), "rests_on_holidays": True},
            "第2土曜 13:30〜15:00、1月・8月は休み、祝日は休み",
        ),
        ({"shape": "weekly", "weeks_off": frozenset({5})}, "毎週土曜 13:30〜15:00、第5週は休み"),
        ({"until": dt.date(2027, 3, 31)}, "第2土曜 13:30〜15:00、2027年3月31日まで"),
        ({"count": 6}, "第2土曜 13:30〜15:00、全6回"),
    ],
)
def test_a_rule_is_said_in_plain_words(fields: dict[str, Any], words: str) -> None:
    assert rule_text(rule(**fields)) == words


def test_hours_may_pass_midnight_and_25_o_clock_is_understood() -> None:
    starts, ends = hours_on(rule(opens=1410, closes=1470), FIRST)
    assert [clock.when_text(starts), clock.when_text(ends)] == ["12月1日（火） 23:30", "12月2日（水） 0:30"]
    late, _ = hours_on(rule(opens=1500, closes=1560), FIRST)
    assert clock.when_text(late) == "12月2日（水） 1:00"


def test_the_31st_is_left_out_where_a_month_has_none() -> None:
    found = days(rule("day", month_day=31), dt.date(2027, 12, 31))
    assert months(*found) == [
        f"{y}-{m:02d}-31" for y, m in [(2026, 12), *((2027, n) for n in (1, 3, 5, 7, 8, 10, 12))]
    ]


def test_the_last_day_is_in_every_month() -> None:
    found = days(rule("day", month_day=LAST), dt.date(2028, 2, 29))
    assert len(found) == 15
    assert found[-1] == dt.date(2028, 2, 29)
    assert all(calendar.monthrange(day.year, day.month)[1] == day.day for day in found)


def test_a_leap_day_comes_every_four_years() -> None:
    only_february = frozenset(range(1, 13)) - {2}
    leap = rule("day", month_day=29, months_off=only_february)
    assert months(*days(leap, dt.date(2036, 12, 31))) == ["2028-02-29", "2032-02-29", "2036-02-29"]


def test_the_first_of_the_month_is_a_day_like_others() -> None:
    assert months(*days(rule("day", month_day=1))[:2]) == ["2026-12-01", "2027-01-01"]


@pytest.mark.parametrize(
    "never",
    [
        rule("day", month_day=30, months_off=frozenset(range(1, 13)) - {2}),
        rule("day", month_day=30, every=12, first=dt.date(2027, 2, 1)),
        rule("weekly", weeks_off=frozenset(range(1, 6))),
        rule(months_off=frozenset(range(1, 13))),
        rule(first=FAR + dt.timedelta(days=1)),
    ],
)
def test_a_rule_that_gives_no_day_is_not_looked_for_for_ever(never: Rule) -> None:
    began = time.process_time()
    assert days(never) == []
    assert time.process_time() - began < 1


def test_a_million_days_are_not_made() -> None:
    began = time.process_time()
    found = days(rule("weekly", count=10**6), FIRST + dt.timedelta(days=184))
    assert len(found) == 26
    assert time.process_time() - began < 1


def test_a_holiday_is_left_out_and_does_not_count() -> None:
    mondays = rule("weekly", weekdays=(0,), first=dt.date(2026, 11, 16), rests_on_holidays=True, count=3)
    assert months(*days(mondays)) == ["2026-11-16", "2026-11-30", "2026-12-07"]  # the 23rd is a holiday
    assert [turn.number for turn in turns(mondays, FAR)] == [1, 2, 3]


def test_a_class_left_out_once_still_has_all_its_sessions() -> None:
    six = rule(count=6)
    off = frozenset({dt.date(2027, 1, 9)})
    assert len(days(six)) == len(days(six, off=off)) == 6
    assert dt.date(2027, 6, 12) in days(six, off=off)


def test_every_second_week_goes_on_over_the_year() -> None:
    found = days(rule("weekly", every=2), dt.date(2027, 1, 31))
    assert months(*found) == ["2026-12-05", "2026-12-19", "2027-01-02", "2027-01-16", "2027-01-30"]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    first = draw(st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31)))
    return Rule(
        draw(st.sampled_from(SHAPES)),
        first=first,
        opens=draw(st.integers(0, 2880)),
        closes=2881,
        every=draw(st.integers(1, 12)),
        weekdays=tuple(draw(st.sets(st.integers(0, 6), min_size=1))),
        weeks=tuple(draw(st.sets(st.sampled_from((1, 2, 3, 4, 5, LAST)), min_size=1))),
        month_day=draw(st.sampled_from((*range(1, 32), LAST))),
        months_off=draw(OFF_MONTHS),
        weeks_off=draw(st.frozensets(st.integers(1, 5), max_size=5)),
        rests_on_holidays=draw(st.booleans()),
        until=draw(st.none() | st.dates(first, dt.date(2029, 12, 31))),
        count=draw(st.none() | st.integers(1, MOST_COUNT)),
    )


@given(rules())
def test_every_day_keeps_to_the_rule(any_rule: Rule) -> None:
    last = any_rule.first + dt.timedelta(days=500)
    found = days(any_rule, last)
    assert found == sorted(set(found))
    for day in found:
        assert any_rule.first <= day <= min(last, any_rule.until or last)
        assert day.month not in any_rule.months_off
        assert (day.day - 1) // 7 + 1 not in any_rule.weeks_off
        assert not (any_rule.rests_on_holidays and clock.is_holiday(day))
        assert _fits(any_rule, day)
    assert len(found) <= (any_rule.count or len(found))


@given(rules())
def test_no_day_that_fits_is_forgotten(any_rule: Rule) -> None:
    assume(any_rule.every == 1 and any_rule.count is None)
    last = any_rule.first + dt.timedelta(days=200)
    span = [any_rule.first + dt.timedelta(days=n) for n in range(201)]
    wanted = [
        day
        for day in span
        if _fits(any_rule, day)
        and day <= (any_rule.until or last)
        and day.month not in any_rule.months_off
        and (day.day - 1) // 7 + 1 not in any_rule.weeks_off
        and not (any_rule.rests_on_holidays and clock.is_holiday(day))
    ]
    assert days(any_rule, last) == wanted


@given(rules(), st.integers(0, 400), st.integers(0, 400))
def test_looking_further_changes_nothing_nearer(any_rule: Rule, near: int, more: int) -> None:
    close = any_rule.first + dt.timedelta(days=near)
    found = list(turns(any_rule, close))
    assert list(turns(any_rule, close + dt.timedelta(days=more)))[: len(found)] == found


def _fits(of: Rule, day: dt.date) -> bool:
    """By counting, without any library."""
    length = calendar.monthrange(day.year, day.month)[1]
    if of.shape == "day":
        return day.day == (length if of.month_day == LAST else of.month_day)
    if day.weekday() not in of.weekdays:
        return False
    return (
        of.shape == "weekly"
        or (day.day - 1) // 7 + 1 in of.weeks
        or (LAST in of.weeks and day.day > length - 7)
    )
