"""Changing one's own words: an edit within five minutes, a withdrawal at any time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from ibasho.lib.errors import Refusal
from ibasho.live.changes import Change
from ibasho.live.publish import publish
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.conditions import Conditions
from ibasho.rooms.actions.ledger import Facts
from ibasho.rooms.models import EDIT_MINUTES, Amendment, Message
from ibasho.rooms.queries.seats import first_answer
from ibasho.rooms.shapes import Posted, Words, message_shape

_State = Message.State


def edit_message(words: Words) -> Posted:
    """Put other words in place of one's own shown ones. Refuses as a post does, and
    `not_shown`, `edit_late`; what is refused leaves the old words as they are.
    """
    return _amend(words, _rewrite)


def withdraw_message(words: Words) -> Posted:
    """Take one's own words back, for good. Possible in a closed room and after leaving, too.
    Refuses `not_found`, and `not_shown` when they are gone already.
    """
    return _amend(words, _take_back)


def announce(message: Message) -> Change:
    """The change of one row, for everybody in its room."""
    event = {"type": "message_changed", "seq": message.seq, "message": message_shape(message)}
    return Change(message.room_id, message.seq, event, message.position)


def empty(message: Message, state: str) -> None:
    """Leave nothing of the words on the row but its place."""
    message.state, message.text, message.cover, message.tone = state, None, "", ""
    message.redacted = False


def _amend(words: Words, change: Callable[[Words, Conditions], Message]) -> Posted:
    with transaction.atomic():
        ledger.lock_rooms([words.room_id])
        known = first_answer(words)
        if known is not None:
            return known
        message = change(words, Conditions.read([words]))
        message.seq, _ = ledger.take_numbers(message.room_id, 1)
        message.save()
        Amendment.objects.create(
            seat_id=words.seat_id,
            request_id=words.request_id,
            message=message,
            seq=message.seq,
            words_key=words.key,
        )
        publish([announce(message)])
    return Posted(words.request_id, str(message.pk), message.seq)


def _rewrite(words: Words, conditions: Conditions) -> Message:
    seat = conditions.of_writer(words)
    message = _own_message(words, seat)
    if message.state != _State.SHOWN:
        raise Refusal("not_shown")
    if conditions.now > message.at + timedelta(minutes=EDIT_MINUTES):
        raise Refusal("edit_late")
    conditions.keep_pace(seat)
    ledger.mark_seats({seat.seat_id: 0}, conditions.now)
    message.text, message.cover, message.tone = words.text, words.cover, words.tone
    message.edited, message.redacted = True, False
    return message


def _take_back(words: Words, conditions: Conditions) -> Message:
    message = _own_message(words, conditions.of_owner(words))
    if message.state not in (_State.SHOWN, _State.HIDDEN):
        raise Refusal("not_shown")
    empty(message, _State.WITHDRAWN)
    return message


def _own_message(words: Words, seat: Facts) -> Message:
    message = Message.objects.filter(pk=words.message_id, room_id=seat.room_id, seat_id=seat.seat_id).first()
    if message is None:
        raise Refusal("not_found")
    return message
