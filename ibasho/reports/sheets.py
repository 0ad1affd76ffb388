"""A sheet: what a page, a print and a file show of one period, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ibasho.house import written
from ibasho.reports.periods import Period
from ibasho.reports.shapes import Mark

UNDER, WITHHELD = "5未満", "※"
DEFINITIONS = (
    "｜延人数《のべにんずう》：1回の集まり、または部屋の1回の開室に来た人を、1と数えたものです。2回来た人は、2です。",
    "｜実人数《じつにんずう》：同じ人を、1回だけ数えたものです。「わたし」に つながっていない申し込みは、同じ人かどうかがわからないので、会ごとに数えます。立場ごとに数えます。",
    "｜新規《しんき》：その年度に、はじめて来た人です。集まりでは、ご本人の答えによります。",
    "部屋では、合言葉のない方が もう一度来たとき、前と同じ人かどうかが わかりません。来るたびに、べつの人、新規の人として数えます。部屋の実人数と新規は、ほんとうより多くなります。",
    "集まりには、来た方のしるしをつけた人が入ります。申し込んで来なかった人は、入りません。スタッフは、べつに数えます。",
    "部屋の人数には、席についた人が入ります。見ているだけの人も、同じです。集まりの文字だけの部屋に来た人は、その集まりに数えます。ためしの部屋と静かな部屋は、人数にも、スタッフがしたことにも、入りません。",
    "月の数は、次の月の8日にまとめます。年度は、4月から3月です。まとめたあとは、変わりません。",
    "1から4までの数は「5未満」と書きます。「※」は、ほかの数から「5未満」がわからないように、出していない数です。0は、0と書きます。",
)


KEEPERS_DEFINITIONS = (
    "集まりに文字だけで参加した方：来た方のうち、申し込みで「文字だけ」をえらんだ方の、おおよその割合です。まだわからない方は、入れません。年度で50人より少ないときや、かたよりが大きいときは、出しません。",
    "いちばん多く書いた方の割合：5人以上が書いた開室だけを、文字の数で数えます。そういう開室が5回より少ないときは、出しません。",
)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]

    @property
    def is_wide(self) -> bool:
        """So many columns that a row folds on a narrow screen."""
        return len(self.columns) > 3

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each row with the name of the column beside every cell, for narrow screens and for ears."""
        return [(row.label, list(zip(self.columns, row.cells))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`code` is how the period stands in an address."""

    code: str
    title: str
    closed: str
    tables: Sequence[Table]
    words: str = ""
    notes: Sequence[str] = ()

    @property
    def definitions(self) -> Sequence[str]:
        """Printed with the numbers; with readings in them."""
        return (*self.notes, *DEFINITIONS)

    @property
    def plain_definitions(self) -> Sequence[str]:
        return [written.plain(text) for text in self.definitions]


@dataclass(frozen=True, slots=True)
class Sheets:
    """One sheet, if anything is closed; the other periods there are; and what comes when."""

    sheet: Sheet | None
    periods: Sequence[Period]
    coming: Period
    coming_on: date
    period: Period | None = None

    @property
    def has_halves(self) -> bool:
        """Whether a half-year is over, so that there is something to compare."""
        return any(period.ends.month in (3, 9) for period in self.periods)


def cell(number: int, mark: str) -> str:
    """The number, if it may be seen."""
    if mark == Mark.SHOWN:
        return f"{number:,}"
    return UNDER if mark == Mark.UNDER else WITHHELD


def time_text(minutes: int) -> str:
    """45分, 1時間30分, 3日: so long that it says enough, and no longer."""
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{round(hours / 24)}日"
    return f"{hours}時間{rest}分" if hours and rest else f"{hours}時間" if hours else f"{rest}分"


def hours_text(minutes: int) -> str:
    """90.5時間."""
    return f"{minutes / 60:,.1f}時間".replace(".0時間", "時間")
