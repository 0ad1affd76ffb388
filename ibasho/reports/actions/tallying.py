"""Counted before it is forgotten: who was in a room, what was told and decided. Each may run twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ibasho.events.actions.visiting import mark_of
from ibasho.lib import clock
from ibasho.moderation.models import Concern, ReviewRequest
from ibasho.people.models import Kind, Person
from ibasho.reports.models import Deed, Opening, RoomVisit, TalliedDay
from ibasho.reports.periods import midnights
from ibasho.rooms.models import Attendance, Room, RoomSession

_AT_ONCE = 200
_LOOKS_BACK = 28  # days; what moderation keeps longest of what was decided is thirty


def tally_openings() -> int:
    """Sessions that are over, with who was in them; returns how many. Trials and quiet rooms are not counted."""
    # an hour later: until then a keeper may have opened it again
    before = clock.now() - timedelta(hours=1)
    over = RoomSession.objects.filter(state=RoomSession.State.CLOSED, closes_at__lt=before, opening=None)
    over = over.exclude(room__is_trial=True).exclude(room__entry=Room.Entry.INVITATION)
    sessions = list(over.order_by("opens_at")[:_AT_ONCE])
    for session in sessions:
        with transaction.atomic():
            _count(Attendance.objects.filter(session=session))
            Opening.objects.get_or_create(session=session, defaults=_opening(session))
    return len(sessions)


def count_before_erasing(person: Person) -> None:
    """Where somebody was who is about to be erased counts all the same, and leads back to nobody."""
    with transaction.atomic():
        theirs = Attendance.objects.filter(seat__person=person, session__opening=None)
        theirs = theirs.exclude(session__room__is_trial=True)
        _count(theirs.exclude(session__room__entry=Room.Entry.INVITATION))


def tally_days() -> None:
    """What was told and decided on each day up to yesterday."""
    last = TalliedDay.objects.order_by("-day").first()
    day = last.day + timedelta(days=1) if last else clock.today() - timedelta(days=_LOOKS_BACK)
    while day < clock.today():
        with transaction.atomic():
            _, is_new = TalliedDay.objects.get_or_create(day=day)
            if is_new:
                Deed.objects.bulk_create(_deeds_of(day))
        day += timedelta(days=1)


def _count(rows: QuerySet[Attendance]) -> None:
    """Keepers are counted elsewhere."""
    found = rows.filter(seat__person__isnull=False).exclude(seat__person__kind=Kind.KEEPER)
    visits = [_visit(row) for row in found.select_related("seat__person", "session")]
    RoomVisit.objects.bulk_create(visits, ignore_conflicts=True)


def _visit(row: Attendance) -> RoomVisit:
    person, day = row.seat.person, clock.tokyo(row.session.opens_at).date()
    assert person is not None
    year = clock.fiscal_year(day)
    return RoomVisit(
        session=row.session,
        day=day,
        standpoint=person.standpoint,
        is_first=clock.fiscal_year(person.entered_on) == year,
        who=mark_of(person, person.standpoint, year),
    )


def _opening(session: RoomSession) -> dict[str, Any]:
    assert session.closes_at is not None
    minutes = (session.closes_at - session.opens_at) // timedelta(minutes=1)
    return {"day": clock.tokyo(session.opens_at).date(), "minutes": minutes}


def _deeds_of(day: date) -> Iterator[Deed]:
    span = midnights(day, day)
    for reason in Concern.objects.filter(at__gte=span[0], at__lt=span[1], withdrawn_at=None).values_list(
        "reason", flat=True
    ):
        yield Deed(day=day, what="told", of=reason)
    decided = Concern.objects.filter(decided_at__gte=span[0], decided_at__lt=span[1])
    for outcome, since, until in decided.values_list("outcome", "at", "decided_at"):
        yield Deed(day=day, what="decided", of=outcome, minutes=_minutes(since, until))
    looked_at = ReviewRequest.objects.filter(decided_at__gte=span[0], decided_at__lt=span[1])
    for outcome, since, until in looked_at.values_list("outcome", "asked_at", "decided_at"):
        yield Deed(day=day, what="reviewed", of=outcome, minutes=_minutes(since, until))


def _minutes(since: datetime, until: datetime | None) -> int:
    assert until is not None
    return max(0, (until - since) // timedelta(minutes=1))
