"""The one table: what was measured, what must hold, and whether it does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`holds` is None for what only stands beside the others."""

    what: str
    figure: str
    must: str = ""
    holds: bool | None = None
    beside: str = ""


HEAD = ("what", "measured", "must", "holds", "beside it")


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` of `values` lie; nothing measured is no good news."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)] if ordered else math.inf


def p99(values: Sequence[float]) -> float:
    return percentile(values, 0.99)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def as_markdown(rows: Sequence[Row]) -> str:
    lines = [HEAD, ("---",) * len(HEAD), *map(_cells, rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def as_text(rows: Sequence[Row]) -> str:
    table = [HEAD, *map(_cells, rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in table
    )


def _cells(row: Row) -> tuple[str, ...]:
    holds = {None: "", True: "yes", False: "NO"}[row.holds]
    return row.what, row.figure, row.must, holds, row.beside
