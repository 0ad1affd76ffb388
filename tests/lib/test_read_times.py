"""Times and days as people type them."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from ibasho.lib import spoken_time
from ibasho.lib.clock import hours_text

_H = 60
_WIDE = str.maketrans("0123456789:", "０１２３４５６７８９：")


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("13:00", 13 * _H),
        ("１３：００", 13 * _H),
        ("13時", 13 * _H),
        ("13時半", 13 * _H + 30),
        ("9時5分", 9 * _H + 5),
        ("９", 9 * _H),
        ("25時", 25 * _H),
        ("翌1:00", 25 * _H),
        ("翌日 1時", 25 * _H),
        ("午後3時", 15 * _H),
        ("午後12時", 12 * _H),
        ("48:00", 48 * _H),
        ("0:00", 0),
    ],
)
def test_a_time_is_read_as_it_is_said(typed: str, minutes: int) -> None:
    assert spoken_time.minutes(typed) == minutes


@pytest.mark.parametrize("typed", ["", "夜", "13:60", "49時", "午後13時", "翌25時", "13:0", "-1", "1300000"])
def test_what_is_no_time_is_none(typed: str) -> None:
    assert spoken_time.minutes(typed) is None


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("13:00〜22:00", [(780, 1320)]),
        ("１３：００～２２：００", [(780, 1320)]),
        ("22時から25時まで", [(1320, 1500)]),
        ("22:00-1:00", [(1320, 1500)]),
        ("23:30〜翌0:30", [(1410, 1470)]),
        ("24時間", [(0, 1440)]),
        ("0:00〜24:00", [(0, 1440)]),
        ("19:00〜21:00、10時ー12時半", [(600, 750), (1140, 1260)]),
        ("10:00〜12:00 13:00〜15:00", [(600, 720), (780, 900)]),
        ("22:00〜翌2:00", [(1320, 1560)]),
        ("25時〜26時", [(1500, 1560)]),
        ("２５時～２６時", [(1500, 1560)]),
        ("24時〜25時半", [(1440, 1530)]),
        ("25:00~26:30", [(1500, 1590)]),
        ("翌1:00〜翌2:00", [(1500, 1560)]),
        ("翌1時から3時まで", [(1500, 1620)]),
        ("翌午後1時〜3時", [(2220, 2340)]),
        ("22時〜23時、25時〜26時", [(1320, 1380), (1500, 1560)]),
        ("47時〜48時", [(2820, 2880)]),
    ],
)
def test_hours_are_read_across_midnight_and_in_any_width(typed: str, spans: list[tuple[int, int]]) -> None:
    assert spoken_time.spans(typed) == spans


@pytest.mark.parametrize("to", ["〜", "～", "~", "-", "－", "ー", "ｰ", "−", "–", "から", " 〜 ", "　から　"])
@pytest.mark.parametrize("half", [False, True])
def test_from_one_hour_to_another_is_said_in_many_ways(to: str, half: bool) -> None:
    for opens, closes, span in [
        ("25時", "26時", (1500, 1560)),
        ("13:30", "15:00", (810, 900)),
        ("午後1時半", "3時", (810, 900)),
    ]:
        typed = f"{opens}{to}{closes}"
        assert spoken_time.spans(typed if half else typed.translate(_WIDE)) == [span]


@pytest.mark.parametrize(
    "typed",
    [
        "夜だけ",
        "13:00",
        "13:00〜",
        "13:00〜13:00",
        "翌23時〜翌22時",
        "25時〜49時",
        "25時〜1時",
        "26時〜1時",
        "13:00〜22:00ごろ",
        "〜",
        "9時〜50時",
    ],
)
def test_what_are_no_hours_is_none(typed: str) -> None:
    assert spoken_time.spans(typed) is None


def test_hours_are_read_again_as_they_are_shown() -> None:
    for span in [(0, 1440), (1410, 1470), (780, 1320), (1320, 2879), (1, 2), (1500, 1560), (1440, 1500)]:
        assert spoken_time.spans(hours_text(*span)) == [span]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", dt.date(2026, 12, 1)),
        ("２０２６年１２月１日", dt.date(2026, 12, 1)),
        ("12/1", dt.date(2026, 12, 1)),
        ("12月1日（火）", dt.date(2026, 12, 1)),
        ("1月3日", dt.date(2027, 1, 3)),
        ("2月30日", None),
        ("13月1日", None),
        ("十二月九日", dt.date(2026, 12, 9)),
        ("十二月二十日", dt.date(2026, 12, 20)),
        ("二〇二七年一月十日", dt.date(2027, 1, 10)),
        ("十十月一日", None),
        ("いつか", None),
        ("", None),
    ],
)
def test_a_day_without_a_year_is_the_next_one(
    clock: time_machine.Traveller, typed: str, day: dt.date | None
) -> None:
    assert spoken_time.day(typed) == day


# 20 November 2026 is a Friday
@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("きょう", 0),
        ("今日", 0),
        ("あした", 1),
        ("明日", 1),
        ("あさって", 2),
        ("今週の土曜", 1),
        ("来週の月曜日", 3),
        ("来週土曜日", 8),
        ("来週の日曜日", 9),
        ("再来週の土曜日", 15),
    ],
)
def test_a_near_day_is_read_as_it_is_said(clock: time_machine.Traveller, typed: str, days: int) -> None:
    clock.move_to(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))
    assert spoken_time.day(typed) == dt.date(2026, 11, 20) + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("午後1時半から3時まで", (810, 900)),
        ("午後一時半から三時まで", (810, 900)),
        ("午後8時〜12時", (1200, 1440)),
        ("午後1時〜15時", (780, 900)),
        ("午後11時〜1時", (1380, 1500)),
        ("午後11時〜翌1時", (1380, 1500)),
        ("午後11時〜午前1時", (1380, 1500)),
        ("午前10時〜午後1時", (600, 780)),
    ],
)
def test_the_afternoon_is_carried_over_to_the_end(typed: str, span: tuple[int, int]) -> None:
    assert spoken_time.spans(typed) == [span]


@pytest.mark.parametrize(
    ("typed", "is_unsaid"),
    [
        ("10時〜3時", True),
        ("午後11時〜1時", True),
        ("22:00〜1:00", True),
        ("22:00〜翌1:00", False),
        ("23時〜25時", False),
        ("25時〜26時", False),
        ("25時〜2時", True),
        ("翌1時〜3時", False),
        ("午後1時半から3時まで", False),
    ],
)
def test_an_end_on_the_next_day_is_said_or_not(typed: str, is_unsaid: bool) -> None:
    assert spoken_time.is_next_day_unsaid(typed) is is_unsaid


def test_one_at_night_is_the_next_day() -> None:
    at = spoken_time.moment(dt.date(2026, 12, 1), 25 * _H)
    assert at.isoformat() == "2026-12-02T01:00:00+09:00"


@pytest.mark.parametrize("typed", ["9999-12-31", "0001-01-01", "1999年12月31日", "2101-01-01", "2月30日"])
def test_a_day_that_no_calendar_of_the_house_reaches_is_none(typed: str) -> None:
    assert spoken_time.day(typed) is None


def test_the_29th_of_february_is_the_next_one_there_is(clock: time_machine.Traveller) -> None:
    assert spoken_time.day("2月29日") == dt.date(2028, 2, 29)
    assert spoken_time.year_before(dt.date(2028, 2, 29)) == dt.date(2024, 2, 29)
    assert spoken_time.year_before(dt.date(2027, 3, 1)) == dt.date(2026, 3, 1)
