"""Somebody who has the sheet, knows how it is made, and would like to know more: linear bounds on every number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ibasho.reports.shapes import ALL, Cell, Mark, Shape, bounds

Interval = tuple[int, int]
Terms = list[tuple[int, Cell]]


def attacked(
    shape: Shape, numbers: Mapping[Cell, int], marks: Mapping[Cell, Mark]
) -> Mapping[Cell, Interval]:
    """Between what each number must lie, from what is shown and from nothing else."""
    known = {cell: bounds(cell, marks[cell], numbers[cell]) for cell in shape.cells()}
    most = list(_at_most(shape))
    changed = True
    while changed:
        changed = False
        for terms in most:
            changed |= _tighten(known, terms)
    return known


def _at_most(shape: Shape) -> Iterator[Terms]:
    """All that is known of how numbers hang together, each as a sum that is at most zero."""
    for line in shape.lines():
        *parts, total = line
        terms = [*((1, part) for part in parts), (-1, total)]
        yield terms
        yield [(-sign, cell) for sign, cell in terms]
    for row in shape.all_rows:
        for column in shape.all_columns:
            for more, less in zip(shape.measures, shape.measures[1:], strict=False):
                yield [(1, (row, column, less)), (-1, (row, column, more))]
    for measure in shape.distinct if shape.has_sum else ():
        for column in shape.all_columns:
            parts = [(row, column, measure) for row in shape.rows]
            yield [(1, (ALL, column, measure)), *((-1, part) for part in parts)]
            for part in parts:
                yield [(1, part), (-1, (ALL, column, measure))]


def _tighten(known: dict[Cell, Interval], terms: Terms) -> bool:
    changed = False
    least = sum(_least(known, sign, cell) for sign, cell in terms)
    for sign, cell in terms:
        room = -(least - _least(known, sign, cell))  # sign * number is at most this
        low, high = known[cell]
        tighter = (low, min(high, room)) if sign > 0 else (max(low, -room), high)
        if tighter != known[cell]:
            known[cell] = tighter
            changed = True
            least = sum(_least(known, each, other) for each, other in terms)
    return changed


def _least(known: Mapping[Cell, Interval], sign: int, cell: Cell) -> int:
    low, high = known[cell]
    return low if sign > 0 else -high
