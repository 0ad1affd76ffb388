"""Which places to turn to answer at this minute. Wrong hours hurt, so old ones are not trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from ibasho.house.models import Helpline
from ibasho.lib import clock

STALE_DAYS = 180
_DAY = 1440
Hours = tuple[int, int, int]
"""Weekday, opens, closes, in minutes from midnight."""


@dataclass(frozen=True, slots=True)
class HelplineFacts:
    """What is said about one."""

    name: str
    way: str
    number: str
    url: str
    note: str
    hours_text: str
    for_life: bool
    source_url: str
    hours: tuple[Hours, ...] = ()


def facts_of(line: Helpline) -> HelplineFacts:
    """As they are kept; one query for the hours, none if those were prefetched."""
    hours = sorted((row.weekday, row.opens, row.closes) for row in line.hours.all())
    plain = {
        field.name: getattr(line, field.name) for field in fields(HelplineFacts) if field.name != "hours"
    }
    return HelplineFacts(**plain, hours=tuple(hours))


@dataclass(frozen=True, slots=True)
class Helplines:
    """`unsure` are those whose hours are old or not known: shown, never called open."""

    life: list[Helpline] = field(default_factory=list)
    open_now: list[Helpline] = field(default_factory=list)
    later: list[Helpline] = field(default_factory=list)
    unsure: list[Helpline] = field(default_factory=list)

    @property
    def checked_on(self) -> date | None:
        """The oldest check behind what is called open or later."""
        return min((line.checked_on for line in (*self.open_now, *self.later)), default=None)

    @property
    def are_specimens(self) -> bool:
        return any(line.is_specimen for line in (*self.open_now, *self.later, *self.unsure))


def sort_by_hour(lines: Iterable[Helpline], hours: Mapping[int, Sequence[Hours]], now: datetime) -> Helplines:
    """Put `lines` into the groups of a page; `hours` by their id, missing where none are known."""
    found = Helplines()
    for line in lines:
        _group(found, line, hours.get(line.pk, ()), now).append(line)
    return found


def is_stale(line: Helpline, now: datetime) -> bool:
    return clock.tokyo(now).date() - line.checked_on > timedelta(days=STALE_DAYS)


def is_open(hours: Sequence[Hours], now: datetime) -> bool:
    """By these alone; an opening that began yesterday still counts."""
    here = clock.tokyo(now)
    minute = here.hour * 60 + here.minute
    weekday, yesterday = here.weekday(), (here.weekday() - 1) % 7
    return any(
        (day == weekday and opens <= minute < closes)
        or (day == yesterday and opens <= minute + _DAY < closes)
        for day, opens, closes in hours
    )


def _group(found: Helplines, line: Helpline, hours: Sequence[Hours], now: datetime) -> list[Helpline]:
    if line.for_life:
        return found.life
    if is_stale(line, now) or not hours:
        return found.unsure
    return found.open_now if is_open(hours, now) else found.later
