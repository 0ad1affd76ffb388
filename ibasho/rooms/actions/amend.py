"""Changing one's own words: an edit within five minutes, a withdrawal at any time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from ibasho.lib.errors import Refusal
from ibasho.live.changes import Change
from ibasho.live.publish import publish
from ibasho.people import erased
from ibasho.rooms import earlier
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.caring import offer_help
from ibasho.rooms.actions.conditions import Conditions
from ibasho.rooms.actions.holding import take_back_held
from ibasho.rooms.actions.ledger import Facts
from ibasho.rooms.actions.noting import end_unseen_findings, note_findings
from ibasho.rooms.consequences import code_to_hold
from ibasho.rooms.covered import would_show
from ibasho.rooms.held_words import Asked
from ibasho.rooms.models import EDIT_MINUTES, Amendment, HeldPost, Message, Room
from ibasho.rooms.queries.seats import first_answer
from ibasho.rooms.screened import Look, look_at_edit
from ibasho.rooms.shapes import Held, Posted, Words, message_shape

_State = Message.State
_COVERED = (
    "スタッフがかくしたところが、また入っているようです。そこをのぞくと、送れます。"
    "もとの言葉は、そのままです。"
)
_SAY_IT_ANEW = (
    "書いてくれて、ありがとうございます。おこられることはありません。"
    "この言葉は、新しい書き込みとして送ってください。もとの言葉は、そのままです。"
)


def edit_message(words: Words) -> Posted:
    """Put other words in place of one's own shown ones. Refuses as a post does, and `not_shown`, `edit_late`,
    and `edit_held` for words that would be asked about or held, or show what a keeper covered; what is refused
    leaves the old ones.
    """
    look = look_at_edit(words)
    try:
        answer = _amend(words, lambda words, conditions: _rewrite(words, conditions, look))
    except Refusal as refusal:
        offer_help(words, look, refusal)
        raise
    offer_help(words, look, answer)
    return answer


def withdraw_message(words: Words) -> Posted:
    """Take one's own words back, for good, also while they wait. Possible in a closed room and after leaving,
    too. Refuses `not_found`, and `not_shown` when they are gone already.
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


def _amend(words: Words, change: Callable[[Words, Conditions], Message | HeldPost]) -> Posted:
    with transaction.atomic():
        ledger.lock_rooms([words.room_id])
        known = first_answer(words)
        if isinstance(known, Held):  # an id of words that wait, used again for something else
            raise Refusal("id_reused")
        if known is not None:
            return known
        changed = change(words, Conditions.read([words]))
        if isinstance(changed, HeldPost):  # nobody else knew of it: it takes no number
            seq = Room.objects.values_list("seq", flat=True).get(pk=words.room_id)
            _note(words, seq, held=changed)
            return Posted(words.request_id, str(changed.pk), seq)
        changed.seq, _ = ledger.take_numbers(changed.room_id, 1)
        changed.save()
        _note(words, changed.seq, message=changed)
        publish([announce(changed)])
    return Posted(words.request_id, str(changed.pk), changed.seq)


def _note(words: Words, seq: int, *, message: Message | None = None, held: HeldPost | None = None) -> None:
    Amendment.objects.create(
        seat_id=words.seat_id,
        request_id=words.request_id,
        message=message,
        held=held,
        seq=seq,
        words_key=words.key,
    )


def _rewrite(words: Words, conditions: Conditions, look: Look | None) -> Message:
    seat = conditions.of_writer(words)
    message = _own_message(words, seat)
    if message.state != _State.SHOWN:
        raise Refusal("not_shown")
    if conditions.now > message.at + timedelta(minutes=EDIT_MINUTES):
        raise Refusal("edit_late")
    if would_show(message, f"{words.text}\n{words.cover}"):
        raise Refusal("edit_held", _COVERED)
    end_unseen_findings(message.pk)
    _unless_held(words, conditions, seat, look)
    conditions.keep_pace(seat)
    ledger.mark_seats({seat.seat_id: 0}, conditions.now)
    erased.note("edited", message.pk)
    message.text, message.cover, message.tone = words.text, words.cover, words.tone
    message.edited, message.redacted = True, False
    earlier.rewrite(words.seat_id, str(message.request_id), words.text)
    return message


def _unless_held(words: Words, conditions: Conditions, seat: Facts, look: Look | None) -> None:
    """Refuses `edit_held`, with kind words for somebody in need, of whom keepers hear nothing by it: nothing
    is stored. Else they are told what they would be told at a post.
    """
    stage = conditions.stage_of(seat)
    if stage is None:
        return
    try:
        waits = code_to_hold(words, look, stage) is not None
    except Asked:
        waits = True
    if waits:
        raise Refusal("edit_held", _SAY_IT_ANEW if look is not None and look.is_crisis else None)
    note_findings(look, seat, conditions.now, message_id=words.message_id)


def _take_back(words: Words, conditions: Conditions) -> Message | HeldPost:
    seat = conditions.of_owner(words)
    held = _own_held(words, seat)
    if held is not None:
        take_back_held(held)
        erased.note("waiting", held.pk)
        return held
    message = _own_message(words, seat)
    if message.state not in (_State.SHOWN, _State.HIDDEN):
        raise Refusal("not_shown")
    empty(message, _State.WITHDRAWN)
    erased.note("words", message.pk)
    return message


def _own_held(words: Words, seat: Facts) -> HeldPost | None:
    """Words that wait. Refuses `not_shown` for what was never shown and waits no more."""
    mine = HeldPost.objects.filter(pk=words.message_id, room_id=seat.room_id, seat_id=seat.seat_id)
    held = mine.exclude(outcome=HeldPost.Outcome.RELEASED).first()
    if held is not None and held.outcome != HeldPost.Outcome.WAITING:
        raise Refusal("not_shown")
    return held


def _own_message(words: Words, seat: Facts) -> Message:
    message = Message.objects.filter(pk=words.message_id, room_id=seat.room_id, seat_id=seat.seat_id).first()
    if message is None:
        raise Refusal("not_found")
    return message
