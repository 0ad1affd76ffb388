"""当番表: who means to keep watch when, where keepers are still missing, and who looks for a stand-in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db.models import Q, QuerySet

from ibasho.duty import readiness, shift_names
from ibasho.duty.models import Duty, Shift, StandIn
from ibasho.lib import clock, spoken_time
from ibasho.rooms.hours import Opening
from ibasho.rooms.models import Room
from ibasho.rooms.queries.rooms import rooms_in_use
from ibasho.rooms.queries.timetables import timetable_of

WEEK = 7


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One planned duty. `stand_in`: the open request for it; `is_missing`: it goes on and nobody took it up.
    `is_elsewhere`: it is for no room, so that there is no duty of the desk to take up.
    """

    id: int
    keeper_id: int
    keeper: str
    starts: datetime
    ends: datetime
    rooms: Sequence[str]
    is_called_off: bool
    stand_in: int | None
    is_missing: bool
    is_elsewhere: bool

    @property
    def hours(self) -> str:
        return f"{clock.clock_text(self.starts)}〜{clock.end_text(self.ends, self.starts)}"


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a room's hours for which so many more are needed."""

    room: str
    starts: datetime
    ends: datetime
    missing: int

    @property
    def hours(self) -> str:
        return f"{clock.clock_text(self.starts)}〜{clock.end_text(self.ends, self.starts)}"


@dataclass(frozen=True, slots=True)
class RosterDay:
    day: date
    shifts: Sequence[ShiftLine]
    gaps: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody looks for a stand-in. `is_now`: for a duty that goes on."""

    id: int
    asked_by: int
    keeper: str
    starts: datetime
    ends: datetime
    rooms: Sequence[str]
    is_now: bool

    @property
    def when(self) -> str:
        ends = clock.end_text(self.ends, self.starts)
        return (
            f"いまから{clock.end_text(self.ends)}まで"
            if self.is_now
            else f"{clock.when_text(self.starts)}〜{ends}"
        )


def roster(first: date, days: int = WEEK) -> list[RosterDay]:
    """Each day with the shifts that begin on it, and what its openings still lack."""
    begin, end = _midnight(first), _midnight(first + timedelta(days=days))
    near = list(_shifts().filter(starts__lt=end + timedelta(days=2), ends__gt=begin))
    lines = list(zip(near, _lines(near, set()), strict=True))
    gaps = list(_gaps(near, first, days))
    return [
        RosterDay(
            day=day,
            shifts=[line for _, line in lines if clock.tokyo(line.starts).date() == day],
            gaps=[gap for gap in gaps if clock.tokyo(gap.starts).date() == day],
        )
        for day in (first + timedelta(days=number) for number in range(days))
    ]


def shifts_of(keeper_id: int) -> list[ShiftLine]:
    """This keeper's shifts that are not over, also those called off, the next first."""
    mine = _shifts().filter(keeper_id=keeper_id, ends__gt=clock.now())
    return _lines(mine, set())


def shifts_today(now: datetime) -> list[ShiftLine]:
    """Those that go on or begin before midnight in Tokyo, without those called off."""
    end = _midnight(clock.tokyo(now).date() + timedelta(days=1))
    today = list(_shifts().filter(called_off_at__isnull=True, ends__gt=now, starts__lt=end))
    awaited = {shift.keeper_id for shift in today if shift.starts <= now}
    there = Duty.objects.filter(keeper_id__in=awaited, ended_at__isnull=True, until__gt=now)
    missing = awaited - set(there.values_list("keeper_id", flat=True)) if awaited else set()
    return _lines(today, missing, now)


def wanted_stand_ins() -> list[Wanted]:
    """Every open request, the next first."""
    rows = list(_open_stand_ins())
    names = _names([row.shift for row in rows if row.shift is not None])
    return sorted((_wanted(row, names) for row in rows), key=lambda one: (not one.is_now, one.starts))


def settled_for(keeper_id: int) -> list[StandIn]:
    """What this keeper asked and somebody took, until it is read."""
    return list(unread_settled().filter(asked_by_id=keeper_id).select_related("taken_by", "shift"))


def unread_settled() -> QuerySet[StandIn]:
    return StandIn.objects.filter(taken_at__isnull=False, seen_at__isnull=True)


def near_shifts(now: datetime) -> QuerySet[Shift]:
    """Shifts that go on or begin within a day."""
    ahead = Shift.objects.filter(called_off_at__isnull=True, ends__gt=now)
    return ahead.filter(starts__lt=now + timedelta(days=1))


def going_on(now: datetime) -> QuerySet[Shift]:
    """Shifts whose time it is."""
    return Shift.objects.filter(called_off_at__isnull=True, starts__lte=now, ends__gt=now)


