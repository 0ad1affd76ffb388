"""The promises of a version as a list one can put in order; what is kept is written by the actions."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ibasho.house.models import HouseRulesVersion


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise of a draft, as its authors write it."""

    key: str
    group: str
    text: str


def clauses_of(version: HouseRulesVersion) -> list[Clause]:
    """In their order. One query."""
    return [Clause(*row) for row in version.clauses.order_by("position").values_list("key", "group", "text")]


def new_key() -> str:
    """For a promise that was not there before; it stays with it through all versions."""
    return f"clause-{secrets.token_hex(4)}"


def put(clauses: Sequence[Clause], clause: Clause) -> list[Clause]:
    """Changed in its place; new, or under another heading, it stands last under its heading."""
    if any((old.key, old.group) == (clause.key, clause.group) for old in clauses):
        return [clause if old.key == clause.key else old for old in clauses]
    return _in_groups([*without(clauses, clause.key), clause])


def without(clauses: Iterable[Clause], key: str) -> list[Clause]:
    return [clause for clause in clauses if clause.key != key]


def moved(clauses: Sequence[Clause], key: str, by: int) -> list[Clause]:
    """One place up (-1) or down (1) under its heading; at the end of that nothing moves."""
    rows = list(clauses)
    here = next((place for place, clause in enumerate(rows) if clause.key == key), None)
    if here is None or not 0 <= here + by < len(rows) or rows[here].group != rows[here + by].group:
        return rows
    rows.insert(here + by, rows.pop(here))
    return rows


def group_moved(clauses: Sequence[Clause], group: str, by: int) -> list[Clause]:
    """A heading with all that stands under it, one place up or down among the headings."""
    names = [name for name, _ in groupby(clauses, key=lambda clause: clause.group)]
    if group not in names or not 0 <= names.index(group) + by < len(names):
        return list(clauses)
    here = names.index(group)
    names.insert(here + by, names.pop(here))
    return [clause for name in names for clause in clauses if clause.group == name]


def _in_groups(clauses: Sequence[Clause]) -> list[Clause]:
    """Headings in the order of their first promise, each once."""
    names = dict.fromkeys(clause.group for clause in clauses)
    return [clause for name in names for clause in clauses if clause.group == name]
