"""Times and days as people type them: full-width digits, 13時半, 25時, 翌1:00, 12月1日, 十二月九日, 来週の土曜日."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from ibasho.lib.clock import TOKYO, WEEKDAYS, today

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
_KANJI = re.compile("[〇一二三四五六七八九十]+")
_DIGITS = {sign: number for number, sign in enumerate("〇一二三四五六七八九")}
_NEAR = {"今日": 0, "きょう": 0, "本日": 0, "明日": 1, "あした": 1, "あす": 1, "明後日": 2, "あさって": 2}
_WEEKS = {"今週": 0, "来週": 1, "再来週": 2, "さ来週": 2, "さらいしゅう": 2, "こんしゅう": 0, "らいしゅう": 1}
_WEEKDAY = re.compile(
    rf"(?P<week>{'|'.join(_WEEKS)})\s*の?\s*(?P<weekday>[{''.join(WEEKDAYS)}])(?:曜日?|ようび)?"
)


def minutes(text: str) -> int | None:
    """Minutes from midnight, up to 48 hours: 1500 for 25時. None if it is no time."""
    found = _ONE.fullmatch(_numbered(text))
    return _minutes(found, 1) if found else None


def spans(text: str) -> list[tuple[int, int]] | None:
    """(opens, closes) for each 13:00〜22:00 in `text`, in order, up to 48 hours: 25時〜26時 is (1500, 1560). None if
    it is none.

    午後 and 翌 are carried over to an end without them. An end that is not after the beginning is meant for the next
    day.
    """
    if _folded(text) in _ALWAYS:
        return [(0, DAY)]
    words, found, end = _numbered(text), [], 0
    for match in _SPAN.finditer(words):
        span = _span(match)
        if span is None or not _BETWEEN.fullmatch(words, end, match.start()):
            return None
        found.append(span)
        end = match.end()
    return sorted(found) if _BETWEEN.fullmatch(words, end) else None


def is_next_day_unsaid(text: str) -> bool:
    """Whether an end in `text` could only be meant for the next day, without 翌 or 25時 to say so."""
    return any(
        opens is not None and closes is not None and closes < opens
        for opens, closes in map(_ends, _SPAN.finditer(_numbered(text)))
    )


def day(text: str) -> date | None:
    """A date from 2000 to 2100; without a year the next one that is not over. None if there is no such day.

    今週 and 来週 begin on Monday.
    """
    near = _near(_folded(text))
    if near is not None:
        return near
    found = _DAYS.fullmatch(_numbered(text))
    if found is None:
        return None
    month, number, now = int(found["month"]), int(found["day"]), today()
    if found["year"]:
        return _date(int(found["year"]), month, number)
    coming = (_date(year, month, number) for year in range(now.year, now.year + _LEAP + 1))
    return next((that for that in coming if that is not None and that >= now), None)


def days_over(span: tuple[int, int]) -> tuple[int, tuple[int, int]]:
    """How many days later 25時〜26時 begins than it is said for, and its hours as of that day."""
    days = span[0] // DAY
    return days, (span[0] - days * DAY, span[1] - days * DAY)


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


def _numbered(text: str) -> str:
    return _KANJI.sub(lambda found: _number(found[0]), _folded(text))


def _number(signs: str) -> str:
    tens, ten, ones = signs.partition("十")
    if not ten:
        return "".join(str(_DIGITS[sign]) for sign in signs)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return signs
    return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0))


def _near(words: str) -> date | None:
    if words in _NEAR:
        return today() + timedelta(days=_NEAR[words])
    found = _WEEKDAY.fullmatch(words)
    if found is None:
        return None
    monday = today() - timedelta(days=today().weekday())
    return monday + timedelta(days=7 * _WEEKS[found["week"]] + WEEKDAYS.index(found["weekday"]))


def _ends(match: re.Match[str]) -> tuple[int | None, int | None]:
    opens, closes = _minutes(match, 1), _minutes(match, 2)
    if opens is None or closes is None or match["next2"]:
        return opens, closes
    if match["next1"] and closes < DAY:
        closes += DAY
    midnight = DAY if match["next1"] else 0
    is_afternoon = match["half1"] == "午後" and not match["half2"]
    if is_afternoon and closes < opens < closes + DAY // 2 <= midnight + DAY:
        closes += DAY // 2
    return opens, closes


def _span(match: re.Match[str]) -> tuple[int, int] | None:
    opens, closes = _ends(match)
    if opens is None or closes is None or opens == closes:
        return None
    if closes < opens:
        closes += DAY
    return (opens, closes) if opens < closes <= 2 * DAY else None


def _minutes(match: re.Match[str], n: int) -> int | None:
    hour = int(match[f"hour{n}"])
    minute = 30 if match[f"thirty{n}"] else int(match[f"minute{n}"] or match[f"minutes{n}"] or 0)
    half = match[f"half{n}"]
    if minute > 59 or (half and hour > 12):
        return None
    total = (hour + (12 if half == "午後" and hour < 12 else 0)) * 60 + minute
    total += DAY if match[f"next{n}"] else 0
    return total if total <= 2 * DAY else None
