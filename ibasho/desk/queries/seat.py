"""One seat as its keepers see it: all its words in one flow, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ibasho.desk.queries.log import marks_of
from ibasho.desk.queries.past import PastAct, acts_on_seat
from ibasho.moderation.models import SeatNote
from ibasho.moderation.queries import Case, cases_about, notes_on
from ibasho.people.models import Kind, Role
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import HeldPost, Message, Room
from ibasho.rooms.queries import SeatWords, seat_words
from ibasho.rooms.views.shown import QUIET_WORDS

_NO_NAME = "見ているだけの席"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words written at one time. `is_hard`: they stay covered until opened; `said` stands where none are left."""

    id: str
    at: datetime
    text: str
    said: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Note:
    note: SeatNote
    author: str
    may_remove: bool


@dataclass(frozen=True, slots=True)
class SeatView:
    """`joined` is what all pieces say without a break between them, for what was spelled bit by bit."""

    id: UUID
    name: str
    is_keepers: bool
    marks: Sequence[str]
    pieces: Sequence[Piece]
    joined: str
    more: bool
    waiting: Sequence[HeldPost]
    acts: Sequence[PastAct]
    cases: Sequence[Case]
    notes: Sequence[Note]


def seat_view(keeper: KeeperFacts, room: Room, seat_id: UUID) -> SeatView:
    """Refuses `not_found` for no seat of this room. A fixed number of queries."""
    words = seat_words(room, seat_id)
    seat, newest = words.seat, words.rows[-1:]
    pieces = _pieces(words)
    return SeatView(
        id=seat.pk,
        name=seat.call_name or _NO_NAME,
        is_keepers=seat.person is not None and seat.person.kind == Kind.KEEPER,
        marks=marks_of(newest[0]) if newest else (),
        pieces=pieces,
        joined="".join(piece.text for piece in pieces),
        more=words.more,
        waiting=words.waiting,
        acts=acts_on_seat(seat.pk),
        cases=cases_about(keeper, seat.pk),
        notes=[_note(note, keeper) for note in notes_on(seat.pk)],
    )


def _pieces(words: SeatWords) -> list[Piece]:
    return [
        Piece(
            id=row.id,
            at=row.at,
            text=row.text or "",
            said="" if row.text else QUIET_WORDS.get(row.state, ""),
            is_hard=row.state == Message.State.HIDDEN or bool(row.cover) or row.id in words.hard,
        )
        for row in words.rows
    ]


def _note(note: SeatNote, keeper: KeeperFacts) -> Note:
    may_remove = note.author_id == keeper.keeper_id or keeper.has(Role.COORDINATOR)
    return Note(note, note.author.duty_name if note.author else "", may_remove)
