"""席のメモ: writing one, taking it away, and its end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from ibasho.lib import clock, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.models import (
    MOST_SEAT_NOTES,
    SEAT_NOTE_BYTES,
    SEAT_NOTE_DAYS,
    SEAT_NOTE_GRAPHEMES,
    SeatNote,
)
from ibasho.moderation.queries.seat_notes import notes_on
from ibasho.people import erased
from ibasho.people.models import Person, Role
from ibasho.people.queries import KeeperFacts, keeper_facts

_DOUBLE_TAP = timedelta(minutes=1)
_ENOUGH = f"席のメモは、{MOST_SEAT_NOTES}件までです。もういらないものを消すと、書けます。"


def write_seat_note(keeper: KeeperFacts, slug: str, seat_id: UUID | str, *, text: str) -> SeatNote:
    """Leave a fact about a seat for 14 days; whoever sits there can read it. The same within a minute is one.

    Refuses `not_found` (no duty there, no such seat), `empty`, `too_long` beyond 200 graphemes, `malformed`
    for a keeper's seat and beyond ten notes.
    """
    words = unicode_text.clean(text).strip()
    unicode_text.measure(words, SEAT_NOTE_GRAPHEMES, SEAT_NOTE_BYTES, "メモ")
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        seat = acting.seat_of_others(room, seat_id)
        now, there = clock.now(), notes_on(seat.pk)
        same = there.filter(author_id=keeper.keeper_id, text=words, at__gt=now - _DOUBLE_TAP).first()
        if same is not None:
            return same
        if there.count() >= MOST_SEAT_NOTES:
            raise Refusal("malformed", _ENOUGH)
        until = now + timedelta(days=SEAT_NOTE_DAYS)
        note = SeatNote.objects.create(seat=seat, author_id=keeper.keeper_id, text=words, at=now, until=until)
        append_log(
            keeper.keeper_id, "write_seat_note", room=room, detail={"seat": str(seat.pk), "note": note.pk}
        )
        hurry_desk()
    return note


def remove_seat_note(keeper: KeeperFacts, slug: str, seat_id: UUID | str, note_id: int) -> None:
    """Take a note away: one's own, or any for a coordinator. Refuses `not_found`."""
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        now = keeper_facts(keeper.person_id)
        note = SeatNote.objects.filter(pk=note_id, seat=acting.as_uuid(seat_id), seat__room=room).first()
        is_theirs = note is not None and note.author_id == keeper.keeper_id
        if note is None or now is None or not (is_theirs or now.has(Role.COORDINATOR)):
            raise Refusal("not_found")
        detail = {"seat": str(note.seat_id), "note": note.pk}
        erased.note("seat-note", f"{note.pk} {note.seat_id} {note.at}")
        note.delete()
        append_log(keeper.keeper_id, "remove_seat_note", room=room, detail=detail)
        hurry_desk()


def forget_old_seat_notes() -> None:
    """After their days. Safe to run twice."""
    old = SeatNote.objects.filter(until__lte=clock.now())
    if old.exists():
        with transaction.atomic():
            old.delete()


def erase_seat_notes(person: Person) -> None:
    """All that keepers noted about any seat of this person."""
    with transaction.atomic():
        SeatNote.objects.filter(seat__person=person).delete()
