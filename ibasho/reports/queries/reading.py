"""Sheets of closed periods. Nothing here counts, and nothing shows a number whose mark forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ibasho.events.counting_days import counted_on
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.reports.counted import (
    BY_TEXT,
    CARDS,
    CONDUCT,
    KEEPERS,
    MEETINGS,
    MOST_WORDS,
    PEOPLE,
    RETURNED,
    TIMES,
    Group,
)
from ibasho.reports.models import Figure, Report
from ibasho.reports.periods import Period
from ibasho.reports.queries.comparing import HALVES, compared
from ibasho.reports.queries.counting import first_day
from ibasho.reports.shapes import ALL, SMALLEST
from ibasho.reports.sheets import KEEPERS_DEFINITIONS, Row, Sheet, Sheets, Table, cell, hours_text, time_text

Figures = Mapping[tuple[str, str], Figure]
_SUM = "合計"
_NOT_ENOUGH = "—"
_TIME_WORDS = {"decided": "知らせを確かめるまで", "reviewed": "見直しの答えまで"}


def sheets_for(asked: str, *, with_keepers: bool) -> Sheets:
    """The sheet of a period as it stands in an address, the newest without a word, and what is beside it.

    Refuses `not_found` for a period that is not closed.
    """
    periods = closed_periods()
    coming, on = next_closing()
    if with_keepers and asked == HALVES:
        return Sheets(compared(), periods, coming, on)
    period = Period.parse(asked) if asked else next(iter(periods), None)
    if asked and period not in periods:
        raise Refusal("not_found")
    sheet = sheet_of(period, with_keepers=with_keepers) if period is not None else None
    return Sheets(sheet, periods, coming, on, period)


def closed_periods() -> list[Period]:
    """The newest first; a year before its months."""
    rows = Report.objects.order_by("-ends", "begins").values_list("begins", "ends")
    return [Period(begins, ends) for begins, ends in rows]


def next_closing() -> tuple[Period, date]:
    """The month that is not closed yet, and the day on which it will be."""
    last = Report.objects.order_by("-ends").first()
    month = Period.month(last.ends).next if last is not None else Period.month(first_day() or clock.today())
    return month, counted_on(month.ends)


def sheet_of(period: Period, *, with_keepers: bool) -> Sheet | None:
    """What may be seen of a closed period; None for any other. `with_keepers`: for them, with their own numbers and words."""
    report = Report.objects.filter(begins=period.begins, ends=period.ends).first()
    if report is None:
        return None
    figures = _figures_of([report])[report.pk]
    if period.is_year:
        months = list(
            Report.objects.filter(begins__gte=period.begins, ends__lte=period.ends).exclude(pk=report.pk)
        )
        found = _figures_of(months)
        rows = [(f"{month.begins.month}月", found[month.pk]) for month in months]
        people = _people_of_year([*rows, ("年度", figures)])
        people += _returned(figures)
    else:
        rows = []
        people = [_people_of_month(figures)]
    tables = [*people, _meetings(figures)]
    if with_keepers:
        tables += [_keepers(figures, rows), _taking_part(figures, is_year=period.is_year)]
        # of fewer than five answers it is not even told which there were
        if figures["cards", ALL].number >= SMALLEST:
            tables.append(_group(CARDS, figures))
    tables += [*(_group(group, figures) for group in CONDUCT), _times(figures)]
    words = report.words if with_keepers else ""
    closed = f"{report.closed_on.year}年{clock.day_text(report.closed_on)}"
    notes = KEEPERS_DEFINITIONS if with_keepers else ()
    return Sheet(str(period), period.title, closed, tables, words, notes)


def _figures_of(reports: Iterable[Report]) -> dict[int, Figures]:
    found: dict[int, dict[tuple[str, str], Figure]] = {report.pk: {} for report in reports}
    for figure in Figure.objects.filter(report__in=found):
        found[figure.report_id][figure.what, figure.of] = figure
    return dict(found)


def _people_of_month(figures: Figures) -> Table:
    columns = [*PEOPLE.of.values(), _SUM]
    rows = [
        Row(words, [_cell(figures, what, of) for of in (*PEOPLE.of, ALL)])
        for what, words in PEOPLE.measures.items()
    ]
    return Table(PEOPLE.title, columns, rows)


def _people_of_year(rows: list[tuple[str, Figures]]) -> list[Table]:
    columns = [*PEOPLE.of.values(), _SUM]
    return [
        Table(
            words,
            columns,
            [Row(label, [_cell(figures, what, of) for of in (*PEOPLE.of, ALL)]) for label, figures in rows],
        )
        for what, words in PEOPLE.measures.items()
    ]


def _returned(figures: Figures) -> list[Table]:
    figure = figures.get((RETURNED, ALL))
    words = f"{figure.number}%" if figure is not None else _NOT_ENOUGH
    row = Row("はじめての方のうち、同じ年度にまた来た方（「わたし」につながる方だけ）", [words])
    return [Table("また来た方", ["割合"], [row])]


def _meetings(figures: Figures) -> Table:
    rows = [
        Row(words, [_cell(figures, "sessions", of), hours_text(figures["minutes", of].number)])
        for of, words in (*MEETINGS.of.items(), (ALL, _SUM))
        if figures["sessions", of].number or of == ALL
    ]
    return Table(MEETINGS.title, ["回数", "時間"], rows)


def _keepers(figures: Figures, months: list[tuple[str, Figures]]) -> Table:
    """How many there were is counted by month: over a year the house does not keep who had duty."""
    rows = [Row(label, _watch(each)) for label, each in (months or [("この月", figures)])]
    if months:
        rows.append(Row("年度", _watch(figures)))
    return Table("スタッフ", list(KEEPERS.values()), rows)


def _watch(figures: Figures) -> list[str]:
    keepers = figures.get(("keepers", ALL))
    return [
        f"{keepers.number}人" if keepers is not None else _NOT_ENOUGH,
        f"{figures['duties', ALL].number:,}回",
        hours_text(figures["duty_minutes", ALL].number),
    ]


def _taking_part(figures: Figures, *, is_year: bool) -> Table:
    """For who keeps the place: whether one may be there by text, and whether many get to speak."""
    most = figures.get((MOST_WORDS, ALL))
    words = f"{most.number}%" if most is not None else _NOT_ENOUGH
    rows = [Row("部屋で いちばん多く書いた方の、言葉の割合（5人以上が書いた回の、まんなかの値）", [words])]
    if is_year:
        by_text = figures.get((BY_TEXT, ALL))
        words = f"約{by_text.number}割" if by_text is not None else _NOT_ENOUGH
        rows.insert(0, Row("集まりに 文字だけで参加した方", [words]))
    return Table("参加のしかた", ["割合"], rows)


def _group(group: Group, figures: Figures) -> Table:
    (what, unit), *_ = group.measures.items()
    rows = [Row(words, [_cell(figures, what, of)]) for of, words in (*group.of.items(), (ALL, _SUM))]
    return Table(group.title, [unit], rows)


def _times(figures: Figures) -> Table:
    """The middle one; where it happened seldom nothing is said."""
    rows = []
    for what, name in TIMES.items():
        figure = figures.get((name, ALL))
        rows.append(Row(_TIME_WORDS[what], [time_text(figure.number) if figure is not None else _NOT_ENOUGH]))
    return Table("かかった時間（まんなかの値）", ["時間"], rows)


def _cell(figures: Figures, what: str, of: str) -> str:
    figure = figures[what, of]
    return cell(figure.number, figure.mark)
