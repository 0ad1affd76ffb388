"""One count of a period, from the rows that are still there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from statistics import median
from typing import NamedTuple

from django.db.models import Count, QuerySet, Sum

from ibasho.duty.models import Duty
from ibasho.events.models import AfterCard, Event, EventShift, Visit
from ibasho.lib import clock
from ibasho.moderation.models import LogEntry
from ibasho.people.models import Standpoint
from ibasho.reports.counted import ACTS, CARDS, CONDUCT, MEETINGS, MOST_WORDS, ROOM, TIMES
from ibasho.reports.models import Deed, Opening, RoomVisit
from ibasho.reports.periods import Period
from ibasho.reports.queries.tallied import uncounted_rooms
from ibasho.reports.shapes import ALL, SMALLEST

_MANY = 50
Counts = dict[tuple[str, str], int]
"""What, of whom or which; `ALL` is all of them."""


class Came(NamedTuple):
    """Somebody was somewhere."""

    day: date
    who: str
    standpoint: str
    people: int
    is_first: bool


def came_in(period: Period) -> list[Came]:
    """Everybody who came, in the order of days."""
    since, until = period.moments()
    at_meetings = Visit.objects.filter(event__starts__gte=since, event__starts__lt=until)
    rows = at_meetings.values_list("event__starts", "who", "standpoint", "people", "is_first")
    found = [
        Came(clock.tokyo(starts).date(), who, standpoint, people, is_first)
        for starts, who, standpoint, people, is_first in rows.iterator()
    ]
    in_rooms = RoomVisit.objects.filter(day__gte=period.begins, day__lte=period.ends)
    found += [
        Came(day, who, standpoint, 1, is_first)
        for day, who, standpoint, is_first in in_rooms.values_list(
            "day", "who", "standpoint", "is_first"
        ).iterator()
    ]
    return sorted(found, key=lambda came: (came.day, not came.is_first))


def people_in(month: Period, came_this_year: Iterable[Came]) -> Counts:
    """延人数, 実人数 and 新規 of a month; who was there before in the year is not new."""
    before: set[str] = set()
    present: list[Came] = []
    new: Counter[str] = Counter()
    for came in came_this_year:
        if month.begins <= came.day <= month.ends:
            present.append(came)
            if came.is_first and came.who not in before:
                new[came.standpoint] += came.people
        before.add(came.who)
    total: Counter[str] = Counter()
    for came in present:
        total[came.standpoint] += came.people
    return _by_standpoint("total", total) | unique_in(present) | _by_standpoint("new", new)


def unique_in(came: Iterable[Came]) -> Counts:
    """実人数: each once, a party as many as its largest."""
    largest: dict[tuple[str, str], int] = {}
    for each in came:
        key = each.standpoint, each.who
        largest[key] = max(each.people, largest.get(key, 0))
    unique: Counter[str] = Counter()
    for (standpoint, _), people in largest.items():
        unique[standpoint] += people
    return _by_standpoint("unique", unique)


def returned_percent(came: Sequence[Came]) -> int | None:
    """Of a hundred first-timers whom the house knows again, how many came again that year.

    None where fewer than five came again, or fewer than five did not.
    """
    days: dict[str, set[date]] = {}
    first: set[str] = set()
    for each in came:
        if not each.who.startswith(Visit.NOBODY) and each.who not in days and each.is_first:
            first.add(each.who)
        days.setdefault(each.who, set()).add(each.day)
    again = sum(len(days[who]) > 1 for who in first)
    if min(again, len(first) - again) < SMALLEST:
        return None
    return round(100 * again / len(first))


def by_text_tenths(year: Period) -> int | None:
    """Of ten who came to meetings and had said how, those who took part by text alone.

    None below fifty, where fewer than five did or did not, and for none or all of ten. From fifty on each tenth is as
    wide as five people: however many come to a 「5未満」 beside it, it would be the same. It is told of years alone,
    so that no months can be taken from it.
    """
    since, until = year.moments()
    said = Visit.objects.filter(event__starts__gte=since, event__starts__lt=until, by_text__isnull=False)
    people = dict(said.order_by().values_list("by_text").annotate(Sum("people")))
    by_text, otherwise = people.get(True, 0), people.get(False, 0)
    if min(by_text, otherwise) < SMALLEST or by_text + otherwise < _MANY:
        return None
    tenths = round(10 * by_text / (by_text + otherwise))
    return tenths if 0 < tenths < 10 else None


def most_words_in(period: Period) -> Counts:
    """The middle of the shares of who wrote most, over evenings on which five or more wrote; of five such or more."""
    rows = Opening.objects.filter(day__gte=period.begins, day__lte=period.ends)
    shares = [share for share in rows.values_list("most_percent", flat=True) if share is not None]
    return {(MOST_WORDS, ALL): round(median(shares))} if len(shares) >= SMALLEST else {}


def work_in(period: Period) -> Counts:
    """Meetings, openings of rooms and duties: how many, and how long."""
    since, until = period.moments()
    counts: Counts = {(what, of): 0 for what in MEETINGS.measures for of in (*MEETINGS.of, ALL)}
    events = Event.objects.filter(
        starts__gte=since, starts__lt=until, published_on__isnull=False, called_off_at=None
    )
    lengths = [
        (kind, _minutes(starts, ends)) for kind, starts, ends in events.values_list("kind", "starts", "ends")
    ]
    openings = Opening.objects.filter(day__gte=period.begins, day__lte=period.ends)
    lengths += [(ROOM, minutes) for minutes in openings.values_list("minutes", flat=True)]
    for kind, minutes in lengths:
        for of in (kind, ALL):
            counts["sessions", of] += 1
            counts["minutes", of] += minutes
    duties = Duty.objects.filter(taken_at__gte=since, taken_at__lt=until, is_first=False)
    watches = [
        (keeper_id, taken, ended or end)
        for keeper_id, taken, ended, end in duties.values_list("keeper_id", "taken_at", "ended_at", "until")
    ]
    watches += [each for each in _facilitated(events) if not _is_within(each, watches)]
    counts["keepers", ALL] = len({keeper_id for keeper_id, *_ in watches})
    counts["duties", ALL] = len(watches)
    counts["duty_minutes", ALL] = sum(_minutes(begins, ends) for _, begins, ends in watches)
    return counts


def _facilitated(events: QuerySet[Event]) -> list[tuple[int, datetime, datetime]]:
    """Who was planned for a meeting that was held, and for how long."""
    shifts = EventShift.objects.filter(event__in=events, shift__called_off_at=None)
    rows = shifts.values_list("shift__keeper_id", "event__starts", "event__ends")
    return [(keeper_id, starts, ends) for keeper_id, starts, ends in rows]


def _is_within(
    one: tuple[int, datetime, datetime], watches: Iterable[tuple[int, datetime, datetime]]
) -> bool:
    """Whether that keeper had duty then: who keeps a meeting's own room facilitates once."""
    keeper_id, begins, ends = one
    return any(other == keeper_id and taken < ends and begins < until for other, taken, until in watches)


