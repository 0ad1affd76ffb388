"""Erasing a person's words: all at once, on every line."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from ibasho.lib import clock
from ibasho.live.publish import hurry_facts, publish
from ibasho.people.actions import next_facts
from ibasho.people.models import Person
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.amend import announce, empty
from ibasho.rooms.models import Amendment, Finding, HeldPost, Ignoring, Message, Room, Seat

_NOTHING = {
    "text": None,
    "cover": "",
    "tone": "",
    "call_name": "",
    "name_skeleton": "",
    "words_key": "",
    "redacted": False,
    "unnamed": False,
}


def erase_words(person: Person) -> None:
    """Leave of everything this person wrote only its place; then the seats have neither name nor person."""
    with transaction.atomic():
        # Every room: a seat or words of theirs may be on the way into one just now. The number comes
        # after the rooms, as at the door, so that neither waits for the other for ever.
        ledger.lock_rooms(Room.objects.values_list("pk", flat=True))
        number = next_facts()
        seats = Seat.objects.filter(person=person)
        for room_id in sorted(seats.values_list("room_id", flat=True)):
            _erase_in(room_id, person)
        Amendment.objects.filter(seat__person=person).delete()
        Finding.objects.filter(seat__person=person).delete()
        _erase_held(person)
        Ignoring.objects.filter(Q(seat__person=person) | Q(whom__person=person)).delete()
        left_at = Coalesce("left_at", Value(clock.now()))
        seats.update(call_name="", name_skeleton="", person=None, left_at=left_at, facts=number)
        hurry_facts()


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
    words.update(state=Message.State.ERASED, **_NOTHING)
    Message.objects.bulk_update(messages, ["seq"], batch_size=500)
    publish([announce(message) for message in messages])


def _erase_held(person: Person) -> None:
    """Of what waited, or was not shown, its number is left: an id that was used stays used."""
    held = HeldPost.objects.filter(seat__person=person)
    decided_at = Coalesce("decided_at", Value(clock.now()))
    held.update(
        outcome=HeldPost.Outcome.ERASED,
        decided_at=decided_at,
        text=None,
        cover="",
        tone="",
        call_name="",
        words_key="",
    )
