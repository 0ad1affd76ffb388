"""What the tables must hold, whatever happened: told is stored, once, in order, and in its own words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from ibasho.lib import clock
from ibasho.rooms.models import Message, Room, RoomSession
from tests.faults.guests import Fate, Guest
from tests.faults.house import Wire

OPENED = ("open", "closing", "paused")


def rows_of(room: Room) -> list[Message]:
    """Every row of the room, by position."""
    return list(Message.objects.filter(room=room).order_by("position"))


def check_order(rows: list[Message], room_seq: int, last_position: int, *, is_purged: bool) -> None:
    positions = [row.position for row in rows]
    assert positions == sorted(set(positions))
    if not is_purged:
        assert positions == list(range(1, len(rows) + 1)), "a position is missing"
        assert last_position == len(rows)
    for before, after in pairwise(rows):
        assert before.posted_seq < after.posted_seq, "positions do not follow the order of commits"
    numbers = [row.seq for row in rows]
    assert len(set(numbers)) == len(numbers), "two rows with one number"
    assert max(numbers, default=0) <= room_seq


def check_guest(guest: Guest, rows: Iterable[Message], *, is_purged: bool) -> None:
    """Rows are those of this guest's seat alone."""
    mine = {str(row.request_id): row for row in rows}
    unknown = mine.keys() - guest.words.keys()
    assert not unknown, "words that nobody sent"
    for request_id, fate in guest.words.items():
        row = mine.get(request_id)
        if row is not None:
            check_row(guest, fate, row)
        else:
            assert is_purged or request_id not in guest.answers, f"lost: {fate.post.fields}"


def check_row(guest: Guest, fate: Fate, row: Message) -> None:
    told = guest.answers.get(str(row.request_id))
    assert told is None or told == (str(row.pk), row.posted_seq), "not the row that was told"
    if fate.post.is_first_try:
        assert row.posted_seq > fate.post.floor
    if guest.is_erased:
        assert (row.state, row.text, row.cover, row.tone, row.call_name) == ("erased", None, "", "", "")
    elif row.state == "withdrawn":
        assert fate.is_withdrawn or fate.may_be_withdrawn
        assert row.text is None
    else:
        assert row.state == "shown"
        assert not fate.is_withdrawn, "words that were taken back"
        check_words(fate, (row.text or "", row.cover, row.tone))


def check_words(fate: Fate, found: tuple[str, str, str]) -> None:
    newest = fate.versions[max(fate.versions)] if fate.versions else fate.post.said
    assert found == newest or found in fate.maybe, f"{found} instead of {newest}"


def check_lines(guests: Iterable[Guest], rows: list[Message]) -> None:
    """What went by the same lines, and was not put off, is stored in the order in which it was handed in."""
    stored = {(str(row.seat_id), str(row.request_id)): row.position for row in rows}
    for guest in guests:
        by_way: dict[tuple[Wire, ...], list[int]] = {}
        for request_id, fate in guest.words.items():
            position = stored.get((guest.seat, request_id))
            if position is not None and fate.post.wires and not fate.post.is_put_off:
                by_way.setdefault(tuple(fate.post.wires), []).append(position)
        for positions in by_way.values():
            assert positions == sorted(positions), "words of one line changed places"


def reading_session(room: Room) -> RoomSession | None:
    """Where everybody's history begins: the newest session that is open, or in which somebody was."""
    for session in RoomSession.objects.filter(room=room).order_by("-opens_at"):
        if session.state in OPENED or session.attendances.exists():
            return session
    return None


def shown_as(row: Message) -> dict[str, Any]:
    """The row as PROTOCOL shows it to those whose history reaches it; written anew from its words there."""
    shape: dict[str, Any] = {
        "id": str(row.pk),
        "position": row.position,
        "seat": str(row.seat_id),
        "keeper": row.keeper,
        "at": clock.rfc3339(row.at),
        "edited": row.edited,
        "state": row.state,
    }
    if row.state != "erased":
        shape["call_name"] = row.call_name
    if row.state == "shown":
        shape["text"] = row.text
        shape |= {name: value for name, value in (("cover", row.cover), ("tone", row.tone)) if value}
    return shape
