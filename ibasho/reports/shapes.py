"""How numbers that are told in one breath hang together, and what a mark alone tells of one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

ALL = ""  # the row, or the column, of totals
SMALLEST = 5
ENDLESS = 10**9

Cell = tuple[str, str, str]
"""Row, column, measure."""
Numbers = Mapping[Cell, int]


class Mark(StrEnum):
    SHOWN = "shown"
    UNDER = "under"
    WITHHELD = "withheld"


Marks = Mapping[Cell, Mark]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is told in one breath. `rows` are parts of a period, `columns` parts of the people.

    No number of a measure is greater than that of the measure before it. Those in `distinct` add up over
    columns only: over the rows somebody may be in several. Without `has_sum` there is no row of totals.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    measures: tuple[str, ...]
    distinct: frozenset[str] = frozenset()
    has_sum: bool = False

    @property
    def all_rows(self) -> tuple[str, ...]:
        return (*self.rows, ALL) if self.has_sum else self.rows

    @property
    def all_columns(self) -> tuple[str, ...]:
        return (*self.columns, ALL)

    def cells(self) -> Iterator[Cell]:
        for measure in self.measures:
            for row in self.all_rows:
                for column in self.all_columns:
                    yield row, column, measure

    def adds_up(self, measure: str) -> bool:
        """Over the rows; over the columns everything does."""
        return self.has_sum and measure not in self.distinct

    def lines(self) -> Iterator[list[Cell]]:
        """Every row, and every column that adds up, each with its total."""
        for measure in self.measures:
            for row in self.all_rows:
                yield [(row, column, measure) for column in self.all_columns]
            if self.adds_up(measure):
                for column in self.all_columns:
                    yield [(row, column, measure) for row in self.all_rows]

    def loose_lines(self) -> Iterator[list[Cell]]:
        """Columns of what is distinct: the parts are at least the total, and none is more."""
        for measure in self.distinct if self.has_sum else ():
            for column in self.all_columns:
                yield [(row, column, measure) for row in self.all_rows]


def bounds(cell: Cell, mark: Mark, number: int) -> tuple[int, int]:
    """What a mark alone tells, to somebody who knows this module."""
    if mark == Mark.SHOWN:
        return number, number
    if mark == Mark.UNDER:
        return 1, SMALLEST - 1
    return (1 if ALL in cell[:2] else SMALLEST), ENDLESS
