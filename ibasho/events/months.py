"""A month as a list of days, each with what is open on it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from ibasho.lib import clock

DAYS_AHEAD = 28
MONTHS_AHEAD = 12
REIWA = "reiwa"
_REIWA_BEGAN = 2019
_WEEKDAYS = ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日")
# The grid of a wide screen begins on Sunday.
_FIRST = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month | None:
        """`YYYY-MM` and nothing else; None for anything that is no month."""
        if not _MONTH.fullmatch(text) or text.startswith("0000"):
            return None
        return cls(int(text[:4]), int(text[5:]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def title(self) -> str:
        return f"{self.year}年{self.number}月"

    @property
    def title_reiwa(self) -> str:
        return f"{reiwa(self.year)}{self.number}月"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def before(self) -> Month:
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> Month:
        return Month.of(self.first + timedelta(days=31))

    def is_nearly_over(self, today: date) -> bool:
        """Whether what comes next week stands on another page."""
        return self == Month.of(today) != Month.of(today + timedelta(days=7))

    @property
    def first_weekday(self) -> str:
        return _FIRST[self.first.weekday()]

    def days(self) -> Iterator[date]:
        for number in range(calendar.monthrange(self.year, self.number)[1]):
            yield self.first + timedelta(days=number)


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """Something on a day: its hours in words, its name, its page.

    `where` and `tags` say more of a meeting, `news` what became of it. A meeting of which only its kind is shown
    has no hours, and stands before those that have.
    """

    opens: str
    hours: str
    title: str
    url: str
    where: str = ""
    tags: tuple[str, ...] = ()
    news: str = ""


@dataclass(slots=True)
class Day:
    date: date
    is_today: bool
    things: list[Thing] = field(default_factory=list)

    @property
    def weekday(self) -> str:
        return _WEEKDAYS[self.date.weekday()]

    @property
    def letter(self) -> str:
        """The weekday as it stands beside a date."""
        return clock.WEEKDAYS[self.date.weekday()]

    @property
    def is_holiday(self) -> bool:
        return clock.is_holiday(self.date)


def days_of(month: Month, today: date, things: Iterable[tuple[date, Thing]]) -> list[Day]:
    """Every day of the month, with its things in the order of the day."""
    days = {day: Day(day, is_today=day == today) for day in month.days()}
    for opens_on, thing in sorted(things):
        if opens_on in days:
            days[opens_on].things.append(thing)
    return list(days.values())


def months_ahead(today: date, farthest: date | None = None) -> list[Month]:
    """From this month to the one the next four weeks reach, or that of the `farthest` meeting; twelve at most."""
    last = Month.of(max(today + timedelta(days=DAYS_AHEAD - 1), farthest or today))
    months = [Month.of(today)]
    while months[-1] < last and len(months) < MONTHS_AHEAD:
        months.append(months[-1].after)
    return months


def reiwa(year: int) -> str:
    """令和8年 for 2026. The house knows no year before."""
    number = year - _REIWA_BEGAN + 1
    return "令和元年" if number == 1 else f"令和{number}年"
