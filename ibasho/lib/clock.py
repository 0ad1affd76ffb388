"""Time: UTC in the table, Asia/Tokyo for people.

Everything asks `now()`, so a test that moves the clock moves the whole house.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import jpholiday

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
_DAY_MINUTES = 24 * 60


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def tokyo(moment: datetime) -> datetime:
    """The same moment on a clock in Tokyo."""
    return moment.astimezone(TOKYO)


def today() -> date:
    """The date in Tokyo."""
    return tokyo(now()).date()


def fiscal_year(day: date) -> int:
    """The 年度 of a day: the year in which it began, on the first of April."""
    return day.year if day.month >= 4 else day.year - 1


def is_holiday(day: date) -> bool:
    """Whether `day` is a national holiday in Japan."""
    return bool(jpholiday.is_holiday(day))


def rfc3339(moment: datetime) -> str:
    """UTC with a Z and without fractions: `2026-11-22T11:02:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_minute(moment: datetime) -> datetime:
    """The moment cut, not rounded, to its minute."""
    return moment.replace(second=0, microsecond=0)


def day_text(day: date) -> str:
    """11月22日（日）, or 11月23日（月・祝） on a holiday. A datetime is taken as its day in Tokyo."""
    if isinstance(day, datetime):
        day = tokyo(day).date()
    weekday = WEEKDAYS[day.weekday()]
    holiday = "・祝" if is_holiday(day) else ""
    return f"{day.month}月{day.day}日（{weekday}{holiday}）"


def clock_text(moment: datetime) -> str:
    """20:02 in Tokyo."""
    local = tokyo(moment)
    return f"{local.hour}:{local.minute:02d}"


def when_text(moment: datetime) -> str:
    """11月23日（月・祝） 13:00 in Tokyo."""
    return f"{day_text(moment)} {clock_text(moment)}"


def end_text(moment: datetime, since: datetime | None = None) -> str:
    """22:00, 翌0:30 on a day after that of `since`, which is now unless it is given."""
    is_later_day = tokyo(moment).date() > tokyo(since or now()).date()
    return f"{'翌' if is_later_day else ''}{clock_text(moment)}"


def soon_text(moment: datetime) -> str:
    """21:30 today, 11月25日（水） 21:30 on another day."""
    return clock_text(moment) if tokyo(moment).date() == today() else when_text(moment)


def far_text(moment: datetime) -> str:
    """As `soon_text`, and 2027年11月22日（月） 21:30 in another year."""
    year = tokyo(moment).year
    return soon_text(moment) if year == today().year else f"{year}年{when_text(moment)}"


def week_text(hours: Iterable[tuple[int, int, int]]) -> list[str]:
    """月・水 13:00〜22:00, from (weekday, opens, closes): days with the same hours together."""
    days: dict[tuple[int, int], list[str]] = {}
    for weekday, opens, closes in hours:
        days.setdefault((opens, closes), []).append(WEEKDAYS[weekday])
    return [
        f"{'毎日' if len(names) == len(WEEKDAYS) else '・'.join(names)} {hours_text(*span)}"
        for span, names in days.items()
    ]


def hours_text(opens: int, closes: int) -> str:
    """23:30〜翌0:30, from minutes after midnight; `closes` may pass 24:00 (1440)."""
    return f"{_minutes_text(opens)}〜{_minutes_text(closes)}"


def _minutes_text(minutes: int) -> str:
    next_day = "翌" if minutes > _DAY_MINUTES else ""
    if next_day:
        minutes -= _DAY_MINUTES
    hours, rest = divmod(minutes, 60)
    return f"{next_day}{hours}:{rest:02d}"


def seconds_until(moment: datetime) -> int:
    """Whole seconds from now, rounded up, never less than 1: made for `retry_after`."""
    left = (moment - now()) / timedelta(seconds=1)
    return max(1, -int(-left // 1))
