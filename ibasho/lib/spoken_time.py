"""Times and days as people type them: full-width digits, 13時半, 25時, 翌1:00, 12月1日."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from ibasho.lib.clock import TOKYO, today

DAY = 1440
FIRST_YEAR, LAST_YEAR = 2000, 2100
_LEAP = 8  # years from one 29 February to the next at most
_TIME = r"(?:(?P<next{n}>翌日?)\s*)?(?P<half{n}>午前|午後)?\s*(?P<hour{n}>\d{{1,2}})\s*(?::\s*(?P<minute{n}>\d{{2}})|時\s*(?:(?P<thirty{n}>半)|(?P<minutes{n}>\d{{1,2}})\s*分)?)?"
_TO = r"\s*(?:[~〜\-‐‑–—―−ー]|から)\s*"
_ONE = re.compile(_TIME.format(n=1))
_SPAN = re.compile(_TIME.format(n=1) + _TO + _TIME.format(n=2) + r"(?:\s*まで)?")
_BETWEEN = re.compile(r"[\s、,;・/と]*")
_ALWAYS = ("24時間", "いつでも", "一日中", "終日")
_DAYS = re.compile(
    r"(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?(?:\s*\([^)]*\))?"
)


def minutes(text: str) -> int | None:
    """Minutes from midnight, up to 48 hours: 1500 for 25時. None if it is no time."""
    found = _ONE.fullmatch(_folded(text))
    return _minutes(found, 1) if found else None


def spans(text: str) -> list[tuple[int, int]] | None:
    """(opens, closes) for each 13:00〜22:00 in `text`, in order; closes may pass 1440. None if it is none.

    An end that is not after the beginning is meant for the next day.
    """
    words = _folded(text)
    if words in _ALWAYS:
        return [(0, DAY)]
    found, end = [], 0
    for match in _SPAN.finditer(words):
        span = _span(match)
        if span is None or not _BETWEEN.fullmatch(words, end, match.start()):
            return None
        found.append(span)
        end = match.end()
    return sorted(found) if _BETWEEN.fullmatch(words, end) else None


def day(text: str) -> date | None:
    """A date from 2000 to 2100; without a year the next one that is not over. None if there is no such day."""
    found = _DAYS.fullmatch(_folded(text))
    if found is None:
        return None
    month, number, now = int(found["month"]), int(found["day"]), today()
    if found["year"]:
        return _date(int(found["year"]), month, number)
    coming = (_date(year, month, number) for year in range(now.year, now.year + _LEAP + 1))
    return next((that for that in coming if that is not None and that >= now), None)


def year_before(that: date) -> date:
    """The same day of the year before; of 29 February the last one there was."""
    earlier = (_date(that.year - years, that.month, that.day) for years in range(1, _LEAP + 1))
    return next((found for found in earlier if found is not None), that)


def moment(on: date, after_midnight: int) -> datetime:
    """That many minutes after midnight in Tokyo: 25時 on the 1st is one o'clock on the 2nd."""
    return datetime.combine(on, time(), TOKYO) + timedelta(minutes=after_midnight)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _span(match: re.Match[str]) -> tuple[int, int] | None:
    opens, closes = _minutes(match, 1), _minutes(match, 2)
    if opens is None or closes is None or opens >= DAY or opens == closes:
        return None
    if closes < opens:
        closes += DAY
    return opens, closes


def _minutes(match: re.Match[str], n: int) -> int | None:
    hour = int(match[f"hour{n}"])
    minute = 30 if match[f"thirty{n}"] else int(match[f"minute{n}"] or match[f"minutes{n}"] or 0)
    half = match[f"half{n}"]
    if minute > 59 or (half and hour > 12):
        return None
    total = (hour + (12 if half == "午後" and hour < 12 else 0)) * 60 + minute
    total += DAY if match[f"next{n}"] else 0
    return total if total <= 2 * DAY else None