def open_stand_ins(now: datetime) -> QuerySet[StandIn]:
    """Requests that somebody can still take."""
    is_ahead = Q(shift__called_off_at__isnull=True, shift__ends__gt=now)
    is_now = Q(duty__isnull=False, duty__ended_at__isnull=True, duty__until__gt=now)
    open_ones = StandIn.objects.filter(taken_at__isnull=True, withdrawn_at__isnull=True)
    return open_ones.filter(Q(shift__isnull=False) & is_ahead | is_now)


def _open_stand_ins() -> QuerySet[StandIn]:
    rows = open_stand_ins(clock.now()).select_related("asked_by", "shift", "duty")
    return rows.prefetch_related("shift__rooms__room", "duty__rooms__room")


def _wanted(row: StandIn, names: Mapping[int, str]) -> Wanted:
    if row.duty is not None:
        starts, ends = row.duty.taken_at, row.duty.until
        what = [one.room.title for one in row.duty.rooms.all()]
    else:
        assert row.shift is not None
        starts, ends, what = row.shift.starts, row.shift.ends, _what(row.shift, names)
    return Wanted(
        id=row.pk,
        asked_by=row.asked_by_id,
        keeper=row.asked_by.duty_name,
        starts=starts,
        ends=ends,
        rooms=what,
        is_now=row.duty is not None,
    )


def _shifts() -> QuerySet[Shift]:
    return Shift.objects.select_related("keeper").prefetch_related("rooms__room", "stand_ins")


def _lines(shifts: Iterable[Shift], missing: set[int], now: datetime | None = None) -> list[ShiftLine]:
    """`missing`: the keepers who are not there, of shifts that have begun by `now`."""
    rows = list(shifts)
    names = _names(rows)
    begun = [now is not None and shift.starts <= now for shift in rows]
    return [
        _line(shift, names, is_missing=is_on and shift.keeper_id in missing)
        for shift, is_on in zip(rows, begun, strict=True)
    ]


def _names(shifts: Iterable[Shift]) -> Mapping[int, str]:
    return shift_names.names_of([shift.pk for shift in shifts if not shift.rooms.all()])


def _what(shift: Shift, names: Mapping[int, str]) -> list[str]:
    rooms = [row.room.title for row in shift.rooms.all()]
    return rooms or [names[shift.pk]] if shift.pk in names else rooms


def _line(shift: Shift, names: Mapping[int, str], *, is_missing: bool) -> ShiftLine:
    asked = [one.pk for one in shift.stand_ins.all() if one.taken_at is None and one.withdrawn_at is None]
    return ShiftLine(
        id=shift.pk,
        keeper_id=shift.keeper_id,
        keeper=shift.keeper.duty_name,
        starts=shift.starts,
        ends=shift.ends,
        rooms=_what(shift, names),
        is_called_off=shift.called_off_at is not None,
        stand_in=asked[0] if asked else None,
        is_missing=is_missing and bool(shift.rooms.all()),
        is_elsewhere=not shift.rooms.all(),
    )


def _gaps(shifts: Sequence[Shift], first: date, days: int) -> Iterator[Gap]:
    now, learners = clock.now(), readiness.learners()
    rooms = rooms_in_use().filter(retired_on__isnull=True, keepers_needed__gt=0)
    for room in rooms.prefetch_related("hours", "closed_days"):
        here = [
            shift
            for shift in shifts
            if shift.called_off_at is None
            and shift.keeper_id not in learners
            and any(row.room_id == room.pk for row in shift.rooms.all())
        ]
        for opening in timetable_of(room).openings(first, days):
            yield from (gap for gap in _lacking(room, opening, here) if gap.ends > now)


def _lacking(room: Room, opening: Opening, shifts: Sequence[Shift]) -> Iterator[Gap]:
    """The parts of one opening with too few keepers, neighbours with as few put together."""
    edges = {opening.opens_at, opening.closes_at}
    edges |= {edge for shift in shifts for edge in (shift.starts, shift.ends)}
    cuts = sorted(edge for edge in edges if opening.opens_at <= edge <= opening.closes_at)
    held: Gap | None = None
    for starts, ends in pairwise(cuts):
        missing = room.keepers_needed - len(_there(shifts, starts, ends))
        if held is not None and held.missing == missing:
            held = Gap(room.title, held.starts, ends, missing)
            continue
        if held is not None and held.missing > 0:
            yield held
        held = Gap(room.title, starts, ends, missing)
    if held is not None and held.missing > 0:
        yield held


def _there(shifts: Iterable[Shift], starts: datetime, ends: datetime) -> set[int]:
    return {shift.keeper_id for shift in shifts if shift.starts <= starts and shift.ends >= ends}


def _midnight(day: date) -> datetime:
    return spoken_time.moment(day, 0)
