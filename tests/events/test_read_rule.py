"""A form becomes a rule as people type it; what cannot be is asked for again by its field."""

from __future__ import annotations

import datetime as dt

import pytest

from ibasho.events.recurrence import LAST, Rule, rule_text
from ibasho.events.recurrence_form import read_rule
from ibasho.lib.errors import Refusal, RefusedField

pytestmark = pytest.mark.usefixtures("clock")  # Sunday, 2026-11-22
USUAL = {
    "repeats": "weekday",
    "weekday_5": "on",
    "week_2": "on",
    "opens": "13:30",
    "closes": "15時",
    "first": "12月1日",
}


def read(**fields: str) -> Rule:
    return read_rule(USUAL | fields)


def test_the_second_saturday() -> None:
    rule = read(month_off_1="on")
    assert rule.first == dt.date(2026, 12, 1)
    assert rule_text(rule) == "第2土曜 13:30〜15:00、1月は休み"


def test_full_width_digits_and_25_o_clock_are_understood() -> None:
    rule = read(opens="２３：３０", closes="２５時", count="６回", every="２", first="２０２７年１月５日")
    assert rule_text(rule) == "2か月に1度、第2土曜 23:30〜翌1:00、全6回"


def test_an_end_before_the_beginning_is_meant_for_the_next_day() -> None:
    assert (read(opens="22時", closes="1時").opens, read(opens="22時", closes="1時").closes) == (1320, 1500)


@pytest.mark.parametrize(("words", "day"), [("31", 31), ("１０日", 10), ("最後", LAST), ("末日", LAST)])
def test_a_day_of_the_month(words: str, day: int) -> None:
    assert read(repeats="day", month_day=words).month_day == day


def test_what_belongs_to_another_shape_is_not_kept() -> None:
    rule = read(repeats="weekly", month_day="31", week_off_5="on")
    assert (rule.weeks, rule.month_day, rule.weeks_off) == ((), None, frozenset({5}))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"weekday_5": ""}, "weekday_0"),
        ({"week_2": ""}, "week_1"),
        ({"repeats": "day", "month_day": "32"}, "month_day"),
        ({"repeats": "day", "month_day": "0"}, "month_day"),
        ({"opens": "ひるすぎ"}, "opens"),
        ({"closes": ""}, "closes"),
        ({"closes": "13:30"}, "closes"),
        ({"opens": "0時", "closes": "25時"}, "closes"),
        ({"first": ""}, "first"),
        ({"first": "2月30日"}, "first"),
        ({"until": "2026年11月30日"}, "until"),
        ({"count": "1000000"}, "count"),
        ({"count": "0"}, "count"),
        ({"count": "-1"}, "count"),
        ({"count": "9" * 5000}, "count"),
        ({"every": "13"}, "every"),
        ({f"month_off_{month}": "on" for month in range(1, 13)}, "month_off_1"),
    ],
)
def test_what_cannot_be_is_asked_for_by_its_field(fields: dict[str, str], field: str) -> None:
    with pytest.raises(RefusedField) as refusal:
        read(**fields)
    assert refusal.value.field == field
    assert refusal.value.text.endswith("。")


def test_a_shape_nobody_offered_is_malformed() -> None:
    with pytest.raises(Refusal) as refusal:
        read(repeats="FREQ=SECONDLY")
    assert refusal.value.code == "malformed"
