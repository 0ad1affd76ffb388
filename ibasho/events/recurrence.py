"""When a meeting comes again: a rule in the few shapes that small houses use, its days, and its plain words.

Days are those of RFC 5545: a month without a 31st has none, and neither has a year without 29 February.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from ibasho.lib import clock
from ibasho.lib.spoken_time import moment

WEEKLY_SHAPE, WEEKDAY_SHAPE, DAY_SHAPE = "weekly", "weekday", "day"
SHAPES = (WEEKLY_SHAPE, WEEKDAY_SHAPE, DAY_SHAPE)
LAST = -1
MOST_EVERY = 12
MOST_COUNT = 520
_WEEK = 7
_SURE_DAYS = 28


@dataclass(frozen=True, slots=True)
class Rule:
    """`weekly`: these weekdays (0 = Monday); `weekday`: those of the `weeks` of a month, -1 the last; `day`: one day
    of a month, -1 the last. Hours are minutes after midnight of the day and may pass 1440.

    `count` counts the days that are held: one that is left out makes the series a day longer.
    """

    shape: str
    first: date
    opens: int
    closes: int
    every: int = 1
    weekdays: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    month_day: int | None = None
    months_off: frozenset[int] = frozenset()
    weeks_off: frozenset[int] = frozenset()
    rests_on_holidays: bool = False
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One day of a series, from 1: the fourth is still the fourth when it is moved."""

    number: int
    day: date


def turns(rule: Rule, last: date, off: Collection[date] = ()) -> Iterator[Turn]:
    """The days up to `last`, in order. Those in `off` are left out, and counted no more than a holiday is."""
    number = 0
    for day in _days(rule, min(last, rule.until or last)):
        if day in off or _is_off(rule, day):
            continue
        number += 1
        if rule.count is not None and number > rule.count:
            return
        yield Turn(number, day)


def hours_on(rule: Rule, day: date) -> tuple[datetime, datetime]:
    """When it begins and ends, of that day in Tokyo: 25時 on the 1st is one o'clock on the 2nd."""
    return moment(day, rule.opens), moment(day, rule.closes)


def rule_text(rule: Rule) -> str:
    """第2土曜 13:30〜15:00、1月は休み."""
    parts = [f"{_shape_text(rule)} {clock.hours_text(rule.opens, rule.closes)}", *_rests(rule), *_end(rule)]
    return "、".join(parts)


def _days(rule: Rule, last: date) -> Iterator[date]:
    if last < rule.first:
        return
    for found in _rrule(rule, last):
        if rule.shape != DAY_SHAPE or _is_the_day(rule, found.date()):
            yield found.date()


def _rrule(rule: Rule, last: date) -> rrule:
    """Months and weeks that are left out are not in it: a rule that gives no day at all would be looked for until
    the year 9999. For the same reason the first of every month stands in for a day that a month may lack.
    """
    begins, until = datetime.combine(rule.first, time()), datetime.combine(last, time())
    if rule.shape == WEEKLY_SHAPE:
        return rrule(WEEKLY, begins, rule.every, until=until, byweekday=rule.weekdays)
    if rule.shape == WEEKDAY_SHAPE:
        named = [weekday(day, week) for day in rule.weekdays for week in rule.weeks]
        return rrule(MONTHLY, begins, rule.every, until=until, byweekday=named)
    return rrule(MONTHLY, begins, rule.every, until=until, bymonthday=(1, rule.month_day or 1))


def _is_the_day(rule: Rule, day: date) -> bool:
    return day.day == rule.month_day or (rule.month_day == LAST and day.day != 1)


def _is_off(rule: Rule, day: date) -> bool:
    if day.month in rule.months_off or _week_of(day) in rule.weeks_off:
        return True
    return rule.rests_on_holidays and clock.is_holiday(day)


def _week_of(day: date) -> int:
    """Which Saturday of its month a Saturday is."""
    return (day.day - 1) // _WEEK + 1


def _shape_text(rule: Rule) -> str:
    weekdays = "・".join(clock.WEEKDAYS[day] for day in sorted(rule.weekdays))
    if rule.shape == WEEKLY_SHAPE:
        return f"毎週{weekdays}曜" if rule.every == 1 else f"{rule.every}週に1度、{weekdays}曜"
    often = "" if rule.every == 1 else f"{rule.every}か月に1度、"
    if rule.shape == WEEKDAY_SHAPE:
        weeks = "・".join(f"第{week}" for week in sorted(rule.weeks) if week != LAST)
        weeks = "・".join(part for part in (weeks, "最後の" if LAST in rule.weeks else "") if part)
        return f"{often}{weeks}{weekdays}曜"
    day = "月の最後の日" if rule.month_day == LAST else f"{rule.month_day}日"
    return f"{often}{day}" if often or rule.month_day == LAST else f"毎月{day}"


def _rests(rule: Rule) -> Iterator[str]:
    if rule.months_off:
        yield "・".join(f"{month}月" for month in sorted(rule.months_off)) + "は休み"
    if rule.weeks_off:
        yield "・".join(f"第{week}週" for week in sorted(rule.weeks_off)) + "は休み"
    if rule.rests_on_holidays:
        yield "祝日は休み"
    if rule.shape == DAY_SHAPE and (rule.month_day or 0) > _SURE_DAYS:
        yield f"{rule.month_day}日がない月は休み"


def _end(rule: Rule) -> Iterator[str]:
    if rule.until is not None:
        yield f"{rule.until.year}年{rule.until.month}月{rule.until.day}日まで"
    if rule.count is not None:
        yield f"全{rule.count}回"
