"""What is decided about a series, and the meetings it makes, without the rows that keep them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ibasho.events.models import EventSeries
from ibasho.events.plans import COLUMNS, EventPlan
from ibasho.events.recurrence import Rule, Turn, hours_on, turns
from ibasho.rooms.plans import in_order

AHEAD_DAYS = 184
TITLE_LETTERS = 40
_HOURS = ("starts", "ends")
_NUMBER = " 第{number}回"
NUMBERED_LETTERS = TITLE_LETTERS - len(_NUMBER.format(number=999))


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """`meeting` is what each day is made with; its own `starts` and `ends` are those of the rule's first day."""

    rule: Rule
    meeting: EventPlan
    is_numbered: bool

    def on(self, turn: Turn) -> EventPlan:
        """The meeting of that day."""
        starts, ends = hours_on(self.rule, turn.day)
        title = self.meeting.title + (_NUMBER.format(number=turn.number) if self.is_numbered else "")
        return replace(self.meeting, title=title, starts=starts, ends=ends)

    def days(self, last: date, off: Collection[date]) -> Mapping[date, EventPlan]:
        """Every meeting of it up to `last`, by the day it is planned for."""
        return {turn.day: self.on(turn) for turn in turns(self.rule, last, off)}

    @property
    def columns(self) -> dict[str, object]:
        """What the row itself keeps of it."""
        rule = self.rule
        facts = {name: value for name, value in self.meeting.columns.items() if name not in _HOURS}
        return facts | {
            "shape": rule.shape,
            "every": rule.every,
            "weekdays": list(rule.weekdays),
            "weeks": list(rule.weeks),
            "month_day": rule.month_day,
            "months_off": sorted(rule.months_off),
            "weeks_off": sorted(rule.weeks_off),
            "rests_on_holidays": rule.rests_on_holidays,
            "first": rule.first,
            "until": rule.until,
            "count": rule.count,
            "opens": rule.opens,
            "closes": rule.closes,
            "is_numbered": self.is_numbered,
        }

    @property
    def facts(self) -> dict[str, object]:
        """For a stamp, and to compare two plans by name."""
        return self.columns | {"standpoints": list(self.meeting.standpoints)}


def rule_of(series: EventSeries) -> Rule:
    return Rule(
        shape=series.shape,
        first=series.first,
        opens=series.opens,
        closes=series.closes,
        every=series.every,
        weekdays=tuple(series.weekdays),
        weeks=tuple(series.weeks),
        month_day=series.month_day,
        months_off=frozenset(series.months_off),
        weeks_off=frozenset(series.weeks_off),
        rests_on_holidays=series.rests_on_holidays,
        until=series.until,
        count=series.count,
    )


def plan_of_series(series: EventSeries) -> SeriesPlan:
    """One query for the audience, none if that was prefetched."""
    rule = rule_of(series)
    starts, ends = hours_on(rule, rule.first)
    facts = {name: getattr(series, name) for name in COLUMNS if name not in _HOURS}
    standpoints = in_order(row.standpoint for row in series.audiences.all())
    meeting = EventPlan(**facts, starts=starts, ends=ends, standpoints=standpoints)
    return SeriesPlan(rule, meeting, series.is_numbered)
