"""Which numbers may be seen. Pure: numbers go in, a mark for each comes out.

A cell of 1 to 4 is `UNDER` and says 「5未満」. So that no difference tells more, others are `WITHHELD`: in each
row and column with exactly one hidden number the next smallest too, and then as many as it takes until every
「5未満」 could still be any of 1, 2, 3 and 4. A zero is shown: where nobody was, nobody is seen. A total below
five is withheld. What was published keeps its mark (`frozen`), since whoever has the old sheet has it still.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

ALL = ""  # the row, or the column, of totals
SMALLEST = 5
_ENDLESS = 10**9
_TRIES, _DEEPEST = 2000, 6

Cell = tuple[str, str, str]
"""Row, column, measure."""
Place = tuple[str, str]
Numbers = Mapping[Cell, int]
Move = dict[Cell, int]


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

    def lines(self) -> Iterator[list[Cell]]:
        """Every row, and every column that adds up, each with its total."""
        for measure in self.measures:
            for row in self.all_rows:
                yield [(row, column, measure) for column in self.all_columns]
            if self.has_sum and measure not in self.distinct:
                for column in self.all_columns:
                    yield [(row, column, measure) for row in self.all_rows]

    def loose_lines(self) -> Iterator[list[Cell]]:
        """Columns of what is distinct: the parts are at least the total, and none is more."""
        for measure in self.distinct if self.has_sum else ():
            for column in self.all_columns:
                yield [(row, column, measure) for row in self.all_rows]


def suppress(shape: Shape, numbers: Numbers, frozen: Marks | None = None) -> dict[Cell, Mark]:
    """A mark for every cell of the shape; those of `frozen` as they were."""
    kept = frozen or {}
    marks = {cell: kept.get(cell) or _first_mark(cell, numbers[cell]) for cell in shape.cells()}
    free = [cell for cell in shape.cells() if cell not in kept and numbers[cell]]
    _hide_beside(shape, numbers, marks, free)
    # what is hidden later binds nobody looked at before: it only leaves more open
    for cell in shape.cells():
        while marks[cell] == Mark.UNDER and not tells_no_more(shape, numbers, marks, cell):
            if not _hide_next(shape, numbers, marks, free, cell):
                break
    return marks


def tells_no_more(shape: Shape, numbers: Numbers, marks: Marks, cell: Cell) -> bool:
    """Whether the published numbers fit as well with a 1 and with a 4 in this cell.

    Shown by finding such numbers, so that no reckoning from what is published can rule them out.
    """
    return all(_reaches(shape, dict(numbers), marks, cell, value) for value in (1, SMALLEST - 1))


def bounds(cell: Cell, mark: Mark, number: int) -> tuple[int, int]:
    """What a mark alone tells, to somebody who knows this module."""
    if mark == Mark.SHOWN:
        return number, number
    if mark == Mark.UNDER:
        return 1, SMALLEST - 1
    return (1 if ALL in cell[:2] else SMALLEST), _ENDLESS


def _first_mark(cell: Cell, number: int) -> Mark:
    if not 0 < number < SMALLEST:
        return Mark.SHOWN
    return Mark.WITHHELD if ALL in cell[:2] else Mark.UNDER


def _hide_beside(shape: Shape, numbers: Numbers, marks: dict[Cell, Mark], free: list[Cell]) -> None:
    """Until no line hides exactly one number: the next smallest too, a total last."""
    changed = True
    while changed:
        changed = False
        for line in (*shape.lines(), *shape.loose_lines()):
            hidden = [cell for cell in line if marks[cell] != Mark.SHOWN]
            beside = [cell for cell in line if cell in free and marks[cell] == Mark.SHOWN]
            if len(hidden) == 1 and beside:
                chosen = min(beside, key=lambda cell: (ALL in cell[:2], numbers[cell]))
                marks[chosen] = Mark.WITHHELD
                changed = True


def _hide_next(
    shape: Shape, numbers: Numbers, marks: dict[Cell, Mark], free: Iterable[Cell], cell: Cell
) -> bool:
    """One that is enough, totals of rows left alone; or else the nearest. False when there is nothing left."""
    shown = [other for other in free if marks[other] == Mark.SHOWN]
    shown.sort(key=lambda other: (_distance(cell, other), numbers[other]))
    for other in shown:
        if other[1] != ALL:
            marks[other] = Mark.WITHHELD
            if tells_no_more(shape, numbers, marks, cell):
                return True
            marks[other] = Mark.SHOWN
    if shown:
        marks[shown[0]] = Mark.WITHHELD
    return bool(shown)


def _distance(cell: Cell, other: Cell) -> tuple[bool, bool, bool, bool]:
    """Of one measure, the total of everything is hidden last, totals of rows before it, what is near first."""
    row, column, measure = cell
    is_apart = row != other[0] and column != other[1]
    return other[2] != measure, other[:2] == (ALL, ALL), other[1] == ALL, is_apart


def _reaches(shape: Shape, table: dict[Cell, int], marks: Marks, cell: Cell, value: int) -> bool:
    """Change the table, one by one, into another that fits and has `value` in this cell."""
    while table[cell] != value:
        if not _Search(shape, table, marks, cell).step(1 if value > table[cell] else -1):
            return False
    return True


class _Search:
    """Looks for another table with one more, or one less, in a cell, and leaves the table so.

    What does not hang together after a move is set right by further moves, until all does or `_TRIES` are over:
    then nothing is proved, and more is hidden.
    """

    def __init__(self, shape: Shape, table: dict[Cell, int], marks: Marks, wanted: Cell) -> None:
        self._shape, self._table, self._marks, self._wanted = shape, table, marks, wanted
        self._left = _TRIES

    def step(self, step: int) -> bool:
        return any(self._any_move(self._wanted, step, (), depth) for depth in range(_DEEPEST))

    def _any_move(self, cell: Cell, step: int, places: tuple[Place, ...], depth: int) -> bool:
        for move in _moves(self._shape, cell):
            if places and self._wanted in move:
                continue
            if self._left and self._apply(move, step):
                touched = tuple(dict.fromkeys((*places, *(moved[:2] for moved in move))))
                if self._settle(touched, depth):
                    return True
                self._add(move, -step)
        return False

    def _settle(self, places: tuple[Place, ...], depth: int) -> bool:
        for place in places:
            ways = self._ways_right(place)
            if ways:
                return depth > 0 and any(self._any_move(cell, step, places, depth - 1) for cell, step in ways)
        return True

    def _apply(self, move: Move, step: int) -> bool:
        if any(self._marks[cell] == Mark.SHOWN for cell in move):
            return False
        self._left -= 1
        self._add(move, step)
        if all(self._is_in_bounds(cell) for cell in move):
            return True
        self._add(move, -step)
        return False

    def _add(self, move: Move, step: int) -> None:
        for cell, by in move.items():
            self._table[cell] += step * by

    def _is_in_bounds(self, cell: Cell) -> bool:
        low, high = bounds(cell, self._marks[cell], self._table[cell])
        return low <= self._table[cell] <= high

    def _ways_right(self, place: Place) -> list[tuple[Cell, int]]:
        """What might mend the first thing that is wrong here; empty if nothing is."""
        row, column = place
        for more, less in pairwise((row, column, measure) for measure in self._shape.measures):
            if self._table[more] < self._table[less]:
                return [(more, 1), (less, -1)]
        if self._shape.has_sum:
            for measure in self._shape.distinct:
                whole = (ALL, column, measure)
                parts = [(part, column, measure) for part in self._shape.rows]
                most = max(parts, key=self._table.__getitem__)
                if self._table[whole] < self._table[most]:
                    return [(whole, 1), (most, -1)]
                if self._table[whole] > sum(self._table[part] for part in parts):
                    return [(whole, -1), *((part, 1) for part in parts)]
        return []


def _moves(shape: Shape, cell: Cell) -> Iterator[Move]:
    """Ways to have one more in a cell while all sums stay sums: one less beside it or one more in its total, and
    the same the other way round in another row, if the columns add up as well."""
    row, column, measure = cell
    adds_up = shape.has_sum and measure not in shape.distinct
    for across in shape.all_rows if adds_up else (row,):
        for beside in shape.all_columns:
            if beside != column and (across != row or not adds_up):
                move = {cell: 1, (row, beside, measure): 1 if ALL in (column, beside) else -1}
                if adds_up:
                    down = 1 if ALL in (row, across) else -1
                    move |= {(across, at, measure): down * by for (_, at, _), by in move.items()}
                yield move
