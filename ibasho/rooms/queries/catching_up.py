"""What a reader has missed, from the table: each row once, as it stands now."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q

from ibasho.house.queries import notices_for
from ibasho.lib import clock
from ibasho.live.changes import Change
from ibasho.rooms import epoch as epochs
from ibasho.rooms.models import Message, Room, RoomSession, Seat
from ibasho.rooms.queries.beats import crowd_of, oldest_in
from ibasho.rooms.queries.sessions import present_session, reading_session, shape_of, was_there
from ibasho.rooms.queries.standing import you_in
from ibasho.rooms.shapes import CatchUp, Line, message_shape

MOST_ROWS = 300
MOST_BYTES = 256 * 1024
_SHARED_SECONDS = 10.0


def catch_up(line: Line, *, epoch: str | None, since: int | None) -> CatchUp:
    """For `welcome`, `fill` and the poll. Without `since` nothing is missing; with a `since` that is of
    another epoch, in the future, before this seat's history or too far back, `recovered` is False.
    """
    room = Room.objects.select_related("change").get(pk=line.room_id)
    # the number is read before the rows: what changes in between comes again on the line
    last_opened, oldest = reading_session(room.pk), oldest_in(room)
    reach = _reach(last_opened, room, line)
    events = [] if since is None else _missed(room, last_opened, oldest, reach, epoch, since)
    session, now = present_session(room), clock.now()
    seat = Seat.objects.select_related("person").get(pk=line.seat_id)
    return CatchUp(
        epoch=epochs.current(),
        seq=room.seq,
        oldest=max(oldest, reach),
        recovered=events is not None,
        events=events or [],
        room=shape_of(room, session, crowd_of(room.pk), now),
        you=you_in(session, seat, now),
        notices=[{**notice} for notice in notices_for(line.person_id)],
    )


def changes_between(room_id: int, after_seq: int) -> list[Change]:
    """Every row of the room with a later number, by number; at most what a reader may catch up with."""
    room = Room.objects.select_related("change").get(pk=room_id)
    changes = _room_change(room, after_seq) + [_as_change(row) for row in _rows(room, after_seq)]
    return sorted(changes, key=lambda change: change.seq)[:MOST_ROWS]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The rows of one room after `since`, as they stood when it was at `seq` and began at `oldest`."""

    seq: int
    oldest: int
    since: int
    rows: list[Message]
    until: float

    def serves(self, room: Room, oldest: int, since: int, now: float) -> bool:
        is_same = (self.seq, self.oldest) == (room.seq, oldest)
        return is_same and self.since <= since and now < self.until


# After a restart everybody comes back at once: each room's words are read once for each distinct
# `since`. A reading counts only at the very number it was made at, since every change of a row takes
# a new one, and at the same oldest position, since a purge takes none.
_readings: dict[int, _Reading] = {}


def forget_readings() -> None:
    _readings.clear()


def _missed(
    room: Room, session: RoomSession | None, oldest: int, reach: int, epoch: str | None, since: int
) -> list[dict[str, Any]] | None:
    first_seq = session.first_seq if session else room.seq
    if epoch != epochs.current() or not max(0, first_seq) <= since <= room.seq:
        return None
    rows = _shared_rows(room, oldest, since)
    if len(rows) > MOST_ROWS:
        return None
    found = [(row.seq, _event(row, with_words=row.position >= reach)) for row in rows]
    found += [(change.seq, change.event) for change in _room_change(room, since)]
    events = [event for _, event in sorted(found, key=lambda pair: pair[0])]
    too_much = len(events) > MOST_ROWS or sum(len(orjson.dumps(event)) for event in events) > MOST_BYTES
    return None if too_much else events


def _reach(session: RoomSession | None, room: Room, line: Line) -> int:
    """The first position whose words this seat reads now; a line may be older than the session."""
    if session is not None and was_there(session, line.seat_id):
        return session.first_position
    return room.last_position + 1


def _shared_rows(room: Room, oldest: int, since: int) -> list[Message]:
    now = time.monotonic()
    known = _readings.get(room.pk)
    if known is None or not known.serves(room, oldest, since, now):
        rows = _rows(room, since)
        if len(rows) > MOST_ROWS:  # cut short, so nobody else's
            return rows
        _forget_old_readings(now)
        known = _readings[room.pk] = _Reading(room.seq, oldest, since, rows, now + _SHARED_SECONDS)
    return [row for row in known.rows if row.seq > since]


def _forget_old_readings(now: float) -> None:
    for pk, reading in list(_readings.items()):  # a copy: several readers' threads come here
        if reading.until <= now:
            _readings.pop(pk, None)


def _rows(room: Room, since: int) -> list[Message]:
    rows = Message.objects.filter(Q(seq__gt=since) & Q(seq__lte=room.seq), room=room)
    return list(rows.order_by("seq")[: MOST_ROWS + 1])


def _event(row: Message, *, with_words: bool) -> dict[str, Any]:
    kind = "message_posted" if row.seq == row.posted_seq else "message_changed"
    return {"type": kind, "seq": row.seq, "message": message_shape(row, with_words)}


def _as_change(row: Message) -> Change:
    return Change(row.room_id, row.seq, _event(row, with_words=True), row.position)


def _room_change(room: Room, since: int) -> list[Change]:
    change = getattr(room, "change", None)
    if change is None or not since < change.seq <= room.seq:
        return []
    shape = shape_of(room, present_session(room), crowd_of(room.pk), clock.now())
    return [Change(room.pk, change.seq, {"type": "room_changed", "seq": change.seq, "room": shape})]
