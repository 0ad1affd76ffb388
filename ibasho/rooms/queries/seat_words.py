"""All words of one seat in the session everybody reads, for the keepers of its room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.rooms.models import Finding, HeldPost, Message, Room, Seat
from ibasho.rooms.queries.desk import DeskRow, desk_row
from ibasho.rooms.queries.sessions import reading_session

MOST_ROWS = 100
HARD_LABELS = ("crisis", "abuse")


@dataclass(frozen=True, slots=True)
class SeatWords:
    """`rows` ascending, the newest hundred; `more` if there are earlier ones of this session. `waiting` are
    words that no keeper has let out yet; `hard` the ids of words, out or waiting, that may be hard to read.
    """

    seat: Seat
    rows: Sequence[DeskRow]
    more: bool
    waiting: Sequence[HeldPost]
    hard: frozenset[str]


def seat_words(room: Room, seat_id: UUID) -> SeatWords:
    """Refuses `not_found` for no seat of this room."""
    seat = Seat.objects.select_related("person").filter(room=room, pk=seat_id).first()
    if seat is None:
        raise Refusal("not_found")
    session, now = reading_session(room.pk), clock.now()
    found = list(
        Message.objects.select_related("seat__person", "session")
        .filter(seat=seat, session=session)
        .order_by("-position")[: MOST_ROWS + 1]
    )
    waiting = list(HeldPost.objects.filter(seat=seat, outcome=HeldPost.Outcome.WAITING))
    rows = [desk_row(message, now) for message in reversed(found[:MOST_ROWS])]
    hard = hard_words([*(UUID(row.id) for row in rows), *(post.pk for post in waiting)])
    return SeatWords(seat, rows, len(found) > MOST_ROWS, waiting, hard)


def hard_words(ids: Collection[UUID]) -> frozenset[str]:
    """Which of these words, by the message or by the post that waits, the screening found hard to read."""
    found = Finding.objects.filter(label__in=HARD_LABELS)
    out = found.filter(message__in=ids).values_list("message")
    waiting = found.filter(held__in=ids).values_list("held")
    return frozenset(str(number) for (number,) in out.order_by().union(waiting.order_by()))
