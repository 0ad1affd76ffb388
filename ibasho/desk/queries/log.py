"""A room's log as its keepers read it: hidden words too, folded, and what stands beside a seat."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.rooms.models import Message, Room
from ibasho.rooms.queries import DeskRow, hard_words, history_for_keeper, page_for_keeper, row_for_keeper
from ibasho.rooms.shapes import MessageShape
from ibasho.rooms.views.shown import ShownMessage, show_message


@dataclass(frozen=True, slots=True)
class LogRow:
    """`line` is what readers see of it. `hidden_text` and `taken_name` are for keepers only; `marks` are short words on the seat.

    `is_hard`: the screening found it hard to read, and it stays covered until opened. The log of a room one is
    in covers nothing that everybody there reads.
    """

    line: ShownMessage
    at: datetime
    seat: str
    state: str
    hidden_text: str
    hidden_cover: str
    taken_name: str
    marks: Sequence[str]
    is_hard: bool

    @property
    def has_words(self) -> bool:
        return bool(self.hidden_text or self.line.text)

    @property
    def may_be_redacted(self) -> bool:
        return bool(self.line.text) and not self.line.keeper

    @property
    def may_be_unnamed(self) -> bool:
        is_named = not self.line.is_nameless and self.state != Message.State.ERASED
        return is_named and not self.line.keeper


@dataclass(frozen=True, slots=True)
class Log:
    epoch: str
    seq: int
    rows: Sequence[LogRow]
    more: bool

    @property
    def beside_seats(self) -> Sequence[tuple[str, Sequence[str]]]:
        """Each seat of these rows with what holds for it now, also if that is nothing."""
        return list({row.seat: row.marks for row in self.rows if not row.line.keeper}.items())


def log_of(room: Room, own_seat: str, before: int | None = None) -> Log:
    """Fifty rows, ascending."""
    page = page_for_keeper(room, before)
    return Log(page.epoch, page.seq, [_shown(row, own_seat, page.seq) for row in page.rows], page.more)


def history_of(room: Room, before: int | None = None) -> Log:
    """Fifty rows of all that is kept, ascending, for somebody who has no seat there."""
    page = history_for_keeper(room, before)
    hard = hard_words([UUID(row.id) for row in page.rows])
    return Log(page.epoch, page.seq, [_shown(row, "", page.seq, hard) for row in page.rows], page.more)


def row_of(room: Room, message_id: UUID) -> LogRow:
    """One of them. Refuses `not_found`."""
    row = row_for_keeper(room, message_id)
    if row is None:
        raise Refusal("not_found")
    return _shown(row, "", row.seq, hard_words([message_id]))


def _shown(row: DeskRow, own_seat: str, seq: int, hard: Collection[str] = ()) -> LogRow:
    is_hidden = row.state == Message.State.HIDDEN
    return LogRow(
        line=show_message(_as_readers_see(row), own_seat, seq),
        at=row.at,
        seat=row.seat,
        state=row.state,
        hidden_text=(row.text or "") if is_hidden else "",
        hidden_cover=row.cover if is_hidden else "",
        taken_name=row.taken_name,
        marks=marks_of(row),
        is_hard=row.id in hard,
    )


def _as_readers_see(row: DeskRow) -> MessageShape:
    shape = MessageShape(
        id=row.id,
        position=row.position,
        seat=row.seat,
        keeper=row.keeper,
        at=clock.rfc3339(row.at),
        edited=row.edited,
        state=row.state,
    )
    if row.call_name:
        shape["call_name"] = row.call_name
    if row.state == Message.State.SHOWN:
        shape |= {"text": row.text or "", "cover": row.cover, "tone": row.tone, "redacted": row.redacted}
    return shape


def marks_of(row: DeskRow) -> list[str]:
    """Short words on what holds for the seat now."""
    marks = ["はじめて"] if row.is_first and not row.keeper else []
    if row.removed_until is not None:
        marks.append(f"{clock.soon_text(row.removed_until)}まで、部屋の外")
    if row.resting_until is not None:
        marks.append(f"{clock.soon_text(row.resting_until)}まで、お休み")
    return marks