def conduct_in(period: Period) -> Counts:
    """What was told, decided, done and looked at again."""
    found = Counter(
        Deed.objects.filter(day__gte=period.begins, day__lte=period.ends).values_list("what", "of")
    )
    since, until = period.moments()
    acts = LogEntry.objects.filter(at__gte=since, at__lt=until, verb__in=list(ACTS.of)).order_by()
    acts = acts.exclude(room__in=uncounted_rooms().values_list("slug", flat=True))
    for verb, number in acts.values_list("verb").annotate(Count("pk")):
        found["acts", verb] += number
    counts: Counts = {}
    for group in CONDUCT:
        for what in group.measures:
            counts |= {(what, of): found[what, of] for of in group.of}
            counts[what, ALL] = sum(found[what, of] for of in group.of)
    return counts


def cards_in(month: Period) -> Counts:
    """What was said after meetings, of all of them together."""
    rows = _cards(month).values_list("answer", "number")
    found = Counter(dict(rows))
    return {("cards", of): found[of] for of in CARDS.of} | {("cards", ALL): found.total()}


def times_in(period: Period) -> Counts:
    """The middle of the minutes it took, where it happened five times or more."""
    counts: Counts = {}
    for what, name in TIMES.items():
        rows = Deed.objects.filter(day__gte=period.begins, day__lte=period.ends, what=what)
        minutes = [each for each in rows.values_list("minutes", flat=True) if each is not None]
        if len(minutes) >= SMALLEST:
            counts[name, ALL] = round(median(minutes))
    return counts


def facts_of(period: Period) -> tuple[object, ...]:
    """What all counts of a period rest on, as a few sums: other sums, other counts."""
    within = Period(Period.year(period.fiscal_year).begins, period.ends)
    since, until = within.moments()
    days = {"day__gte": within.begins, "day__lte": within.ends}
    began = {"starts__gte": since, "starts__lt": until}
    visits = Visit.objects.filter(event__starts__gte=since, event__starts__lt=until).order_by()
    in_rooms = RoomVisit.objects.filter(**days).order_by()
    held = Event.objects.filter(**began, published_on__isnull=False, called_off_at=None)
    acts = LogEntry.objects.filter(at__gte=since, at__lt=until, verb__in=list(ACTS.of))
    return (
        *visits.aggregate(Count("pk"), Sum("people"), Count("who", distinct=True)).values(),
        visits.filter(is_first=True).count(),
        *in_rooms.aggregate(Count("pk"), Count("who", distinct=True)).values(),
        Deed.objects.filter(**days).count(),
        *Opening.objects.filter(**days).aggregate(Count("pk"), Sum("minutes")).values(),
        held.count(),
        acts.count(),
        _cards(period).aggregate(Sum("number"))["number__sum"],
        Duty.objects.filter(taken_at__gte=since, taken_at__lt=until, is_first=False).count(),
    )


def _cards(period: Period) -> QuerySet[AfterCard]:
    return AfterCard.objects.filter(month__gte=period.begins, month__lte=period.ends)


def _by_standpoint(what: str, numbers: Counter[str]) -> Counts:
    counts = {(what, of): numbers[of] for of in Standpoint.values}
    return counts | {(what, ALL): sum(counts.values())}


def _minutes(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds()) // 60)


def first_day() -> date | None:
    """The first on which there is anything to count."""
    days: Iterator[date | None] = iter(
        (
            _day(
                Event.objects.filter(published_on__isnull=False)
                .order_by("starts")
                .values_list("starts", flat=True)
                .first()
            ),
            Opening.objects.order_by("day").values_list("day", flat=True).first(),
            RoomVisit.objects.order_by("day").values_list("day", flat=True).first(),
            Deed.objects.order_by("day").values_list("day", flat=True).first(),
        )
    )
    return min((day for day in days if day is not None), default=None)


def _day(moment: datetime | None) -> date | None:
    return clock.tokyo(moment).date() if moment is not None else None
