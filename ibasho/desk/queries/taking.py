"""What the form for taking duty offers: rooms with today's hours, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ibasho.desk.queries.rooms import RoomLine
from ibasho.duty.models import MOST_HOURS, Duty
from ibasho.lib import clock
from ibasho.rooms.hours import Opening
from ibasho.rooms.queries.timetables import timetable_of

_STEP = timedelta(minutes=30)
_WITHOUT_HOURS = timedelta(hours=2)
_USUAL = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Offer:
    """One room to choose; `hours` is empty where none are planned today, and where it is always open.

    `so_far` says how it is where a session goes on without planned hours.
    """

    slug: str
    title: str
    hours: str
    so_far: str
    keepers: str
    is_always: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Until:
    """One end to choose. `value` is RFC 3339."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class DutyForm:
    offers: Sequence[Offer]
    untils: Sequence[Until]


def duty_form(
    lines: Sequence[RoomLine], duty: Duty | None, chosen: Sequence[str] = (), until: str = ""
) -> DutyForm:
    """Preselected: what was chosen, else the rooms of the duty, else those that open within it; until they
    close, and not much longer than three hours.
    """
    now = clock.now()
    lines = [line for line in lines if not line.now.room.is_by_invitation]
    last = _to_half_hour(now + _USUAL + _STEP)
    ends = {line.slug: _ends(line, now) for line in lines}
    if chosen:
        slugs = set(chosen)
    elif duty:
        slugs = {line.slug for line in lines if line.is_mine}
    else:
        slugs = {line.slug for line in lines if _opens_before(last, line, now)}
    latest = max((end for slug, end in ends.items() if slug in slugs and end), default=now + _WITHOUT_HOURS)
    usual = min(latest, last)
    end = min(duty.until if duty else usual, now + timedelta(hours=MOST_HOURS))
    return DutyForm(
        offers=[
            _offer(line, line.slug in slugs, now)
            for line in sorted(lines, key=lambda it: it.now.room.position)
        ],
        untils=_untils(now, end, [moment for moment in ends.values() if moment], until),
    )


def _offer(line: RoomLine, is_chosen: bool, now: datetime) -> Offer:
    hours = "、".join(_hours_words(opening) for opening in _openings(line, now))
    keepers = "、".join(f"{watcher.name}さん" for watcher in line.keepers)
    so_far = "" if hours else _so_far(line, now)
    return Offer(line.slug, line.title, hours, so_far, keepers, line.now.room.is_trial, is_chosen)


def _so_far(line: RoomLine, now: datetime) -> str:
    if line.now.state == "closed":
        return ""
    until = f"（{clock.end_text(line.now.closes_at, now)}まで）" if line.now.closes_at else ""
    if line.is_open:
        return f"いま、あいています{until}"
    if line.now.state == "paused":
        return f"いま、休けいしています{until}"
    return f"スタッフがそろうと、あきます{until}"


def _openings(line: RoomLine, now: datetime) -> list[Opening]:
    """Today's, and one of yesterday that has not ended."""
    timetable = timetable_of(line.now.room)
    found = timetable.openings(clock.tokyo(now).date() - timedelta(days=1), 2)
    return [opening for opening in found if opening.closes_at > now]


def _ends(line: RoomLine, now: datetime) -> datetime | None:
    if line.now.state != "closed" and line.now.closes_at:
        return line.now.closes_at
    openings = _openings(line, now)
    return max(opening.closes_at for opening in openings) if openings else None


def _opens_before(last: datetime, line: RoomLine, now: datetime) -> bool:
    goes_on = line.now.state != "closed" and line.now.closes_at is not None
    return goes_on or any(opening.opens_at < last for opening in _openings(line, now))


def _hours_words(opening: Opening) -> str:
    return f"{clock.clock_text(opening.opens_at)}〜{clock.end_text(opening.closes_at, opening.opens_at)}"


def _untils(now: datetime, end: datetime, closings: Sequence[datetime], asked: str) -> list[Until]:
    last = now + timedelta(hours=MOST_HOURS)
    moments = {_to_half_hour(now) + step * _STEP for step in range(1, 2 * MOST_HOURS)}
    moments |= {clock.to_minute(moment) for moment in (*closings, end)}
    values = {clock.rfc3339(moment): moment for moment in sorted(moments) if now < moment <= last}
    chosen = asked if asked in values else clock.rfc3339(clock.to_minute(end))
    return [
        Until(value, f"{clock.end_text(moment, now)}まで", value == chosen)
        for value, moment in values.items()
    ]


def _to_half_hour(now: datetime) -> datetime:
    return now.replace(minute=0 if now.minute < 30 else 30, second=0, microsecond=0)
