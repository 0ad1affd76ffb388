import datetime as dt

import pytest
import time_machine

from ibasho.lib import clock


@time_machine.travel(dt.datetime(2026, 11, 22, 15, 30, 42, tzinfo=dt.UTC), tick=False)
def test_a_day_begins_in_tokyo() -> None:
    assert clock.now() == dt.datetime(2026, 11, 22, 15, 30, 42, tzinfo=dt.UTC)
    assert clock.today() == dt.date(2026, 11, 23)


def test_the_wire_has_utc_with_a_z_and_no_fractions() -> None:
    moment = dt.datetime(2026, 11, 22, 20, 2, 59, 999_999, tzinfo=clock.TOKYO)
    assert clock.rfc3339(moment) == "2026-11-22T11:02:59Z"
    assert clock.rfc3339(clock.to_minute(moment)) == "2026-11-22T11:02:00Z"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2026, 11, 22), "11月22日（日）"),
        (dt.date(2026, 11, 23), "11月23日（月・祝）"),
        (dt.date(2026, 1, 1), "1月1日（木・祝）"),
        (dt.date(2026, 9, 22), "9月22日（火・祝）"),  # a day between two holidays is one
    ],
)
def test_a_holiday_is_marked_as_one(day: dt.date, text: str) -> None:
    assert clock.day_text(day) == text


def test_a_moment_is_told_as_people_in_japan_tell_it() -> None:
    moment = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
    assert clock.when_text(moment) == "11月23日（月・祝） 13:00"
    assert clock.clock_text(moment) == "13:00"
    assert clock.day_text(moment) == "11月23日（月・祝）"
    assert clock.day_text(dt.datetime(2026, 11, 22, 15, 5, tzinfo=dt.UTC)) == "11月23日（月・祝）"
    assert clock.clock_text(dt.datetime(2026, 11, 22, 15, 5, tzinfo=dt.UTC)) == "0:05"


@pytest.mark.parametrize(
    ("opens", "closes", "text"),
    [
        (1410, 1470, "23:30〜翌0:30"),
        (1170, 1230, "19:30〜20:30"),
        (1200, 1440, "20:00〜24:00"),
        (1200, 1500, "20:00〜翌1:00"),
    ],
)
def test_hours_may_pass_midnight(opens: int, closes: int, text: str) -> None:
    assert clock.hours_text(opens, closes) == text


@time_machine.travel(dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC), tick=False)
def test_a_wait_is_rounded_up_and_never_nothing() -> None:
    assert clock.seconds_until(clock.now() + dt.timedelta(seconds=2.1)) == 3
    assert clock.seconds_until(clock.now() + dt.timedelta(seconds=3)) == 3
    assert clock.seconds_until(clock.now() - dt.timedelta(hours=1)) == 1


@time_machine.travel(dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC), tick=False)
def test_today_is_told_by_the_clock_alone() -> None:
    assert clock.soon_text(dt.datetime(2026, 11, 23, 14, 59, tzinfo=dt.UTC)) == "23:59"
    assert clock.soon_text(dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)) == "11月24日（火） 0:00"
    assert clock.soon_text(dt.datetime(2026, 11, 22, 14, 59, tzinfo=dt.UTC)) == "11月22日（日） 23:59"


@time_machine.travel(dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC), tick=False)
def test_an_end_past_midnight_is_said_to_be_tomorrows() -> None:
    end = dt.datetime(2026, 11, 22, 15, 30, tzinfo=dt.UTC)
    assert clock.end_text(end) == "翌0:30"
    assert clock.end_text(end - dt.timedelta(hours=2)) == "22:30"
    assert clock.end_text(end, end - dt.timedelta(minutes=10)) == "0:30"


def test_days_with_the_same_hours_are_told_together() -> None:
    week = [(0, 780, 1320), (2, 780, 1320), (5, 1410, 1470)]
    assert clock.week_text(week) == ["月・水 13:00〜22:00", "土 23:30〜翌0:30"]
    assert clock.week_text((day, 0, 1440) for day in range(7)) == ["毎日 0:00〜24:00"]
    assert clock.week_text([]) == []
