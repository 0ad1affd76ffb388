"""表計算のファイル: the numbers of the page, and no cell that a spreadsheet would reckon with."""

from __future__ import annotations

import csv
import io

import pytest

from ibasho.reports.files import csv_of
from ibasho.reports.sheets import Row, Sheet, Table


def rows_of(sheet: Sheet | None, house: str = "つばめ坂の家") -> list[list[str]]:
    file = csv_of(sheet, house)
    assert file.startswith(b"\xef\xbb\xbf"), "Excel takes it for Japanese"
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "formula",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        " =1+1",
        "\u3000=1+1",
        "＝1+1",
        "＠SUM(A1)",
        "\u200b=1+1",
        "\ufeff=1+1",
    ],
)
def test_no_cell_is_a_formula_whoever_wrote_it(formula: str) -> None:
    table = Table("来た方", ["人数"], [Row(formula, [formula])])
    words = f'二行めが数式です。\n{formula}\n"=1+1",=2'
    for rows in (
        rows_of(None, formula),
        rows_of(Sheet("2026-11", "11月", "12月8日", [table], words), formula),
    ):
        for cell in (cell for row in rows for cell in row):
            assert cell.strip(" \t\u3000\u200b\ufeff")[:1] not in tuple("=+-@＝＋－＠"), cell
    [row] = [row for row in rows if row[1:] == [f"'{formula}"]]
    assert row == [f"'{formula}"] * 2


def test_a_number_a_mark_and_a_line_of_words_stay_as_they_are() -> None:
    table = Table("来た方", ["親", "合計"], [Row("延人数", ["1,234", "※"])])
    rows = rows_of(Sheet("2026-11", "2026年11月", "12月8日", [table], "「家族会」が、3回ありました。"))
    assert ["延人数", "1,234", "※"] in rows
    assert ["「家族会」が、3回ありました。"] in rows
    assert rows[0] == ["つばめ坂の家"]
