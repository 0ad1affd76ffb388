"""A sheet as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable

from ibasho.reports.sheets import Sheet

_BOM = "\ufeff"  # without it Excel takes the Japanese for something else
_FORMULA = ("=", "+", "-", "@")
_CUTS = ("\t", "\r", "\n")  # what some spreadsheets begin a new cell at
_BEFORE = "\ufeff\u200b"  # what is not seen, besides white space


def csv_of(sheet: Sheet | None, house_name: str) -> bytes:
    """UTF-8 with its mark, a line a row. No cell begins a formula, whatever somebody called the house."""
    rows: list[list[str]] = [[house_name]]
    if sheet is not None:
        rows += [[sheet.title, f"{sheet.closed}にまとめました"]]
        rows += [[line] for line in sheet.words.splitlines()]
        for table in sheet.tables:
            rows += [[], [table.title], ["", *table.columns]]
            rows += [[row.label, *row.cells] for row in table.rows]
        rows += [[], *([definition] for definition in sheet.plain_definitions)]
    return (_BOM + _written(rows)).encode()


def harmless(text: str) -> str:
    """The same to read, and never a formula."""
    # NFKC, because spreadsheets in Japanese also reckon with ＝ and ＠
    begins = unicodedata.normalize("NFKC", text).lstrip().lstrip(_BEFORE).lstrip()
    return f"'{text}" if begins.startswith(_FORMULA) or text.startswith(_CUTS) else text


def _written(rows: Iterable[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([harmless(text) for text in row] for row in rows)
    return out.getvalue()
