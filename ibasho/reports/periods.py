"""Months and fiscal years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ibasho.lib import clock

_MONTH = re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"[1-9][0-9]{3}")
_APRIL = 4
_FIRST_OF_REIWA = 2019


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first day to the last, both within. A month, or a fiscal year from April to March."""

    begins: date
    ends: date

    @classmethod
    def month(cls, day: date) -> Period:
        """The month of this day."""
        first = day.replace(day=1)
        return cls(first, _next_first(first) - timedelta(days=1))

    @classmethod
    def year(cls, fiscal_year: int) -> Period:
        return cls(date(fiscal_year, _APRIL, 1), date(fiscal_year + 1, _APRIL, 1) - timedelta(days=1))

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """`2026-11` is a month, `2026` a fiscal year; None for anything else."""
        if found := _MONTH.fullmatch(text):
            return cls.month(date(int(found[1]), int(found[2]), 1))
        return cls.year(int(text)) if _YEAR.fullmatch(text) and text != "9999" else None

    def __str__(self) -> str:
        return f"{self.begins.year:04d}" if self.is_year else f"{self.begins:%Y-%m}"

    @property
    def is_year(self) -> bool:
        return (self.ends - self.begins).days > 31

    @property
    def fiscal_year(self) -> int:
        return clock.fiscal_year(self.begins)

    @property
    def title(self) -> str:
        """2026年度（令和8年度）, 2026年11月（令和8年）."""
        year = self.begins.year
        if self.is_year:
            return f"{year}年度{_in_reiwa(year, '年度')}"
        return f"{year}年{self.begins.month}月{_in_reiwa(year, '年')}"

    @property
    def next(self) -> Period:
        """The month after this month."""
        return Period.month(self.ends + timedelta(days=1))

    def months(self) -> list[Period]:
        """Those of a year, in order; of a month itself."""
        found = [Period.month(self.begins)]
        while found[-1].ends < self.ends:
            found.append(found[-1].next)
        return found

    def moments(self) -> tuple[datetime, datetime]:
        """From the first midnight in Tokyo to before that after the last day."""
        return midnights(self.begins, self.ends)


def midnights(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first midnight in Tokyo to before that after the last day."""
    return _midnight(first), _midnight(last + timedelta(days=1))


def _next_first(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TOKYO)


def _in_reiwa(year: int, word: str) -> str:
    if year < _FIRST_OF_REIWA:
        return ""
    number = year - _FIRST_OF_REIWA + 1
    return f"（令和{'元' if number == 1 else number}{word}）"
