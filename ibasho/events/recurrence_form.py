"""The one place where a form becomes a `Rule`."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

from ibasho.events.recurrence import (
    DAY_SHAPE,
    LAST,
    MOST_COUNT,
    MOST_EVERY,
    SHAPES,
    WEEKDAY_SHAPE,
    WEEKLY_SHAPE,
    Rule,
)
from ibasho.lib import spoken_time
from ibasho.lib.clock import WEEKDAYS
from ibasho.lib.errors import Refusal, RefusedField

WEEKS = (1, 2, 3, 4, 5, LAST)
MONTHS = range(1, 13)
_DIGITS = 9
_FIRST = "はじめの日を、「12月5日」のように書いてください。"
_UNTIL = "おわりの日を、はじめの日より後で書いてください。書かなければ、ずっとつづきます。"
_HOURS = "時間を、「13:30」や「25時」のように書いてください。"
_LONG = "1回の長さは、24時間までです。"
_WEEKDAYS = "曜日を、ひとつ以上えらんでください。"
_WEEKS = "第何週かを、ひとつ以上えらんでください。"
_MONTH_DAY = "日を、1から31までの数か、「最後」と書いてください。"
_EVERY = f"1から{MOST_EVERY}までの数を書いてください。"
_COUNT = f"回数は、1から{MOST_COUNT}までです。書かなければ、ずっとつづきます。"
_MONTHS_OFF = "すべての月が休みになっています。ひらく月を、ひとつ以上のこしてください。"


def read_rule(form: Mapping[str, str]) -> Rule:
    """The rule that a form says, in order: `repeats`, `weekday_0`…, `week_1`…, `week_last`, `month_day`, `every`,
    `opens`, `closes`, `first`, `until`, `count`, `month_off_1`…, `week_off_1`…, `holidays_off`.

    Refuses `malformed`, and as `RefusedField` what is missing or cannot be.
    """
    shape = form.get("repeats", "")
    if shape not in SHAPES:
        raise Refusal("malformed")
    opens, closes = _hours(form)
    first = _day(form, "first", _FIRST)
    if first is None:
        raise RefusedField("empty", _FIRST, "first")
    return Rule(
        shape=shape,
        first=first,
        opens=opens,
        closes=closes,
        every=_number(form, "every", MOST_EVERY, _EVERY) or 1,
        weekdays=_weekdays(form) if shape != DAY_SHAPE else (),
        weeks=_weeks(form) if shape == WEEKDAY_SHAPE else (),
        month_day=_month_day(form) if shape == DAY_SHAPE else None,
        months_off=_months_off(form),
        weeks_off=frozenset(week for week in WEEKS if form.get(f"week_off_{week}"))
        if shape == WEEKLY_SHAPE
        else frozenset(),
        rests_on_holidays=bool(form.get("holidays_off")),
        until=_until(form, first),
        count=_number(form, "count", MOST_COUNT, _COUNT),
    )


def _hours(form: Mapping[str, str]) -> tuple[int, int]:
    opens = spoken_time.minutes(form.get("opens", ""))
    closes = spoken_time.minutes(form.get("closes", ""))
    if opens is None:
        raise RefusedField("malformed", _HOURS, "opens")
    if closes is None or closes == opens:
        raise RefusedField("malformed", _HOURS, "closes")
    if closes < opens:
        closes += spoken_time.DAY
    if not opens < closes <= opens + spoken_time.DAY:
        raise RefusedField("malformed", _LONG, "closes")
    return opens, closes


def _weekdays(form: Mapping[str, str]) -> tuple[int, ...]:
    chosen = tuple(day for day in range(len(WEEKDAYS)) if form.get(f"weekday_{day}"))
    if not chosen:
        raise RefusedField("empty", _WEEKDAYS, "weekday_0")
    return chosen


def _weeks(form: Mapping[str, str]) -> tuple[int, ...]:
    chosen = tuple(week for week in WEEKS if form.get("week_last" if week == LAST else f"week_{week}"))
    if not chosen:
        raise RefusedField("empty", _WEEKS, "week_1")
    return chosen


def _month_day(form: Mapping[str, str]) -> int:
    words = _folded(form, "month_day").removesuffix("日")
    if words in ("最後", "最後の", "末"):
        return LAST
    if not (words.isdecimal() and len(words) <= 2 and 1 <= int(words) <= 31):
        raise RefusedField("malformed", _MONTH_DAY, "month_day")
    return int(words)


def _months_off(form: Mapping[str, str]) -> frozenset[int]:
    off = frozenset(month for month in MONTHS if form.get(f"month_off_{month}"))
    if len(off) == len(MONTHS):
        raise RefusedField("malformed", _MONTHS_OFF, "month_off_1")
    return off


def _until(form: Mapping[str, str], first: date) -> date | None:
    until = _day(form, "until", _UNTIL)
    if until is not None and until < first:
        raise RefusedField("malformed", _UNTIL, "until")
    return until


def _day(form: Mapping[str, str], field: str, sentence: str) -> date | None:
    words = form.get(field, "").strip()
    if not words:
        return None
    found = spoken_time.day(words)
    if found is None:
        raise RefusedField("malformed", sentence, field)
    return found


def _number(form: Mapping[str, str], field: str, most: int, sentence: str) -> int | None:
    words = _folded(form, field).removesuffix("回")
    if not words:
        return None
    if not (words.isdecimal() and len(words) <= _DIGITS and 1 <= int(words) <= most):
        raise RefusedField("malformed", sentence, field)
    return int(words)


def _folded(form: Mapping[str, str], field: str) -> str:
    return unicodedata.normalize("NFKC", form.get(field, "")).strip()
