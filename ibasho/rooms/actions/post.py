"""Posting: a batch is one transaction, one commit to disk, one announcement."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, transaction

from ibasho.lib import clock
from ibasho.lib.busy import RETRY_SECONDS, as_refusal
from ibasho.lib.errors import Refusal
from ibasho.live.changes import Change
from ibasho.live.publish import publish
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.conditions import Conditions
from ibasho.rooms.actions.engine import moment_out, uuid_out
from ibasho.rooms.actions.ledger import Facts, Row
from ibasho.rooms.queries.seats import answer_again
from ibasho.rooms.shapes import MessageShape, Posted, Words

logger = logging.getLogger(__name__)
Answer = Posted | Refusal


class LockedOut(Refusal):
    """Code `busy`, for a reason that is the same for everybody who waits: the database is locked or gone."""

    def __init__(self) -> None:
        super().__init__("busy", retry_after=RETRY_SECONDS)


def post_messages(batch: Sequence[Words]) -> list[Answer]:
    """Write what may be written, all or nothing, and answer each in its order.

    If the transaction fails each is tried once alone, and only the failing one is answered `busy`.
    """
    try:
        return _post_together(batch)
    except (DatabaseError, InterfaceError, ValueError) as error:
        if as_refusal(error) is not None:
            # a database that is locked or gone for one is so for all, and each would wait for it again
            logger.warning("no words were written: %s", error)
            return [LockedOut() for _ in batch]
        if len(batch) == 1:
            # not the error itself: PostgreSQL puts the row into its text
            logger.error("words were not written: %s", type(error).__name__)
            return [Refusal("busy", retry_after=RETRY_SECONDS)]
        return [answer for words in batch for answer in post_messages([words])]


def _post_together(batch: Sequence[Words]) -> list[Answer]:
    with transaction.atomic():
        ledger.lock_rooms(words.room_id for words in batch)
        known = ledger.known_answers(batch)
        conditions = Conditions.read(batch)
        accepted: dict[tuple[str, str], tuple[Words, Facts]] = {}
        refused: dict[int, Refusal] = {}
        for number, words in enumerate(batch):
            key = (words.seat_id, words.request_id)
            if key in known or key in accepted:
                continue
            try:
                accepted[key] = (words, _may_post(conditions, words))
            except Refusal as refusal:
                refused[number] = refusal
        known.update(_write(list(accepted.values()), conditions))
    return [refused.get(number) or _answer(words, known) for number, words in enumerate(batch)]


def _may_post(conditions: Conditions, words: Words) -> Facts:
    seat = conditions.of_writer(words)
    conditions.keep_name(seat)
    conditions.keep_pace(seat)
    return seat


def _answer(words: Words, known: dict[tuple[str, str], tuple[str, int, str]]) -> Answer:
    try:
        return answer_again(words, *known[words.seat_id, words.request_id])
    except Refusal as refusal:
        return refusal


def _write(
    accepted: list[tuple[Words, Facts]], conditions: Conditions
) -> dict[tuple[str, str], tuple[str, int, str]]:
    """Number, insert, mark, announce; returns what each id is answered from now on."""
    if not accepted:
        return {}
    answers: dict[tuple[str, str], tuple[str, int, str]] = {}
    rows: list[Row] = []
    changes: list[Change] = []
    by_room: dict[int, list[tuple[Words, Facts]]] = defaultdict(list)
    for words, seat in accepted:
        by_room[words.room_id].append((words, seat))
    at = clock.to_minute(conditions.now)
    shown_at, kept_at = clock.rfc3339(at), moment_out(at)
    for room_id in sorted(by_room):
        posts = by_room[room_id]
        seq, position = (last - len(posts) for last in ledger.take_numbers(room_id, len(posts), len(posts)))
        for offset, (words, seat) in enumerate(posts, start=1):
            message_id = str(uuid4())
            rows.append(_row(words, seat, message_id, position + offset, seq + offset, kept_at))
            shape = _shape(words, seat, message_id, position + offset, shown_at)
            event = {"type": "message_posted", "seq": seq + offset, "message": shape}
            changes.append(Change(room_id, seq + offset, event, position + offset))
            answers[words.seat_id, words.request_id] = (message_id, seq + offset, words.key)
    ledger.insert_messages(rows)
    ledger.mark_seats(Counter(words.seat_id for words, _ in accepted), conditions.now)
    ledger.mark_attendances(
        {(s.seat_id, s.session_id) for _, s in accepted if s.session_id and not s.was_there}
    )
    publish(changes)
    return answers


def _row(words: Words, seat: Facts, message_id: str, position: int, seq: int, at: object) -> Row:
    return Row(
        id=uuid_out(message_id),
        room_id=words.room_id,
        session_id=seat.session_id or 0,
        seat_id=uuid_out(words.seat_id),
        position=position,
        seq=seq,
        request_id=uuid_out(words.request_id),
        posted_seq=seq,
        words_key=words.key,
        call_name=seat.call_name,
        name_skeleton=seat.name_skeleton,
        text=words.text,
        cover=words.cover,
        tone=words.tone,
        at=at,
        keeper=seat.is_keeper,
    )


def _shape(words: Words, seat: Facts, message_id: str, position: int, at: str) -> MessageShape:
    """As `shapes.message_shape` makes it from the row; a test compares them."""
    shape = MessageShape(
        id=message_id,
        position=position,
        seat=words.seat_id,
        call_name=seat.call_name,
        keeper=seat.is_keeper,
        text=words.text,
        at=at,
        edited=False,
        state="shown",
    )
    if words.cover:
        shape["cover"] = words.cover
    if words.tone:
        shape["tone"] = words.tone
    return shape
