"""What is not shown cannot be worked out: neither from a row, nor from a year and its months, nor across measures."""

from __future__ import annotations

from itertools import product
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibasho.reports.proving import Proofs
from ibasho.reports.shapes import ALL, Cell, Mark, Shape, bounds
from ibasho.reports.suppression import Unproved, suppress, tells_no_more
from tests.reports.attack import attacked

MEASURES = ("total", "unique", "new")
DISTINCT = frozenset({"unique"})
COLUMNS = ("parent", "sibling", "person", "supporter")


def row_of(*numbers: int) -> tuple[Shape, dict[Cell, int]]:
    """One month, one measure."""
    shape = Shape(("m",), COLUMNS[: len(numbers)], ("n",))
    table = {("m", column, "n"): number for column, number in zip(shape.columns, numbers)}
    return shape, table | {("m", ALL, "n"): sum(numbers)}


def said(*numbers: int) -> str:
    """The row as it is read, its total last."""
    shape, table = row_of(*numbers)
    marks = suppress(shape, table)
    words = {Mark.UNDER: "<5", Mark.WITHHELD: "*"}
    return " ".join(words.get(marks[cell], str(table[cell])) for cell in shape.cells())


def test_what_is_large_enough_is_shown() -> None:
    assert said(5, 12, 7) == "5 12 7 24"


def test_a_zero_is_shown() -> None:
    assert said(0, 6, 0) == "0 6 0 6"


def test_one_hidden_cell_takes_the_next_smallest_with_it() -> None:
    assert said(3, 9, 12) == "<5 * 12 24"


def test_two_hidden_cells_stand_for_each_other() -> None:
    assert said(1, 4, 9) == "<5 <5 9 14"


def test_two_that_could_only_be_one_each_take_another_with_them() -> None:
    assert said(1, 1, 9) == "<5 <5 * 11"


def test_a_total_below_five_is_not_shown() -> None:
    assert said(3, 0, 0) == "<5 0 0 *"


def test_alone_beside_nobody_the_total_is_not_shown_either() -> None:
    assert said(4, 4) == "<5 <5 *"


def test_what_the_attack_finds_in_a_sheet_that_hides_too_little() -> None:
    """The premise of the tests below: whoever may, finds it."""
    shape, table = row_of(1, 1, 9)
    marks = {cell: Mark.UNDER if table[cell] < 5 else Mark.SHOWN for cell in shape.cells()}
    assert attacked(shape, table, marks)["m", "parent", "n"] == (1, 1)
    assert not tells_no_more(shape, table, marks, ("m", "parent", "n"))


def test_a_mark_that_was_published_stays() -> None:
    shape, table = row_of(6, 7, 8)
    frozen = {("m", "parent", "n"): Mark.WITHHELD}
    marks = suppress(shape, table, frozen)
    assert [marks[cell] for cell in shape.cells()] == ["withheld", "withheld", "shown", "shown"]


@st.composite
def years(draw: st.DrawFn) -> tuple[Shape, dict[Cell, int]]:
    """A year of a few months: 延 ≥ 実 ≥ 新規 in each, and who comes in several months is one in the year."""
    rows = tuple(str(month) for month in range(draw(st.integers(1, 4))))
    shape = Shape(rows, COLUMNS[: draw(st.integers(1, 4))], MEASURES, DISTINCT, has_sum=True)
    number = st.one_of(st.integers(0, 6), st.integers(0, 30))
    table: dict[Cell, int] = {}
    for column in shape.columns:
        for row in rows:
            total = draw(number)
            unique = draw(st.integers(min(1, total), total))
            new = draw(st.integers(0, unique))
            table |= {
                (row, column, "total"): total,
                (row, column, "unique"): unique,
                (row, column, "new"): new,
            }
        for measure in ("total", "new"):
            table[ALL, column, measure] = sum(table[row, column, measure] for row in rows)
        parts = [table[row, column, "unique"] for row in rows]
        table[ALL, column, "unique"] = draw(
            st.integers(max(*parts, table[ALL, column, "new"], 0), sum(parts))
        )
    for row, measure in product(shape.all_rows, MEASURES):
        table[row, ALL, measure] = sum(table[row, column, measure] for column in shape.columns)
    return shape, table


def small_year(seed: int, most: int) -> tuple[Shape, dict[Cell, int]]:
    """Twelve months and six standpoints of a small house."""
    dice = Random(seed)
    rows, columns = tuple(str(month) for month in range(12)), tuple("abcdef")
    shape = Shape(rows, columns, MEASURES, DISTINCT, has_sum=True)
    table: dict[Cell, int] = {}
    for column in columns:
        for row in rows:
            total = dice.randint(0, most)
            unique = dice.randint(min(1, total), total)
            new = dice.randint(0, unique)
            table |= {
                (row, column, "total"): total,
                (row, column, "unique"): unique,
                (row, column, "new"): new,
            }
        for measure in ("total", "new"):
            table[ALL, column, measure] = sum(table[row, column, measure] for row in rows)
        parts = [table[row, column, "unique"] for row in rows]
        table[ALL, column, "unique"] = dice.randint(max(*parts, table[ALL, column, "new"]), sum(parts))
    for row, measure in product(shape.all_rows, MEASURES):
        table[row, ALL, measure] = sum(table[row, column, measure] for column in columns)
    return shape, table


