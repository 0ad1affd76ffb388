"""What a reader has missed, from the table: each row once, as it stands now."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db.models import Q

from ibasho.house import support_card
from ibasho.house.queries import notices_for_all, who_must_acknowledge
from ibasho.house.support_card import SupportCard
from ibasho.lib import clock
from ibasho.live.changes import Change
from ibasho.rooms import epoch as epochs
from ibasho.rooms.models import Message, Room, Seat
from ibasho.rooms.queries.ignoring import ignored_by_all
from ibasho.rooms.queries.moments import RoomMoment, moments_of
from ibasho.rooms.queries.sessions import attended, was_there
from ibasho.rooms.queries.standing import you_in
from ibasho.rooms.queries.waiting import waiting_of_all
from ibasho.rooms.shapes import CatchUp, Line, WaitingShape, message_shape

MOST_ROWS = 300
MOST_BYTES = 256 * 1024
_SHARED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Behind:
    """A reader who has read up to `since` of `epoch`."""

    line: Line
    epoch: str | None
    since: int | None


def catch_up(line: Line, *, epoch: str | None, since: int | None) -> CatchUp:
    """For `welcome`, `fill` and the poll. Without `since` nothing is missing; with a `since` that is of
    another epoch, in the future, before this seat's history or too far back, `recovered` is False.
    """
    return catch_up_all([Behind(line, epoch, since)])[0]


def catch_up_all(asked: Sequence[Behind]) -> list[CatchUp]:
    """The same for many, in their order, with as many queries as for one; words are read once for each
    room and distinct `since`.
    """
    if not asked:
        return []
    moments = moments_of({one.line.room_id for one in asked})
    found = Seat.objects.select_related("person").in_bulk({one.line.seat_id for one in asked})
    seats = {str(pk): seat for pk, seat in found.items()}
    persons = {one.line.person_id for one in asked}
    rest = _Rest(
        seats,
        attended(seats, [moment.reading for moment in moments.values() if moment.reading]),
        who_must_acknowledge(persons),
        notices_for_all(persons),
        ignored_by_all(seats),
        support_card.find_behind({(one.line.session_hash, one.line.path) for one in asked}),
        waiting_of_all(seats),
    )
    return [_caught_up(one, moments[one.line.room_id], rest) for one in asked]


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is known of all who ask together, besides their rooms; `events` are those already made."""

    seats: Mapping[str, Seat]
    came: Collection[tuple[str, int]]
    must_acknowledge: Collection[int]
    notices: Mapping[int, Sequence[dict[str, Any]]]
    ignored: Mapping[str, Sequence[str]]
    cards: Mapping[tuple[str, str], SupportCard]
    waiting: Mapping[str, Sequence[WaitingShape]]
    events: dict[tuple[int, int, int], list[dict[str, Any]] | None] = field(default_factory=dict)


def _caught_up(one: Behind, moment: RoomMoment, rest: _Rest) -> CatchUp:
    line, seat_id = one.line, one.line.seat_id
    reach = _reach(moment, line, rest.came)
    events = [] if one.since is None else _missed(moment, reach, one.epoch, one.since, rest)
    return CatchUp(
        epoch=epochs.current(),
        seq=moment.room.seq,
        oldest=max(moment.oldest, reach),
        recovered=events is not None,
        events=events or [],
        room=moment.shape,
        you=you_in(
            moment.session,
            rest.seats[seat_id],
            clock.now(),
            rest.must_acknowledge,
            rest.ignored.get(seat_id, ()),
            rest.waiting.get(seat_id, ()),
        ),
        notices=_notices(line, rest),
    )


def _notices(line: Line, rest: _Rest) -> list[dict[str, Any]]:
    """Letters to the person, and the support card of this browser alone."""
    card = rest.cards.get((line.session_hash, line.path))
    return [*rest.notices[line.person_id], *support_card.as_notices(card)]


def changes_between(room_id: int, after_seq: int) -> list[Change]:
    """Every row of the room with a later number, by number; at most what a reader may catch up with."""
    moment = moments_of({room_id})[room_id]
    changes = _room_change(moment, after_seq) + [_as_change(row) for row in _rows(moment.room, after_seq)]
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
_one_reads = threading.Lock()


def forget_readings() -> None:
    _readings.clear()


def _missed(
    moment: RoomMoment, reach: int, epoch: str | None, since: int, rest: _Rest
) -> list[dict[str, Any]] | None:
    room = moment.room
    first_seq = moment.reading.first_seq if moment.reading else room.seq
    if epoch != epochs.current() or not max(0, first_seq) <= since <= room.seq:
        return None
    key = (room.pk, reach, since)
    if key not in rest.events:
        rest.events[key] = _events(moment, reach, since)
    return rest.events[key]


def _events(moment: RoomMoment, reach: int, since: int) -> list[dict[str, Any]] | None:
    rows = _shared_rows(moment.room, moment.oldest, since)
    if len(rows) > MOST_ROWS:
        return None
    found = [(row.seq, _event(row, with_words=row.position >= reach)) for row in rows]
    found += [(change.seq, change.event) for change in _room_change(moment, since)]
    events = [event for _, event in sorted(found, key=lambda pair: pair[0])]
    too_much = len(events) > MOST_ROWS or sum(len(orjson.dumps(event)) for event in events) > MOST_BYTES
    return None if too_much else events


def _reach(moment: RoomMoment, line: Line, came: Collection[tuple[str, int]]) -> int:
    """The first position whose words this seat reads now; a line may be older than the session."""
    is_keepers = line.keeper_id is not None
    if moment.reading is not None and (is_keepers or was_there(moment.reading, line.seat_id, came)):
        return moment.reading.first_position
    return moment.room.last_position + 1


def _shared_rows(room: Room, oldest: int, since: int) -> list[Message]:
    with _one_reads:  # the others wait, and find what it has read
        known = _readings.get(room.pk)
        now = time.monotonic()
        if known is None or not known.serves(room, oldest, since, now):
            rows = _rows(room, since)
            if len(rows) > MOST_ROWS:  # cut short, so nobody else's
                return rows
            _forget_old_readings(now)
            known = _readings[room.pk] = _Reading(room.seq, oldest, since, rows, now + _SHARED_SECONDS)
    return [row for row in known.rows if row.seq > since]


def _forget_old_readings(now: float) -> None:
    for pk in [pk for pk, reading in _readings.items() if reading.until <= now]:
        del _readings[pk]


def _rows(room: Room, since: int) -> list[Message]:
    rows = Message.objects.filter(Q(seq__gt=since) & Q(seq__lte=room.seq), room=room)
    return list(rows.order_by("seq")[: MOST_ROWS + 1])


def _event(row: Message, *, with_words: bool) -> dict[str, Any]:
    kind = "message_posted" if row.seq == row.posted_seq else "message_changed"
    return {"type": kind, "seq": row.seq, "message": message_shape(row, with_words)}


def _as_change(row: Message) -> Change:
    return Change(row.room_id, row.seq, _event(row, with_words=True), row.position)


def _room_change(moment: RoomMoment, since: int) -> list[Change]:
    change = getattr(moment.room, "change", None)
    if change is None or not since < change.seq <= moment.room.seq:
        return []
    event = {"type": "room_changed", "seq": change.seq, "room": moment.shape}
    return [Change(moment.room.pk, change.seq, event)]
