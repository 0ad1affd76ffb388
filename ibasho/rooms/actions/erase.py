"""Erasing a person's words: all at once, on every line."""

from __future__ import annotations

from django.db import transaction

from ibasho.live.publish import publish
from ibasho.people.models import Person
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.amend import announce, empty
from ibasho.rooms.actions.leave import leave_all_seats
from ibasho.rooms.models import Amendment, Message, Seat

_COLUMNS = ["state", "text", "cover", "tone", "call_name", "name_skeleton", "words_key", "seq"]


def erase_words(person: Person) -> None:
    """Leave of everything this person wrote only its place; then the seats have neither name nor person."""
    with transaction.atomic():
        leave_all_seats(person)
        seats = Seat.objects.filter(person=person)
        room_ids = sorted(seats.values_list("room_id", flat=True))
        ledger.lock_rooms(room_ids) if room_ids else None
        for room_id in room_ids:
            _erase_in(room_id, person)
        Amendment.objects.filter(seat__person=person).delete()
        seats.update(call_name="", name_skeleton="", person=None)


def _erase_in(room_id: int, person: Person) -> None:
    words = Message.objects.filter(room_id=room_id, seat__person=person)
    messages = list(words.exclude(state=Message.State.ERASED).order_by("position"))
    if not messages:
        return
    last, _ = ledger.take_numbers(room_id, len(messages))
    for seq, message in enumerate(messages, start=last - len(messages) + 1):
        empty(message, Message.State.ERASED)
        message.call_name = message.name_skeleton = message.words_key = ""
        message.seq = seq
    Message.objects.bulk_update(messages, _COLUMNS, batch_size=200)
    publish([announce(message) for message in messages])
