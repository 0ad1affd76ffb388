"""Counted before it is forgotten: who was in a room, what was told and decided. Each may run twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Length

from ibasho.events.actions.visiting import key_of, mark_of
from ibasho.lib import clock
from ibasho.moderation.models import Concern, ReviewRequest
from ibasho.people.models import Kind, Person
from ibasho.reports.models import Deed, DoubtedDay, Opening, RoomVisit, TalliedDay
from ibasho.reports.periods import midnights
from ibasho.reports.queries.tallied import counted_sessions, missing_days, uncounted_rooms
from ibasho.reports.shapes import SMALLEST
from ibasho.rooms.models import Attendance, Message, RoomSession

_AT_ONCE = 200
_LOOKS_BACK = 28  # days; what moderation keeps longest of what was decided is thirty
_AWAY = 3  # days without a tally after which a date is not believed at once


def tally_openings() -> int:
    """Sessions that are over, with who was in them; returns how many. Trials and quiet rooms are not counted."""
    # an hour later: until then a keeper may have opened it again
    before = clock.now() - timedelta(hours=1)
    over = counted_sessions().filter(state=RoomSession.State.CLOSED, closes_at__lt=before, opening=None)
    sessions = list(over.order_by("opens_at")[:_AT_ONCE])
    for session in sessions:
        with transaction.atomic():
            _count(Attendance.objects.filter(session=session))
            Opening.objects.get_or_create(session=session, defaults=_opening(session))
    return len(sessions)


def count_before_erasing(person: Person) -> None:
    """Where somebody was who is about to be erased counts all the same, and leads back to nobody."""
    with transaction.atomic():
        sessions = counted_sessions().filter(opening=None)
        _count(Attendance.objects.filter(seat__person=person, session__in=sessions))


def tally_days() -> None:
    """What was told and decided on each day up to yesterday. On a date far from the last, not before another day:
    what is tallied may be closed and forgotten, and a clock may be wrong."""
    today = clock.today()
    if not TalliedDay.objects.exists():
        _tally(today - timedelta(days=_LOOKS_BACK))
    elif not _believes(today):
        with transaction.atomic():
            DoubtedDay.objects.get_or_create(day=today)
        return
    for day in [*missing_days(today), today - timedelta(days=1)]:
        _tally(day)


def _believes(today: date) -> bool:
    lately = {"day__lt": today, "day__gte": today - timedelta(days=_AWAY)}
    return TalliedDay.objects.filter(**lately).exists() or DoubtedDay.objects.filter(**lately).exists()


def _tally(day: date) -> None:
    if not TalliedDay.objects.filter(day=day).exists():
        with transaction.atomic():
            _, is_new = TalliedDay.objects.get_or_create(day=day)
            if is_new:
                Deed.objects.bulk_create(_deeds_of(day))


def _count(rows: QuerySet[Attendance]) -> None:
    """Keepers are counted elsewhere."""
    found = rows.filter(seat__person__isnull=False).exclude(seat__person__kind=Kind.KEEPER)
    keys: dict[int, str] = {}
    visits = [_visit(row, keys) for row in found.select_related("seat__person", "session")]
    RoomVisit.objects.bulk_create(visits, ignore_conflicts=True)


def _visit(row: Attendance, keys: dict[int, str]) -> RoomVisit:
    person, day = row.seat.person, clock.tokyo(row.session.opens_at).date()
    assert person is not None
    year = clock.fiscal_year(day)
    if year not in keys:
        keys[year] = key_of(year)
    return RoomVisit(
        session=row.session,
        day=day,
        standpoint=person.standpoint,
        is_first=clock.fiscal_year(person.entered_on) == year,
        who=mark_of(person, person.standpoint, keys[year]),
    )


def _opening(session: RoomSession) -> dict[str, Any]:
    assert session.closes_at is not None
    minutes = (session.closes_at - session.opens_at) // timedelta(minutes=1)
    day = clock.tokyo(session.opens_at).date()
    return {"day": day, "minutes": minutes, "most_percent": _most_percent(session)}


def _most_percent(session: RoomSession) -> int | None:
    """Of a hundred characters that stand there, those of whoever wrote most; None where fewer than five wrote."""
    shown = Message.objects.filter(session=session, state=Message.State.SHOWN, keeper=False).order_by()
    written = [row["letters"] for row in shown.values("seat").annotate(letters=Sum(Length("text")))]
    return round(100 * max(written) / sum(written)) if len(written) >= SMALLEST else None


def _deeds_of(day: date) -> Iterator[Deed]:
    span = midnights(day, day)
    concerns = Concern.objects.exclude(room__in=uncounted_rooms())
    told = concerns.filter(at__gte=span[0], at__lt=span[1], withdrawn_at=None)
    for reason in told.values_list("reason", flat=True):
        yield Deed(day=day, what="told", of=reason)
    decided = concerns.filter(decided_at__gte=span[0], decided_at__lt=span[1])
    for outcome, since, until in decided.values_list("outcome", "at", "decided_at"):
        yield Deed(day=day, what="decided", of=outcome, minutes=_minutes(since, until))
    looked_at = ReviewRequest.objects.filter(decided_at__gte=span[0], decided_at__lt=span[1])
    for outcome, since, until in looked_at.values_list("outcome", "asked_at", "decided_at"):
        yield Deed(day=day, what="reviewed", of=outcome, minutes=_minutes(since, until))


def _minutes(since: datetime, until: datetime | None) -> int:
    assert until is not None
    return max(0, (until - since) // timedelta(minutes=1))
