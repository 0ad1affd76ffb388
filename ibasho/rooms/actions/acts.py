"""What an act of moderation does to words and seats.

Every verb here runs in the caller's transaction, which has locked the room; the act itself, its reason
and its undo are the moderation's.
"""

from __future__ import annotations

from datetime import datetime

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_facts, publish
from ibasho.people import erased
from ibasho.people.actions import next_facts
from ibasho.people.models import Kind
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.amend import announce
from ibasho.rooms.models import Message, Seat

_State = Message.State


def hide_message(room_id: int, message_id: str) -> Message:
    """Take shown words from everyone's sight; the row keeps them. Refuses `not_found`, and `not_shown` for
    words that are hidden, withdrawn or erased.
    """
    erased.note("hidden", message_id)
    return _put(room_id, message_id, _State.SHOWN, _State.HIDDEN)


def restore_message(room_id: int, message_id: str) -> Message:
    """Show hidden words again. Refuses `not_found`, and `not_shown` unless they are hidden."""
    erased.note_back("hidden", message_id)
    return _put(room_id, message_id, _State.HIDDEN, _State.SHOWN)


def redact_message(room_id: int, message_id: str, text: str) -> Message:
    """Put `text` in place of shown words, as a keeper left them; once more if more is to go. Refuses `not_found`,
    and `not_shown` for words that are hidden, withdrawn or erased.
    """
    erased.note("covered", message_id)
    message = _rewrite(room_id, message_id, text, redacted=True)
    Seat.objects.filter(pk=message.seat_id).update(covered_at=clock.now())
    return message


def restore_redacted(room_id: int, message_id: str, text: str) -> Message:
    """Put the words back as they were. Refuses `not_found`, and `not_shown` unless they are redacted."""
    erased.note_back("covered", message_id)
    return _rewrite(room_id, message_id, text, redacted=False)


def rest_seat(seat_id: str, until: datetime) -> Seat:
    """少し休む: this seat reads and does not write until then. Refuses `not_found`, also for a keeper's."""
    return _bound(seat_id, resting_until=until)


def lift_rest(seat_id: str) -> Seat:
    """It may write again. Refuses `not_found`."""
    return _bound(seat_id, resting_until=None)


def remove_seat(seat_id: str, until: datetime) -> Seat:
    """Out of this one room until then: its lines end. Refuses `not_found`, also for a keeper's."""
    return _bound(seat_id, removed_until=until)


def let_back(seat_id: str) -> Seat:
    """It may come in again. Refuses `not_found`."""
    return _bound(seat_id, removed_until=None)


def _put(room_id: int, message_id: str, before: str, after: str) -> Message:
    message = Message.objects.filter(room_id=room_id, pk=message_id).first()
    if message is None:
        raise Refusal("not_found")
    if message.state != before:
        raise Refusal("not_shown", _SAYS[message.state])
    message.state = after
    message.seq, _ = ledger.take_numbers(room_id, 1)
    message.save(update_fields=["state", "seq"])
    publish([announce(message)])
    return message


def _rewrite(room_id: int, message_id: str, text: str, *, redacted: bool) -> Message:
    message = Message.objects.filter(room_id=room_id, pk=message_id).first()
    if message is None:
        raise Refusal("not_found")
    # what is hidden as a whole may get its words back meanwhile, and stays hidden
    is_right = message.state == _State.SHOWN if redacted else message.redacted
    if not is_right:
        raise Refusal("not_shown", _SAYS[message.state])
    message.text, message.redacted = text, redacted
    message.seq, _ = ledger.take_numbers(room_id, 1)
    message.save(update_fields=["text", "redacted", "seq"])
    publish([announce(message)])
    return message


def _bound(seat_id: str, **fields: datetime | None) -> Seat:
    seat = Seat.objects.select_related("person").filter(pk=seat_id).first()
    if seat is None or (seat.person is not None and seat.person.kind == Kind.KEEPER):
        raise Refusal("not_found", "この席には、使えません。")
    for name, value in {**fields, "facts": next_facts()}.items():
        setattr(seat, name, value)
    seat.save(update_fields=[*fields, "facts"])
    hurry_facts()
    return seat


_SAYS: dict[str, str] = {
    _State.SHOWN: "この書き込みは、出ています。",
    _State.HIDDEN: "この書き込みは、もうかくしてあります。",
    _State.WITHDRAWN: "この書き込みは、書いた方がとりけしました。",
    _State.ERASED: "この書き込みは、もう消えています。",
}
