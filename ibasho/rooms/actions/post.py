"""Posting: a batch is one transaction, one commit to disk, one announcement."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, transaction

from ibasho.lib import clock
from ibasho.lib.busy import RETRY_SECONDS, as_refusal
from ibasho.lib.errors import Refusal
from ibasho.lib.plain_sql import moment_out, uuid_out
from ibasho.live.changes import Change
from ibasho.live.publish import publish
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.caring import offer_help
from ibasho.rooms.actions.conditions import Conditions
from ibasho.rooms.actions.holding import Queues, hold
from ibasho.rooms.actions.ledger import Facts, Row
from ibasho.rooms.actions.noting import note_findings
from ibasho.rooms.consequences import code_to_hold
from ibasho.rooms.queries.seats import Answered, answer_again
from ibasho.rooms.screened import Look, look_at_all
from ibasho.rooms.shapes import Held, MessageShape, Posted, Words

logger = logging.getLogger(__name__)
Answer = Posted | Held | Refusal
_Known = dict[tuple[str, str], Answered]


class _Accepted(NamedTuple):
    """Words that are written, and how: `code` says why they wait, and is None when they are shown."""

    words: Words
    seat: Facts
    look: Look | None
    code: str | None
    is_newcomer: bool


_LookedAt = tuple[Words, Look | None]


class LockedOut(Refusal):
    """Code `busy`, for a reason that is the same for everybody who waits: the database is locked or gone."""

    def __init__(self) -> None:
        super().__init__("busy", retry_after=RETRY_SECONDS)


def post_messages(batch: Sequence[Words]) -> list[Answer]:
    """Write what may be written, all or nothing, and answer each in its order.

    What is found in the words is looked at first, once and before any lock: some are shown, some wait for a
    keeper, and about some their writer is asked. If the transaction fails each is tried once alone, and only
    the failing one is answered `busy`.
    """
    looked_at = list(zip(batch, look_at_all(batch), strict=True))
    answers = _post_looked_at(looked_at)
    for (words, look), answer in zip(looked_at, answers, strict=True):
        offer_help(words, look, answer)
    return answers


def _post_looked_at(batch: Sequence[_LookedAt]) -> list[Answer]:
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
        return [answer for one in batch for answer in _post_looked_at([one])]


def _post_together(batch: Sequence[_LookedAt]) -> list[Answer]:
    every = [words for words, _ in batch]
    with transaction.atomic():
        ledger.lock_rooms(words.room_id for words in every)
        known = ledger.known_answers(every)
        conditions, queues = Conditions.read(every), Queues()
        accepted: dict[tuple[str, str], _Accepted] = {}
        refused: dict[int, Refusal] = {}
        for number, (words, look) in enumerate(batch):
            key = (words.seat_id, words.request_id)
            if key in known or key in accepted:
                continue
            try:
                accepted[key] = _accept(conditions, queues, words, look)
            except Refusal as refusal:
                refused[number] = refusal
        known.update(_write(list(accepted.values()), conditions))
    return [refused.get(number) or _answer(words, known) for number, words in enumerate(every)]


def _accept(conditions: Conditions, queues: Queues, words: Words, look: Look | None) -> _Accepted:
    seat = conditions.of_writer(words)
    stage = conditions.stage_of(seat)
    if stage is None:  # a keeper's words never wait, and nobody asks
        look, code = None, None
    else:
        words = look.words if look is not None else words
        code = code_to_hold(words, look, stage)
    conditions.keep_name(seat)
    if code is not None and stage is not None:
        queues.join(seat, is_newcomer=stage.is_newcomer)
    conditions.keep_pace(seat)
    return _Accepted(words, seat, look, code, stage is not None and stage.is_newcomer)


def _answer(words: Words, known: _Known) -> Answer:
    try:
        return answer_again(words, known[words.seat_id, words.request_id])
    except Refusal as refusal:
        return refusal


def _write(accepted: list[_Accepted], conditions: Conditions) -> _Known:
    """Show or hold, mark, announce; returns what each id is answered from now on."""
    if not accepted:
        return {}
    answers = _show([one for one in accepted if one.code is None], conditions)
    for one in accepted:
        if one.code is not None:
            answers[one.words.seat_id, one.words.request_id] = _hold(one, one.code, conditions)
    shown = Counter(one.words.seat_id for one in accepted if one.code is None)
    ledger.mark_seats({one.words.seat_id: shown[one.words.seat_id] for one in accepted}, conditions.now)
    ledger.mark_attendances(
        {
            (s.seat_id, s.session_id)
            for s in (one.seat for one in accepted)
            if s.session_id and not s.was_there
        }
    )
    return answers


def _hold(one: _Accepted, code: str, conditions: Conditions) -> Answered:
    held = hold(one.words, one.seat, code, conditions.now, is_newcomer=one.is_newcomer)
    note_findings(one.look, one.seat, conditions.now, held=held)
    return Answered(str(held.pk), 0, one.words.key, code)


def _show(accepted: list[_Accepted], conditions: Conditions) -> _Known:
    """Number, insert, announce."""
    answers: _Known = {}
    if not accepted:
        return answers
    rows: list[Row] = []
    changes: list[Change] = []
    by_room: dict[int, list[_Accepted]] = defaultdict(list)
    found: list[tuple[Look, Facts, str]] = []
    for one in accepted:
        by_room[one.words.room_id].append(one)
    at = clock.to_minute(conditions.now)
    shown_at, kept_at = clock.rfc3339(at), moment_out(at)
    for room_id in sorted(by_room):
        posts = by_room[room_id]
        seq, position = (last - len(posts) for last in ledger.take_numbers(room_id, len(posts), len(posts)))
        for offset, (words, seat, look, *_) in enumerate(posts, start=1):
            message_id = str(uuid4())
            rows.append(_row(words, seat, message_id, position + offset, seq + offset, kept_at))
            shape = _shape(words, seat, message_id, position + offset, shown_at)
            event = {"type": "message_posted", "seq": seq + offset, "message": shape}
            changes.append(Change(room_id, seq + offset, event, position + offset))
            answers[words.seat_id, words.request_id] = Answered(message_id, seq + offset, words.key)
            if look is not None:
                found.append((look, seat, message_id))
    ledger.insert_messages(rows)
    for look, seat, message_id in found:
        note_findings(look, seat, conditions.now, message_id=message_id)
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