@pytest.mark.parametrize("most", [2, 4, 6, 12])
def test_a_year_of_a_small_house_is_hidden_in_seconds_and_still_says_something(most: int) -> None:
    shape, table = small_year(1, most)
    frozen: dict[Cell, Mark] = {}
    for row in shape.rows:
        frozen |= suppress(Shape((row,), shape.columns, shape.measures, shape.distinct), table)
    began = process_time()
    marks = suppress(shape, table, frozen)
    assert process_time() - began < 15  # about two on one busy core
    grand = [marks[ALL, ALL, measure] for measure in MEASURES]
    assert Mark.SHOWN in grand
    proofs = Proofs(shape, table, marks)
    for cell in [cell for cell, mark in marks.items() if mark == Mark.UNDER][::7]:
        for value in (1, 2, 3, 4):
            other = proofs.other_numbers(cell, value)
            assert other is not None
            assert other[cell] == value
            assert_fits(shape, table, marks, other)


def assert_fits(
    shape: Shape, table: dict[Cell, int], marks: dict[Cell, Mark], other: dict[Cell, int]
) -> None:
    """Told by other means than those that found it."""
    for cell, mark in marks.items():
        low, high = bounds(cell, mark, table[cell])
        assert low <= other[cell] <= high
    for *parts, total in shape.lines():
        assert sum(other[part] for part in parts) == other[total]
    for *parts, total in shape.loose_lines():
        assert max(other[part] for part in parts) <= other[total] <= sum(other[part] for part in parts)
    for row, column in product(shape.all_rows, shape.all_columns):
        came, unique, new = (other[row, column, measure] for measure in MEASURES)
        assert came >= unique >= new


def test_what_cannot_be_proved_is_not_published() -> None:
    """Marks of an old sheet that hid too little: nothing that is still free can hide it."""
    shape, table = row_of(1, 1, 9)
    frozen = {cell: Mark.UNDER if table[cell] < 5 else Mark.SHOWN for cell in shape.cells()}
    with pytest.raises(Unproved):
        suppress(shape, table, frozen)


def as_published(shape: Shape, table: dict[Cell, int]) -> dict[Cell, Mark]:
    """Month by month as each is closed, and then the year over them."""
    frozen: dict[Cell, Mark] = {}
    for row in shape.rows:
        frozen |= suppress(Shape((row,), shape.columns, shape.measures, shape.distinct), table)
    return suppress(shape, table, frozen)


@settings(max_examples=100)
@given(years())
def test_no_hidden_cell_of_a_year_and_its_months_is_found_by_linear_bounds(
    year: tuple[Shape, dict[Cell, int]],
) -> None:
    shape, table = year
    marks = as_published(shape, table)
    found = attacked(shape, table, marks)
    for cell, mark in marks.items():
        assert (mark == Mark.UNDER) == (0 < table[cell] < 5 and ALL not in cell[:2])
        if mark == Mark.UNDER:
            assert found[cell][0] <= 1
            assert found[cell][1] >= 4


@settings(max_examples=50)
@given(years())
def test_a_year_published_at_once_is_as_tight(year: tuple[Shape, dict[Cell, int]]) -> None:
    shape, table = year
    marks = suppress(shape, table)
    found = attacked(shape, table, marks)
    assert all(found[cell][0] <= 1 and found[cell][1] >= 4 for cell in marks if marks[cell] == Mark.UNDER)


@settings(max_examples=100)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_every_value_of_a_row_is_possible_to_whoever_tries_them_all(numbers: list[int]) -> None:
    """Without bounds or skill: all rows there are, up to forty people, that would have been published so."""
    shape, table = row_of(*numbers)
    marks = suppress(shape, table)
    options = [_options(marks[cell], table[cell]) for cell in shape.cells() if cell[1] != ALL]
    totals = _options(marks["m", ALL, "n"], sum(numbers), lowest=1)
    fitting = [row for row in product(*options) if sum(row) in totals]
    for at, column in enumerate(shape.columns):
        if marks["m", column, "n"] == Mark.UNDER:
            assert {row[at] for row in fitting} == {1, 2, 3, 4}


def _options(mark: Mark, number: int, lowest: int = 5) -> range:
    if mark == Mark.SHOWN:
        return range(number, number + 1)
    return range(1, 5) if mark == Mark.UNDER else range(lowest, 40)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 200), min_size=2, max_size=4))
def test_where_everybody_is_many_nothing_is_hidden(numbers: list[int]) -> None:
    shape, table = row_of(*[number + 5 if number else 0 for number in numbers])
    assert set(suppress(shape, table).values()) == {Mark.SHOWN}
