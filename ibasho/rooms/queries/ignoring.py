"""Whose words somebody does not want to read. Asked anew each time, and only ever for that somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import Ignoring


@dataclass(frozen=True, slots=True)
class Ignored:
    """A seat, and the name its words stood under when they were put out of sight, if that may be said."""

    seat: str
    call_name: str


def ignored_by(seat_id: str) -> list[Ignored]:
    """The seats this one does not read, in the order they were chosen."""
    rows = Ignoring.objects.filter(seat_id=seat_id).order_by("pk").values_list("whom_id", "call_name")
    return [Ignored(str(whom), name or NAMELESS) for whom, name in rows]


def ignored_by_all(seat_ids: Collection[str]) -> dict[str, list[str]]:
    """The same for many in one query, without names; who ignores nobody is missing."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = Ignoring.objects.filter(seat_id__in=seat_ids).order_by("pk")
    for seat, whom in rows.values_list("seat_id", "whom_id"):
        found[str(seat)].append(str(whom))
    return dict(found)
