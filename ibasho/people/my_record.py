"""Everything the house holds about one person, gathered from the parts that hold it.

Upper parts register here when they start; わたし and the download read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ibasho.people.models import Person

WORDS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words this person wrote. `take_back` is the path of the form that takes them back, if that can be done."""

    what: str
    words: str
    take_back: str


@dataclass(frozen=True, slots=True)
class Section:
    """`rows` are pairs of plain Japanese: what, and the words held; `written`, newest first, can be taken
    back. `until` says for how long. `link`: where to go about it, as path and words.
    `apart`: rows that stand in the download alone, for whoever asks for all of it.
    """

    title: str
    rows: Sequence[tuple[str, str]]
    until: str
    written: Sequence[OwnWords] = ()
    link: tuple[str, str] | None = None
    apart: Sequence[tuple[str, str]] = ()

    @property
    def newest(self) -> Sequence[OwnWords]:
        """As many of the words as a page shows; the download has them all."""
        return self.written[:WORDS_SHOWN]

    @property
    def has_more(self) -> bool:
        return len(self.written) > WORDS_SHOWN

    @property
    def everything(self) -> list[tuple[str, str]]:
        return [*self.rows, *self.apart, *((own.what, own.words) for own in reversed(self.written))]


Gather = Callable[[Person], Sequence[Section]]
NoticesFor = Callable[[int], Sequence[dict[str, Any]]]
NoticeSeen = Callable[[Person, str, UUID], object]

_sections: dict[str, Gather] = {}
_notices_for: list[NoticesFor] = []
_notice_seen: list[NoticeSeen] = []


def register(name: str, gather: Gather) -> None:
    """`gather(person)` gives the sections of one part; `name` keeps a part from counting twice."""
    _sections[name] = gather


def register_notices(notices_for: NoticesFor, notice_seen: NoticeSeen) -> None:
    """`notices_for(person_id)` gives letters not seen yet, as the frame `notice` without its type.

    `notice_seen(person, hash of the session, id)` marks one; it raises Refusal `not_found` for another's.
    """
    _notices_for[:], _notice_seen[:] = [notices_for], [notice_seen]


def sections_of(person: Person) -> list[Section]:
    """All that is held, part by part, without sections that hold nothing."""
    found = [section for gather in _sections.values() for section in gather(person)]
    return [section for section in found if section.rows]


def notices_for(person: Person) -> list[dict[str, Any]]:
    return [notice for read in _notices_for for notice in read(person.pk)]


def notice_seen(person: Person, session_hash: str, notice_id: UUID) -> None:
    for mark in _notice_seen:
        mark(person, session_hash, notice_id)
