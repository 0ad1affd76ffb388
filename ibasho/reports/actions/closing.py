"""しめる: a month, and a year, become numbers that stay. Once, by whichever process comes first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction

from ibasho.events.counting_days import counted_on
from ibasho.events.models import AfterCard, CountingKey, Visit
from ibasho.lib import clock
from ibasho.reports.counted import BY_TEXT, HIDDEN, KEEPERS, MEETINGS, PEOPLE, RETURNED, Group
from ibasho.reports.models import Deed, Figure, Opening, Report, RoomVisit, TalliedDay
from ibasho.reports.periods import Period
from ibasho.reports.queries import counting
from ibasho.reports.queries.counting import Counts
from ibasho.reports.queries.tallied import is_tallied
from ibasho.reports.shapes import ALL, Cell, Mark, Shape
from ibasho.reports.suppression import suppress

_MARGIN = timedelta(minutes=10)  # a tick that began before midnight is written by then
_MOST = 12
_AT_ONCE = 500
Marks = Mapping[tuple[str, str], Mark]


def close_due(most: int = _MOST) -> list[Period]:
    """Every month that may be counted, and every year all of whose months are, `most` of them; returns what was closed."""
    today = clock.tokyo(clock.now() - _MARGIN).date()
    closed: list[Period] = []
    while len(closed) < most and (period := _next_due(today)) is not None:
        if _close(period):
            closed.append(period)
    return closed


def _next_due(today: date) -> Period | None:
    last = Report.objects.order_by("-ends", "begins").first()
    if last is None:
        first = counting.first_day()
        period = Period.month(first) if first is not None else None
    else:
        closed = Period(last.begins, last.ends)
        year = Period.year(closed.fiscal_year)
        period = year if not closed.is_year and closed.ends == year.ends else Period.month(closed.ends).next
    if period is None or today < counted_on(period.ends) or not is_tallied(period):
        return None
    return period


def _close(period: Period) -> bool:
    """Counted and hidden beside the writers, then written in one breath; anew if anything came in between.

    False where another process was earlier.
    """
    while True:
        facts = counting.facts_of(period)
        counts, marks = _year(period) if period.is_year else _month(period)
        with transaction.atomic():
            if counting.facts_of(period) != facts:
                continue
            report, is_new = Report.objects.get_or_create(
                begins=period.begins, ends=period.ends, defaults={"closed_on": clock.today()}
            )
            if is_new:
                _write(report, counts, marks)
                if period.is_year:
                    _forget(period)
                else:
                    _blur(period)
            return is_new


def _month(month: Period) -> tuple[Counts, Marks]:
    came = counting.came_in(Period(Period.year(month.fiscal_year).begins, month.ends))
    counts = counting.people_in(month, came) | counting.conduct_in(month) | counting.cards_in(month)
    marks = {key: mark for group in HIDDEN for key, mark in _marks(group, month, counts).items()}
    counts |= counting.work_in(month) | counting.times_in(month) | counting.most_words_in(month)
    return counts, marks


def _year(year: Period) -> tuple[Counts, Marks]:
    months = _months_of(year)
    came = counting.came_in(year)
    counts = _sums(months) | counting.unique_in(came)
    marks = {key: mark for group in HIDDEN for key, mark in _year_marks(group, months, counts).items()}
    counts |= counting.times_in(year) | counting.most_words_in(year)
    shares = {RETURNED: counting.returned_percent(came), BY_TEXT: counting.by_text_tenths(year)}
    counts |= {(what, ALL): share for what, share in shares.items() if share is not None}
    return counts, marks


def _write(report: Report, counts: Counts, marks: Marks) -> None:
    Figure.objects.bulk_create(
        Figure(report=report, what=what, of=of, number=number, mark=marks.get((what, of), Mark.SHOWN))
        for (what, of), number in counts.items()
    )


def _marks(group: Group, month: Period, counts: Counts) -> dict[tuple[str, str], Mark]:
    shape = Shape((str(month),), tuple(group.of), tuple(group.measures), group.distinct)
    marks = suppress(shape, {cell: counts[cell[2], cell[1]] for cell in shape.cells()})
    return {(what, of): mark for (_, of, what), mark in marks.items()}


def _months_of(year: Period) -> dict[str, dict[tuple[str, str], Figure]]:
    """The closed months of the year, in order, each by what and of whom."""
    reports = Report.objects.filter(begins__gte=year.begins, ends__lte=year.ends).exclude(
        begins=year.begins, ends=year.ends
    )
    return {
        str(Period(report.begins, report.ends)): {(row.what, row.of): row for row in report.figures.all()}
        for report in reports.prefetch_related("figures")
    }


def _sums(months: Mapping[str, Mapping[tuple[str, str], Figure]]) -> Counts:
    """What adds up over the months."""
    adding = [
        (what, of) for group in (*HIDDEN, MEETINGS) for what in group.measures for of in (*group.of, ALL)
    ]
    adding += [(what, ALL) for what in KEEPERS if what != "keepers"]
    return {
        key: sum(rows[key].number for rows in months.values())
        for key in adding
        if key[0] not in PEOPLE.distinct
    }


def _year_marks(
    group: Group, months: Mapping[str, Mapping[tuple[str, str], Figure]], counts: Counts
) -> dict[tuple[str, str], Mark]:
    """Around what the months have shown already."""
    shape = Shape(tuple(months), tuple(group.of), tuple(group.measures), group.distinct, has_sum=True)
    numbers: dict[Cell, int] = {}
    frozen: dict[Cell, Mark] = {}
    for row, column, what in shape.cells():
        if row == ALL:
            numbers[row, column, what] = counts[what, column]
        else:
            figure = months[row][what, column]
            numbers[row, column, what] = figure.number
            frozen[row, column, what] = Mark(figure.mark)
    marks = suppress(shape, numbers, frozen)
    return {(what, of): mark for (row, of, what), mark in marks.items() if row == ALL}


def _forget(year: Period) -> None:
    """The year stands as numbers; what it was counted from goes, and the key of its marks."""
    since, until = year.moments()
    Visit.objects.filter(event__starts__gte=since, event__starts__lt=until).delete()
    for kind in (RoomVisit, Opening, Deed):
        kind._default_manager.filter(day__gte=year.begins, day__lte=year.ends).delete()
    # the last day stays: the tally goes on from it
    TalliedDay.objects.filter(day__lt=year.ends).delete()
    CountingKey.objects.filter(fiscal_year=year.fiscal_year).delete()


def _blur(month: Period) -> None:
    """Of a month that stands, only whether somebody came on one day of it or on more; of cards nothing."""
    AfterCard.objects.filter(month=month.begins).delete()
    first: dict[str, date] = {}
    ways: dict[date, list[int]] = {month.begins: [], month.begins + timedelta(days=1): []}
    rows = RoomVisit.objects.filter(day__gte=month.begins, day__lte=month.ends).order_by("day")
    for pk, who, day in rows.values_list("pk", "who", "day"):
        is_later = first.setdefault(who, day) != day
        ways[month.begins + timedelta(days=is_later)].append(pk)
    for day, pks in ways.items():
        for at in range(0, len(pks), _AT_ONCE):
            RoomVisit.objects.filter(pk__in=pks[at : at + _AT_ONCE]).update(day=day, session=None)
