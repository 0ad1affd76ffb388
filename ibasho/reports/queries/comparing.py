"""半年ごとに くらべる: half-years beside years, from the sheets of closed periods alone.

A number of a half-year is the sum of its months and stands only where each of them does: so nothing can be worked
out of it that the months do not tell. 実人数 does not add up, and stands for years only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from ibasho.lib import clock
from ibasho.reports.counted import KEEPERS, MEETINGS, PEOPLE
from ibasho.reports.models import Figure, Report
from ibasho.reports.periods import Period
from ibasho.reports.shapes import ALL, Mark
from ibasho.reports.sheets import WITHHELD, Row, Sheet, Table, cell, hours_text

HALVES = "halves"
"""How it stands in an address, in the place of a period."""
_YEARS = 3
_NOTES = (
    "半年の数は、6つの月の数を足したものです。ひとつでも出していない月があるときは、「※」です。",
    "半年の｜実人数《じつにんずう》は、出していません。何か月も来た人がいるので、月の数を足しても わかりません。",
)
Whole = tuple[str, Sequence[Report]]
"""How a line is called, and what it adds up: one report of a year, or those of months."""


def compared() -> Sheet | None:
    """The last three fiscal years with their halves; None before the first half-year is closed."""
    rows = list(_wholes())
    if not rows:
        return None
    reports = [report for _, parts in rows for report in parts]
    figures = {
        (figure.report_id, figure.what, figure.of): figure
        for figure in Figure.objects.filter(report__in=reports)
    }

    def added(parts: Sequence[Report], what: str, of: str) -> int | None:
        found = [figures.get((report.pk, what, of)) for report in parts]
        if any(figure is None or figure.mark != Mark.SHOWN for figure in found):
            return None
        return sum(figure.number for figure in found if figure is not None)

    def said(parts: Sequence[Report], what: str, of: str) -> str:
        if len(parts) == 1:
            figure = figures[parts[0].pk, what, of]
            return cell(figure.number, figure.mark)
        number = added(parts, what, of)
        return WITHHELD if number is None else cell(number, Mark.SHOWN)

    def hours(parts: Sequence[Report], what: str) -> str:
        return hours_text(added(parts, what, ALL) or 0)

    tables = [
        Table(
            words,
            [*PEOPLE.of.values(), "合計"],
            [
                Row(label, [said(parts, what, of) for of in (*PEOPLE.of, ALL)])
                for label, parts in rows
                if what not in PEOPLE.distinct or _is_year(parts)
            ],
        )
        for what, words in PEOPLE.measures.items()
    ]
    kinds = [*MEETINGS.of.values(), "合計"]
    tables += [
        Table(
            "集まりと開室の回数",
            kinds,
            [
                Row(label, [said(parts, "sessions", of) for of in (*MEETINGS.of, ALL)])
                for label, parts in rows
            ],
        ),
        Table(
            "時間とスタッフ",
            ["集まりと開室の時間", KEEPERS["duties"], KEEPERS["duty_minutes"]],
            [
                Row(
                    label,
                    [hours(parts, "minutes"), said(parts, "duties", ALL), hours(parts, "duty_minutes")],
                )
                for label, parts in rows
            ],
        ),
    ]
    newest = max(report.closed_on for report in reports)
    closed = f"{newest.year}年{clock.day_text(newest)}"
    return Sheet(
        HALVES,
        "半年ごとに くらべる",
        closed,
        [table for table in tables if table.rows],
        notes=_NOTES,
    )


def _wholes() -> Iterator[Whole]:
    """The newest year first: the year, then its halves."""
    reports = list(Report.objects.order_by("begins", "-ends"))
    months = [report for report in reports if not _is_year([report])]
    years = {report.begins.year: report for report in reports if _is_year([report])}
    by_year = {
        year: list(group)
        for year, group in groupby(months, key=lambda month: clock.fiscal_year(month.begins))
    }
    for year in sorted(by_year, reverse=True)[:_YEARS]:
        if year in years:
            yield f"{year}年度", [years[year]]
        for name, ends in (("後半", date(year + 1, 3, 31)), ("前半", date(year, 9, 30))):
            half = [month for month in by_year[year] if (month.begins.month in _MONTHS[name])]
            if half and half[-1].ends == ends:
                yield f"{year}年度 {name}{_since(half)}", half


_MONTHS = {"前半": range(4, 10), "後半": (10, 11, 12, 1, 2, 3)}


def _since(half: Sequence[Report]) -> str:
    """Where the house began in it."""
    return "" if len(half) == 6 else f"（{half[0].begins.month}月から）"


def _is_year(parts: Sequence[Report]) -> bool:
    return len(parts) == 1 and Period(parts[0].begins, parts[0].ends).is_year
