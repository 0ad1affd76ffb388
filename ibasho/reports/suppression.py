"""Which numbers may be seen. Pure: numbers go in, a mark for each comes out.

A cell of 1 to 4 is `UNDER` and says 「5未満」. So that no difference tells more, others are `WITHHELD`: in each
row and column with exactly one hidden number the next smallest too, and then as many as it takes until every
「5未満」 is proved to be any of 1, 2, 3 and 4 for all that is shown. What proves to be hidden for nothing is shown
again, totals first. A zero is shown: where nobody was, nobody is seen. A total below five is withheld. What was
published keeps its mark (`frozen`), since whoever has the old sheet has it still.
"""

from __future__ import annotations

from ibasho.reports.proving import Proofs
from ibasho.reports.shapes import ALL, SMALLEST, Cell, Mark, Marks, Numbers, Shape


class Unproved(Exception):
    """With everything hidden that may be, a number might still be worked out: nothing may be published."""


def suppress(shape: Shape, numbers: Numbers, frozen: Marks | None = None) -> dict[Cell, Mark]:
    """A mark for every cell of the shape; those of `frozen` as they were.

    Raises `Unproved` rather than give marks under which a 「5未満」 might be worked out.
    """
    kept = frozen or {}
    marks = {cell: kept.get(cell) or _first_mark(cell, numbers[cell]) for cell in shape.cells()}
    free = [cell for cell in shape.cells() if cell not in kept and numbers[cell]]
    return _Hiding(shape, numbers, marks, free).done()


def tells_no_more(shape: Shape, numbers: Numbers, marks: Marks, cell: Cell) -> bool:
    """Whether the published numbers were found to fit as well with a 1 and with a 4 in this cell."""
    return Proofs(shape, numbers, marks).is_proved(cell)


class _Hiding:
    """The marks on their way from too few hidden, over enough, to no more than that."""

    def __init__(self, shape: Shape, numbers: Numbers, marks: dict[Cell, Mark], free: list[Cell]) -> None:
        self._shape, self._numbers, self._marks = shape, numbers, marks
        self._free = free
        self._under = [cell for cell, mark in marks.items() if mark == Mark.UNDER]
        self._proofs = Proofs(shape, numbers, marks)

    def done(self) -> dict[Cell, Mark]:
        self._hide_beside()
        # what is hidden later binds nobody looked at before: it only leaves more open
        for cell in self._under:
            while not self._proofs.is_proved(cell):
                self._hide_next(cell)
        self._show_again()
        self._prove_all()
        return self._marks

    def _prove_all(self) -> None:
        """Once more and from nothing, as the tables stand now."""
        proofs = Proofs(self._shape, self._numbers, self._marks)
        if not all(proofs.is_proved(cell) for cell in self._under):
            for cell in self._shown():
                self._hide(cell)
            proofs = Proofs(self._shape, self._numbers, self._marks)
            for cell in self._under:
                if not proofs.is_proved(cell):
                    raise Unproved(f"{cell[2]} of {cell[1]} in {cell[0]}")

    def _hide_beside(self) -> None:
        """Until no line hides exactly one number: the next smallest too, a total last."""
        changed = True
        while changed:
            changed = False
            for line in self._lines():
                hidden = [cell for cell in line if self._marks[cell] != Mark.SHOWN]
                beside = [cell for cell in self._shown() if cell in line]
                if len(hidden) == 1 and beside:
                    self._hide(min(beside, key=lambda cell: (_rank(cell), self._numbers[cell])))
                    changed = True

    def _hide_next(self, cell: Cell) -> None:
        """The nearest, totals last. Raises `Unproved` where nothing is left."""
        shown = self._shown()
        if not shown:
            raise Unproved(f"{cell[2]} of {cell[1]} in {cell[0]}")
        self._hide(min(shown, key=lambda other: (_distance(cell, other), self._numbers[other])))

    def _show_again(self) -> None:
        """What was not needed, one by one: the total of everything first, then other totals, then what is large."""
        hidden = [
            cell
            for cell in self._free
            if self._marks[cell] == Mark.WITHHELD and self._numbers[cell] >= SMALLEST
        ]
        for cell in sorted(hidden, key=lambda cell: (-_rank(cell), -self._numbers[cell])):
            if not self._stands_for_one(cell):
                before = self._proofs.copy_of_seen()
                self._marks[cell] = Mark.SHOWN
                if not all(self._proofs.is_proved(each) for each in self._proofs.without(cell)):
                    self._hide(cell)
                    self._proofs.set_seen(before)

    def _stands_for_one(self, cell: Cell) -> bool:
        """Whether some line would hide exactly one number without it."""
        return any(
            sum(self._marks[each] != Mark.SHOWN for each in line) == 2
            for line in self._lines()
            if cell in line
        )

    def _lines(self) -> list[list[Cell]]:
        return [*self._shape.lines(), *self._shape.loose_lines()]

    def _shown(self) -> list[Cell]:
        return [cell for cell in self._free if self._marks[cell] == Mark.SHOWN]

    def _hide(self, cell: Cell) -> None:
        self._marks[cell] = Mark.WITHHELD


def _first_mark(cell: Cell, number: int) -> Mark:
    if not 0 < number < SMALLEST:
        return Mark.SHOWN
    return Mark.WITHHELD if ALL in cell[:2] else Mark.UNDER


def _rank(cell: Cell) -> int:
    """0 inside, 1 a total over the rows, 2 one over the columns, 3 the total of everything."""
    return (cell[0] == ALL) + 2 * (cell[1] == ALL)


def _distance(cell: Cell, other: Cell) -> tuple[int, bool, bool]:
    """Totals over the columns last; before that, of one measure and what is near first."""
    row, column, measure = cell
    is_apart = row != other[0] and column != other[1]
    return _rank(other) // 2 * (1 + (other[0] == ALL)), other[2] != measure, is_apart
