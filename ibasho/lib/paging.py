"""A long list, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
A_PAGE = 20
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Row]):
    """One page of a list. `before` and `after` are the numbers of the pages beside it, 0 where there is none."""

    rows: Sequence[Row]
    before: int
    after: int

    def said(self, name: str) -> str:
        """`waiting=2`, for the address of a page on which another list goes on; empty on the first page."""
        return f"{name}={self.before + 1}" if self.before else ""


def leaf_of(rows: QuerySet[Row], number: str) -> Leaf[Row]:
    """The page of that number, from 1; the first for anything that is no number. One query."""
    at = int(number) if number.isascii() and number.isdigit() and len(number) <= _DIGITS else 1
    at = max(at, 1)
    found = list(rows[(at - 1) * A_PAGE : at * A_PAGE + 1])
    return Leaf(found[:A_PAGE], at - 1, at + 1 if len(found) > A_PAGE else 0)
