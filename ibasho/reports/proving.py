"""The proof that a 「5未満」 may be 1, 2, 3 or 4: other numbers that fit all that is shown, one by one. Pure.

First its month alone is changed and the year set right after it. Where that does not fit, the number is walked from
the true one, by steps of one. A step of a measure that adds up over rows and columns is a closed path through the
table, as in a flow between rows and columns. Where another measure stands in the way (新規 ≤ 実 ≤ 延), both step
together, or that one steps first. Every table on the way fits, so what was seen is possible whatever somebody
reckons; what was not seen may be possible too, and then more is hidden than must be.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import pairwise

from ibasho.reports.shapes import ALL, SMALLEST, Cell, Mark, Marks, Numbers, Shape, bounds

_DEEPEST = 3
_TRIES = 60  # paths looked for, for one number in one direction

Edge = tuple[str, str, int]
"""Row, column, and whether the number there grows or shrinks by one."""
Path = list[Edge]
Step = tuple[Cell, int]
Move = dict[Cell, int]


class Proofs:
    """What has been seen under some marks. More hidden numbers take nothing away from it."""

    def __init__(self, shape: Shape, numbers: Numbers, marks: Marks) -> None:
        """`marks` is looked at anew in every step."""
        self._shape, self._numbers, self._marks = shape, numbers, marks
        self._table = dict(numbers)
        self._changed: set[Cell] = set()
        self._left = 0
        self._seen: dict[Step, frozenset[Cell]] = {}
        self._rows: dict[str, Proofs] = {}

    def is_proved(self, cell: Cell) -> bool:
        """Whether the numbers fit as well with 1, 2, 3 or 4 in this cell. Looks no further than `_TRIES`."""
        return all(
            self._is_seen(cell, value) or self._alone(cell, value) or self._walk(cell, value)
            for value in (1, 4, 2, 3)
        )

    def without(self, shown: Cell) -> list[Cell]:
        """This one is shown after all: the cells that must be proved anew."""
        gone = [step for step, changed in self._seen.items() if shown in changed]
        for step in gone:
            del self._seen[step]
        return list(dict.fromkeys(cell for cell, _ in gone))

    def copy_of_seen(self) -> dict[Step, frozenset[Cell]]:
        return dict(self._seen)

    def set_seen(self, seen: Mapping[Step, frozenset[Cell]]) -> None:
        self._seen = dict(seen)

    def other_numbers(self, cell: Cell, value: int) -> dict[Cell, int] | None:
        """A table that fits with this value in the cell, if one was found."""
        self._seen.pop((cell, value), None)
        if self._numbers[cell] == value:
            return dict(self._numbers)
        return self._alone(cell, value) or (dict(self._table) if self._walk(cell, value) else None)

    def _alone(self, cell: Cell, value: int) -> dict[Cell, int] | None:
        """Only this row other, and what all rows come to set right after it: enough wherever that is hidden."""
        row, shape = cell[0], self._shape
        if not shape.has_sum or row == ALL:
            return None
        if row not in self._rows:
            single = Shape((row,), shape.columns, shape.measures, shape.distinct)
            self._rows[row] = Proofs(
                single, {each: self._numbers[each] for each in single.cells()}, self._marks
            )
        found = self._rows[row].other_numbers(cell, value)
        if found is None:
            return None
        table = dict(self._numbers) | found
        for measure in shape.measures:
            self._set_sums(table, measure)
        changed = [each for each in table if table[each] != self._numbers[each]]
        if not all(self._fits(each, table[each]) for each in changed) or self._wrong_in(table):
            return None
        self._seen[cell, value] = frozenset(changed)
        return table

    def _set_sums(self, table: dict[Cell, int], measure: str) -> None:
        shape, whole = self._shape, (ALL, ALL, measure)
        for column in shape.columns:
            parts = [table[row, column, measure] for row in shape.rows]
            table[ALL, column, measure] = sum(parts)
            if measure in shape.distinct:
                low, high = self._span(table, column, measure, parts)
                table[ALL, column, measure] = max(low, min(high, self._numbers[ALL, column, measure]))
        off = sum(table[ALL, column, measure] for column in shape.columns) - table[whole]
        if measure in shape.distinct and self._marks[whole] == Mark.SHOWN:
            for column in shape.columns:
                cell = ALL, column, measure
                if off and self._marks[cell] == Mark.WITHHELD:
                    low, high = self._span(
                        table, column, measure, [table[r, column, measure] for r in shape.rows]
                    )
                    to = max(low, 1, min(high, table[cell] - off))
                    off -= table[cell] - to
                    table[cell] = to
        table[whole] = sum(table[ALL, column, measure] for column in shape.columns)

    def _span(self, table: Numbers, column: str, measure: str, parts: list[int]) -> tuple[int, int]:
        """Of somebody in several rows at once, by the rows and by the neighbouring measures."""
        measures = self._shape.measures
        at = measures.index(measure)
        low, high = max(parts), sum(parts)
        if at + 1 < len(measures):
            low = max(low, sum(table[row, column, measures[at + 1]] for row in self._shape.rows))
        if at:
            high = min(high, table[ALL, column, measures[at - 1]])
        return low, high

    def _wrong_in(self, table: dict[Cell, int]) -> bool:
        mine, self._table = self._table, table
        wrong = self._wrong(dict.fromkeys(table, 0))
        self._table = mine
        return bool(wrong)

    def _fits(self, cell: Cell, number: int) -> bool:
        low, high = bounds(cell, self._marks[cell], self._numbers[cell])
        return low <= number <= high

    def _is_seen(self, cell: Cell, value: int) -> bool:
        return self._numbers[cell] == value or (cell, value) in self._seen

    def _walk(self, cell: Cell, value: int) -> bool:
        """From the true numbers, so that as little as possible is other than there."""
        for each in self._changed:
            self._table[each] = self._numbers[each]
        self._changed.clear()
        self._left = _TRIES
        while (at := self._table[cell]) != value and self._left:
            by = 1 if value > at else -1
            if not any(self._step(cell, by, depth) for depth in range(_DEEPEST)) and self._table[cell] == at:
                return False
        return self._table[cell] == value

    def _step(self, cell: Cell, by: int, depth: int) -> bool:
        """One more, or one less, in this cell; at `depth` others may have to step first."""
        wanted = self._table[cell] + by
        for together in self._together(cell[2]):
            for path in self._paths(cell, by, together, depth > 0):
                if not self._left:
                    return False
                self._left -= 1
                if self._take(path, together, cell):
                    return True
                if depth and self._clear(path, together, depth) and self._table[cell] != wanted:
                    self._take(path, together, cell)
                if self._table[cell] == wanted:
                    return True
        return False

    def _together(self, measure: str) -> Iterator[tuple[str, ...]]:
        """Neighbouring measures that may step as one, the fewest first."""
        measures = self._shape.measures
        at, many = measures.index(measure), len(measures)
        for length in range(1, many + 1):
            for first in range(max(0, at - length + 1), min(at, many - length) + 1):
                yield measures[first : first + length]

    def _paths(self, cell: Cell, by: int, together: tuple[str, ...], may_clear: bool) -> Iterator[Path]:
        row, column, _ = cell
        if not any(self._shape.adds_up(measure) for measure in together):
            for other in self._shape.all_columns:
                if other != column:
                    path = [(row, column, by), (row, other, -by * _sign(column) * _sign(other))]
                    if all(self._cost(edge, together) is not None for edge in path):
                        yield path
            return
        closed = self._closed_path(row, column, by, together, may_clear)
        if closed is not None:
            yield closed

    def _closed_path(
        self, row: str, column: str, by: int, together: tuple[str, ...], may_clear: bool
    ) -> Path | None:
        """With as few places as possible where another measure stands in the way; none of them unless `may_clear`.

        With the totals counted against the sign, every row and column of a step adds up to nothing. So it goes
        from the row by a number that shrinks to a column, from there by one that grows to a row, and so on, until
        it comes to the column where it began.
        """
        start, end = (True, row), (False, column)
        inward = by * _sign(row) * _sign(column)
        cost: dict[tuple[bool, str], int] = {start: 0}
        came: dict[tuple[bool, str], tuple[tuple[bool, str], Edge]] = {}
        queue = deque([start])
        while queue:
            at = queue.popleft()
            is_row, name = at
            for other in self._shape.all_columns if is_row else self._shape.all_rows:
                r, c = (name, other) if is_row else (other, name)
                if (r, c) == (row, column):
                    continue
                edge = (r, c, (-inward if is_row else inward) * _sign(r) * _sign(c))
                price = self._cost(edge, together)
                if price is None or (price and not may_clear):
                    continue
                to, total = (not is_row, other), cost[at] + price
                if total < cost.get(to, 10**6):
                    cost[to] = total
                    came[to] = (at, edge)
                    if price:
                        queue.append(to)
                    else:
                        queue.appendleft(to)
        if end not in came:
            return None
        path, at = [(row, column, by)], end
        while at != start:
            at, edge = came[at]
            path.append(edge)
        return path

    def _cost(self, edge: Edge, together: tuple[str, ...]) -> int | None:
        """None where the marks forbid it; 1 where another measure stands in the way, a little more than nothing."""
        row, column, by = edge
        for measure in together:
            if not self._may((row, column, measure), by):
                return None
        return 1 if self._measure_before((row, column), by, together) is not None else 0

    def _may(self, cell: Cell, by: int) -> bool:
        return self._fits(cell, self._table[cell] + by)

    def _measure_before(self, place: tuple[str, str], by: int, together: tuple[str, ...]) -> Cell | None:
        """The neighbour that must step first, if any."""
        measures = self._shape.measures
        edge_of = together[0] if by > 0 else together[-1]
        at = measures.index(edge_of) - by
        if not 0 <= at < len(measures):
            return None
        beside = (*place, measures[at])
        return beside if self._table[beside] == self._table[(*place, edge_of)] else None

    def _take(self, path: Path, together: tuple[str, ...], wanted: Cell) -> bool:
        """Do it, if all fits afterwards."""
        for move in self._moves(path, together, wanted[0]):
            if all(self._may(cell, by) for cell, by in move.items()):
                self._add(move, 1)
                if not self._wrong(move):
                    self._remember(move)
                    return True
                self._add(move, -1)
        return False

    def _moves(self, path: Path, together: tuple[str, ...], row: str) -> Iterator[Move]:
        """As the path goes; what is distinct may also stay in the one row, or step over all rows in its own way."""
        move = {(r, c, measure): by for r, c, by in path for measure in together}
        yield move
        loose = [measure for measure in together if not self._shape.adds_up(measure)]
        if not loose or not self._shape.has_sum:
            return
        move = {cell: by for cell, by in move.items() if cell[0] == row or cell[2] not in loose}
        yield move
        across = self._shape.rows if row == ALL else (ALL,)
        steps = [(measure, c, by) for r, c, by in path if r == row for measure in loose]
        for other_row in across:
            for measure, c, by in steps:
                for other in self._shape.all_columns:
                    if other != c:
                        back = -by * _sign(c) * _sign(other)
                        yield move | {(other_row, c, measure): by, (other_row, other, measure): back}

    def _clear(self, path: Path, together: tuple[str, ...], depth: int) -> bool:
        """Have those step first that stand in the way."""
        move = {(r, c, measure): by for r, c, by in path for measure in together}
        self._add(move, 1)
        wrong = self._wrong(move)
        self._add(move, -1)
        for ways in wrong:
            if not any(
                self._left and self._step(cell, by, depth - 1) for cell, by in ways if cell not in move
            ):
                return False
        return True

    def _wrong(self, move: Move) -> list[list[Step]]:
        """What does not hang together any more, each with what would mend it."""
        found: list[list[Step]] = []
        measures, table = self._shape.measures, self._table
        for row, column in dict.fromkeys(cell[:2] for cell in move):
            for more, less in pairwise(measures):
                if table[row, column, more] < table[row, column, less]:
                    found.append([((row, column, more), 1), ((row, column, less), -1)])
        if self._shape.has_sum:
            for column, measure in dict.fromkeys(cell[1:] for cell in move):
                if measure in self._shape.distinct:
                    found += self._wrong_in_loose(column, measure)
        return found

    def _wrong_in_loose(self, column: str, measure: str) -> Iterator[list[Step]]:
        whole = (ALL, column, measure)
        parts = [(row, column, measure) for row in self._shape.rows]
        most = max(parts, key=self._table.__getitem__)
        if self._table[whole] < self._table[most]:
            yield [(whole, 1), (most, -1)]
        if self._table[whole] > sum(self._table[part] for part in parts):
            yield [(whole, -1), *((part, 1) for part in parts)]

    def _add(self, move: Move, sign: int) -> None:
        for cell, by in move.items():
            self._table[cell] += sign * by

    def _remember(self, move: Move) -> None:
        for cell in move:
            if self._table[cell] == self._numbers[cell]:
                self._changed.discard(cell)
            else:
                self._changed.add(cell)
        changed: frozenset[Cell] | None = None
        for cell in move:
            step = (cell, self._table[cell])
            if self._marks[cell] == Mark.UNDER and 0 < step[1] < SMALLEST and step not in self._seen:
                changed = changed or frozenset(self._changed)
                self._seen[step] = changed


def _sign(name: str) -> int:
    return -1 if name == ALL else 1
