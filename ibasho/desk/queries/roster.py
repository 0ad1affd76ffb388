"""きょうの当番: what the desk says of the roster, and the week as its own page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ibasho.desk.queries.now import DeskNow
from ibasho.duty.models import StandIn
from ibasho.events.queries.facilitating import lacking
from ibasho.lib import clock
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions.shifts import EARLY
from ibasho.rooms.queries.keepers import DUTY_ROLES
from ibasho.rooms.queries.roster import (
    WEEK,
    Gap,
    RosterDay,
    ShiftLine,
    Wanted,
    roster,
    settled_for,
    shifts_of,
    shifts_today,
    wanted_stand_ins,
)

WEEKS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Today:
    """`mine`: one's own shift that can be begun with one tap; `wanted`: requests of others."""

    shifts: Sequence[ShiftLine]
    mine: ShiftLine | None
    wanted: Sequence[Wanted]
    relief: Wanted | None
    settled: Sequence[StandIn]

    @property
    def missing(self) -> list[ShiftLine]:
        return [line for line in self.shifts if line.is_missing]

    @property
    def is_empty(self) -> bool:
        return not (self.shifts or self.wanted or self.settled)


@dataclass(frozen=True, slots=True)
class Week:
    """`mine`: this keeper's own shifts ahead, whatever the week."""

    days: Sequence[RosterDay]
    mine: Sequence[ShiftLine]
    first: date
    before: date | None
    after: date | None

    @property
    def is_empty(self) -> bool:
        return not any(day.shifts or day.gaps for day in self.days)


def today_for(keeper: KeeperFacts, now: DeskNow) -> Today:
    """Without a query while nothing is planned near and nobody looks for a stand-in."""
    if not now.roster:
        return Today([], None, [], None, [])
    shifts = shifts_today(now.at)
    wanted = wanted_stand_ins()
    is_free = now.duty_of(keeper.keeper_id) is None
    mine = (line for line in shifts if line.keeper_id == keeper.keeper_id and not line.is_elsewhere)
    takes_duty = keeper.has(*DUTY_ROLES)
    return Today(
        shifts=shifts,
        mine=next((line for line in mine if is_free and takes_duty and line.starts - EARLY <= now.at), None),
        wanted=[one for one in wanted if one.asked_by != keeper.keeper_id] if takes_duty else [],
        relief=next((one for one in wanted if one.is_now and one.asked_by == keeper.keeper_id), None),
        settled=settled_for(keeper.keeper_id),
    )


def week_for(keeper: KeeperFacts, asked: date | None) -> Week:
    """The week with that day in it, from this one to twelve weeks ahead; this one if none is asked for."""
    this = _monday(clock.today())
    last = this + timedelta(weeks=WEEKS_AHEAD)
    first = min(max(_monday(asked or this), this), last)
    gaps = lacking(first, WEEK)
    return Week(
        days=[replace(day, gaps=sorted([*day.gaps, *_of(day, gaps)], key=_when)) for day in roster(first)],
        mine=shifts_of(keeper.keeper_id),
        first=first,
        before=first - timedelta(weeks=1) if first > this else None,
        after=first + timedelta(weeks=1) if first < last else None,
    )


def _when(gap: Gap) -> tuple[datetime, datetime]:
    return gap.starts, gap.ends


def _of(day: RosterDay, gaps: Sequence[Gap]) -> list[Gap]:
    return [gap for gap in gaps if clock.tokyo(gap.starts).date() == day.day]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
