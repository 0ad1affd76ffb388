"""What stands in `erased.list`: a first line, a line for each mark, and now and then one that says until when it is whole.

A line that says so is added like any other, and the last counts; a program of before reads over it.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from ibasho.lib import clock, env
from ibasho.people.models import MARK_DAYS, Erased

_FIRST = ("erased-since", "TIME", "KEY")
_UNTIL = "complete-until "


@dataclass(frozen=True, slots=True)
class ErasureList:
    """Between `since` and `until` nothing is missing. `key` tells whether it was made with the same house secret."""

    since: datetime
    key: str
    until: datetime | None = None
    marks: dict[UUID, Erased] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        return self.key == key_mark()

    def is_known_to(self, table: Container[UUID]) -> bool:
        """Whether these marks can be of that table: one that lacks some is of a house that was begun beside the list."""
        oldest = oldest_kept()
        return all(mark.pk in table for mark in self.marks.values() if mark.at >= oldest)


def key_mark() -> str:
    """Which house secret it is, telling nothing about it."""
    return env.derived(settings.HOUSE_SECRET, "erasure list")[:16]


def oldest_kept() -> datetime:
    """No copy can hold any more what an older mark stands for."""
    return clock.now() - timedelta(days=MARK_DAYS)


def read_list(text: str) -> ErasureList | None:
    """What a list holds; None for an empty one. A line that was cut off by a crash is left out.

    Raises env.Wrong where its first line tells no time.
    """
    first, *lines = text.split("\n")
    words = first.split(" ")
    if not lines or len(words) != len(_FIRST) or words[0] != _FIRST[0]:
        return None
    if (since := _moment(words[1])) is None:
        raise env.Wrong(
            "the first line of erased.list is damaged: bring another copy of it, or take it away."
        )
    marks = {mark.pk: mark for line in lines if (mark := _mark_in(line)) is not None}
    told = [_moment(line.removeprefix(_UNTIL)) for line in lines if line.startswith(_UNTIL)]
    return ErasureList(since, words[2], next(filter(None, reversed(told)), None), marks)


def written(told: ErasureList) -> str:
    """The whole list. Its key is that of this house."""
    until = until_line(told.until) if told.until is not None else ""
    return first_line(told.since) + until + "".join(map(line_of, told.marks.values()))


def first_line(since: datetime) -> str:
    return f"{_FIRST[0]} {since.isoformat()} {key_mark()}\n"


def until_line(until: datetime) -> str:
    return f"{_UNTIL}{until.isoformat()}\n"


def line_of(mark: Erased) -> str:
    return f"{mark.pk} {'-+'[mark.is_back]} {mark.kind} {mark.digest} {mark.at.isoformat()}\n"


def _mark_in(line: str) -> Erased | None:
    try:
        pk, sign, kind, digest, word = line.split(" ")
        if (at := _moment(word)) is None:
            return None
        return Erased(pk=UUID(pk), kind=kind, digest=digest, is_back=sign == "+", at=at)
    except ValueError:
        return None


def _moment(word: str) -> datetime | None:
    """None also for a time that is nobody's: it could not be compared."""
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
