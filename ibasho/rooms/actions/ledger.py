"""The hot path in plain SQL, alike on SQLite and PostgreSQL: a whole batch costs eight statements.

The ORM took four times as long for the same rows; a test compares what both leave behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from ibasho.lib import clock
from ibasho.lib.plain_sql import ask, do, marks, moment_in, moment_out, uuid_in, uuid_out
from ibasho.rooms.models import NAME_HELD_HOURS
from ibasho.rooms.queries.seats import Answered
from ibasho.rooms.shapes import Words


class Facts(NamedTuple):
    """What is true of a seat at this moment, in this transaction."""

    seat_id: str
    room_id: int
    person_id: int | None
    mode: str
    call_name: str
    name_skeleton: str
    left_at: datetime | None
    last_posted_at: datetime | None
    resting_until: datetime | None
    removed_until: datetime | None
    suspended_until: datetime | None
    closes_at: datetime | None
    first_entered_at: datetime | None
    pace_seconds: int
    session_id: int | None
    session_state: str | None
    was_there: bool
    has_words_under_name: bool
    is_keeper: bool
    is_on_duty: bool
    post_count: int
    checked_first: bool
    newcomers_first: bool
    holds_abuse: bool
    was_covered: bool


class Row(NamedTuple):
    """One message to be written; the names are the columns."""

    id: Any
    room_id: int
    session_id: int
    seat_id: Any
    position: int
    seq: int
    request_id: Any
    posted_seq: int
    words_key: str
    call_name: str
    name_skeleton: str
    text: str
    cover: str
    tone: str
    at: Any
    keeper: bool = False
    edited: bool = False
    state: str = "shown"


def lock_rooms(room_ids: Iterable[int]) -> None:
    """Hold the rooms until the commit, always in id order. On SQLite the transaction is the lock."""
    if connection.features.has_select_for_update and (ids := sorted(set(room_ids))):
        ask(_LOCK.format(rooms=marks(ids)), ids)


def take_numbers(room_id: int, changes: int, positions: int = 0) -> tuple[int, int]:
    """The last of `changes` new numbers and of `positions` new positions. Without gaps, in order of commit."""
    [(seq, position)] = ask(_NUMBER, [changes, positions, room_id])
    return seq, position


def known_answers(batch: Sequence[Words]) -> dict[tuple[str, str], Answered]:
    """(seat, id) → what it was answered, for every id that was answered before.

    Of words that waited and were shown later the first answer is that they wait.
    """
    pairs = ", ".join(["(%s, %s)"] * len(batch))
    ids = [uuid_out(value) for words in batch for value in (words.seat_id, words.request_id)]
    return {
        (uuid_in(seat), uuid_in(request)): Answered(uuid_in(message), seq, key, code)
        for seat, request, message, seq, key, code in ask(_KNOWN.format(pairs=pairs), ids * 3)
    }


def facts_of(seat_ids: Iterable[str]) -> dict[str, Facts]:
    """Fresh facts of each seat that exists."""
    ids = [uuid_out(seat) for seat in seat_ids]
    now = clock.now()
    held_since = moment_out(now - timedelta(hours=NAME_HELD_HOURS))
    rows = ask(_FACTS.format(seats=marks(ids)), [held_since, moment_out(now), *ids])
    found = [Facts(uuid_in(row[0]), *row[1:6], *map(moment_in, row[6:13]), *row[13:]) for row in rows]
    return {facts.seat_id: facts for facts in found}


def live_sessions(hashes: Iterable[str]) -> dict[str, int]:
    """Which of these browsers are still inside and not away, with their person."""
    keys = sorted(set(hashes))
    today = connection.ops.adapt_datefield_value(clock.today())
    return dict(ask(_SESSIONS.format(hashes=marks(keys)), [*keys, today]))


def said_yes(person_ids: Iterable[int]) -> set[int] | None:
    """Who of these acknowledged the rules in force; None while no rules are."""
    ids = sorted(set(person_ids))
    rows = ask(_SAID_YES.format(persons=marks(ids)), [*ids, moment_out(clock.now())])
    return {person for (person,) in rows} if rows else None


def insert_messages(rows: Sequence[Row]) -> None:
    one = f"({marks(Row._fields)})"
    sql = _INSERT.format(columns=", ".join(Row._fields), rows=", ".join([one] * len(rows)))
    do(sql, [value for row in rows for value in row])


def mark_seats(counts: dict[str, int], at: datetime) -> None:
    """Each seat wrote so many words just now."""
    for count in set(counts.values()):
        seats = [uuid_out(seat) for seat, words in counts.items() if words == count]
        do(_MARK.format(seats=marks(seats)), [count, moment_out(at), moment_out(at), *seats])


def mark_attendances(pairs: Iterable[tuple[str, int]]) -> None:
    """These seats were in these sessions; known ones stay as they are."""
    rows = [value for seat, session in pairs for value in (uuid_out(seat), session)]
    if rows:
        do(_ATTEND.format(pairs=", ".join(["(%s, %s)"] * (len(rows) // 2))), rows)


_LOCK = "SELECT id FROM rooms_room WHERE id IN ({rooms}) ORDER BY id FOR UPDATE"
_NUMBER = """
UPDATE rooms_room SET seq = seq + %s, last_position = last_position + %s
WHERE id = %s RETURNING seq, last_position"""
_KNOWN = """
SELECT seat_id, request_id, id, posted_seq, words_key, '' AS code FROM rooms_message
WHERE (seat_id, request_id) IN (VALUES {pairs})
UNION ALL SELECT seat_id, request_id, COALESCE(message_id, held_id), seq, words_key, '' FROM rooms_amendment
WHERE (seat_id, request_id) IN (VALUES {pairs})
UNION ALL SELECT seat_id, request_id, id, 0, words_key, code FROM rooms_heldpost
WHERE (seat_id, request_id) IN (VALUES {pairs}) ORDER BY code"""
_FACTS = """
SELECT s.id, s.room_id, s.person_id, s.mode, s.call_name, s.name_skeleton,
  s.left_at, s.last_posted_at, s.resting_until, s.removed_until, p.suspended_until, o.closes_at,
  s.first_entered_at, r.pace_seconds, o.id, o.state,
  EXISTS (SELECT 1 FROM rooms_attendance a WHERE a.seat_id = s.id AND a.session_id = o.id),
  EXISTS (SELECT 1 FROM rooms_message m WHERE m.room_id = s.room_id AND m.name_skeleton = s.name_skeleton
    AND m.seat_id = s.id AND (m.state = 'shown' OR m.at >= %s)),
  COALESCE(p.kind = 'keeper', FALSE),
  COALESCE(p.kind = 'keeper', FALSE) AND EXISTS (
    SELECT 1 FROM rooms_roomduty rd JOIN duty_duty d ON d.id = rd.duty_id
    JOIN people_keeper k ON k.id = d.keeper_id
    WHERE rd.room_id = s.room_id AND k.person_id = s.person_id AND d.ended_at IS NULL AND d.until > %s),
  s.post_count, r.checked_first, r.newcomers_first, r.holds_abuse, COALESCE(s.covered_at >= o.opens_at, FALSE)
FROM rooms_seat s JOIN rooms_room r ON r.id = s.room_id LEFT JOIN people_person p ON p.id = s.person_id
LEFT JOIN rooms_roomsession o ON o.room_id = s.room_id AND o.state <> 'closed'
WHERE s.id IN ({seats})"""
_SESSIONS = """
SELECT key_hash, person_id FROM people_session
WHERE key_hash IN ({hashes}) AND NOT away AND expires_on >= %s"""
_SAID_YES = """
SELECT a.person_id FROM house_houserulesversion v
LEFT JOIN house_rulesacknowledgement a ON a.version_id = v.id AND a.person_id IN ({persons})
WHERE v.id = (
  SELECT id FROM house_houserulesversion WHERE effective_from <= %s ORDER BY number DESC LIMIT 1)"""
_INSERT = "INSERT INTO rooms_message ({columns}) VALUES {rows}"
_MARK = """
UPDATE rooms_seat SET post_count = post_count + %s, last_posted_at = %s, active_at = %s
WHERE id IN ({seats})"""
_ATTEND = "INSERT INTO rooms_attendance (seat_id, session_id) VALUES {pairs} ON CONFLICT DO NOTHING"
