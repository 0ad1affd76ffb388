"""Opening hours as arithmetic: weekly spans in Tokyo that may pass midnight, holidays, closed days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ibasho.lib.clock import TOKYO, is_holiday, tokyo

LOOK_AHEAD_DAYS = 70


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes from midnight on a weekday (0 = Monday); `closes` may pass 1440."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a room opens. A day without opening is the day on which a session would begin.

    `once`: openings that no week repeats and no holiday takes away.
    """

    spans: tuple[Span, ...]
    closed_days: frozenset[date] = frozenset()
    rests_on_holidays: bool = False
    once: tuple[Opening, ...] = ()

    def opening_at(self, moment: datetime) -> Opening | None:
        """The opening that holds `moment`; of two that overlap, the one that began first."""
        today = tokyo(moment).date()
        first = today - timedelta(days=2)
        held = (
            opening
            for opening in (*self.openings(first, 3), *self.once)
            if opening.opens_at <= moment < opening.closes_at
        )
        return min(held, default=None)

    def next_opening(self, moment: datetime) -> Opening | None:
        """The first opening that begins after `moment`, within ten weeks."""
        openings = self.openings(tokyo(moment).date(), LOOK_AHEAD_DAYS)
        ahead = next((opening for opening in openings if opening.opens_at > moment), None)
        return ahead or min((opening for opening in self.once if opening.opens_at > moment), default=None)

    def openings(self, first: date, days: int) -> Iterator[Opening]:
        """All that begin on `first` and the days after it, in order."""
        for number in range(days):
            day = first + timedelta(days=number)
            if self.is_open_on(day):
                yield from self._on(day)
            yield from (opening for opening in self.once if tokyo(opening.opens_at).date() == day)

    def is_open_on(self, day: date) -> bool:
        return day not in self.closed_days and not (self.rests_on_holidays and is_holiday(day))

    def _on(self, day: date) -> list[Opening]:
        midnight = datetime.combine(day, time(), TOKYO)
        spans = sorted((span.opens, span.closes) for span in self.spans if span.weekday == day.weekday())
        return [
            Opening(midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes))
            for opens, closes in spans
        ]
