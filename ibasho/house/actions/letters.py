"""Letters to one person, and notes to the keepers."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from ibasho.house.heeding import heed_or_ask
from ibasho.house.models import AnswerWish, Note, Notice
from ibasho.house.queries import old_notes
from ibasho.lib import clock, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.people import actions as people
from ibasho.people.models import Person

NOTE_GRAPHEMES = 1000
NOTE_BYTES = 4000
SEEN_NOTICE_DAYS = 14


def give_notice(
    person: Person, code: str, text: str, *, act: str = "", room: str = "", at: datetime | None = None
) -> Notice:
    """A letter to this person, kept until it was seen. `act` is the code by which to ask for a review, `room`
    the one it leads to, `at` the moment of what it tells.
    """
    with transaction.atomic():
        # The number before the row, as where a guest is let go: the row holds on to its person.
        people.bump_facts([person.pk])
        return Notice.objects.create(
            id=uuid.uuid4(), person=person, code=code, text=text, act=act, room=room, at=at or clock.now()
        )


def answer_letters(person: Person, act: str, then: str = "") -> None:
    """Letters about this act stay, and ask nothing any more: the line with its code says `then`, or is gone."""
    with transaction.atomic():
        for letter in Notice.objects.filter(person=person, act=act):
            kept = [then if act in line else line for line in letter.text.split("\n")]
            letter.act, letter.text = "", "\n".join(filter(None, kept))
            letter.save(update_fields=["act", "text"])


def put_letters_away(person: Person, code: str, at: datetime, *, even_asking: bool = False) -> None:
    """What letters of this kind told of that moment is not so any more: nobody need put them away.

    One that can still be asked about stays; whoever ends what it tells ends its question first. `even_asking`:
    another letter says more, and this one is found among those of before, with its question.
    """
    letters = Notice.objects.filter(person=person, code=code, at=at, seen_on__isnull=True)
    if not even_asking:
        letters = letters.filter(act="")
    letters.update(seen_on=clock.today())


def put_invitation_away(person: Person, room: str) -> None:
    """The letter that leads to this room asks nothing any more: its person sits there, or it is over. Pages that
    show it hear so.
    """
    with transaction.atomic():
        waiting = Notice.objects.filter(person=person, room=room, seen_on__isnull=True)
        if not waiting.exists():
            return
        people.bump_facts([person.pk])
        waiting.update(seen_on=clock.today())
        hurry_facts()


def notice_seen(person: Person | int, notice_id: UUID | str) -> None:
    """Put a letter away; a second time changes nothing. Refuses `not_found` for another's letter."""
    with transaction.atomic():
        mine = Notice.objects.filter(person=person, id=_as_uuid(notice_id))
        if not mine.filter(seen_on__isnull=True).update(seen_on=clock.today()) and not mine.exists():
            raise Refusal("not_found")


def leave_note(text: str, *, as_is: bool = False, wisher: Person | None = None) -> Note:
    """A note to the keepers, tied to nobody but a `wisher`, who would like an answer and is still here. Refuses as
    `note_words` does, and `asked` unless `as_is`.
    """
    words = note_words(text)
    found = heed_or_ask(words, as_is=as_is)
    with transaction.atomic():
        note = Note.objects.create(
            text=words,
            written_on=clock.today(),
            about_dying=found.about_dying,
            marks=found.marks_kept,
        )
        if wisher is not None and _is_still_here(wisher):
            AnswerWish.objects.create(note=note, person=wisher)
        hurry_desk()
    return note


def note_words(text: str) -> str:
    """The words of a note as they will be kept. Refuses `malformed`, `empty`, `too_long`."""
    words = unicode_text.clean(text)
    unicode_text.measure(words, NOTE_GRAPHEMES, NOTE_BYTES)
    return words


def read_note(note_id: int) -> bool:
    """A keeper has read it; whether it waited until now. Refuses `not_found`."""
    return _mark_note(note_id, read_on=clock.today())


def unread_note(note_id: int) -> bool:
    """It waits again; whether it was put away until now. Refuses `not_found`."""
    return _mark_note(note_id, read_on=None)


def forget_old_papers() -> None:
    """Notes 30 days after they were written or answered, letters 14 days after they were seen."""
    with transaction.atomic():
        old_notes().delete()
        Notice.objects.filter(seen_on__lt=clock.today() - timedelta(days=SEEN_NOTICE_DAYS)).delete()


def _mark_note(note_id: int, *, read_on: date | None) -> bool:
    with transaction.atomic():
        note = Note.objects.filter(pk=note_id)
        if not note.exists():
            raise Refusal("not_found")
        return note.filter(read_on__isnull=read_on is not None).update(read_on=read_on) == 1


def _is_still_here(person: Person) -> bool:
    """Not erased in the same moment, on another screen, and not until the commit."""
    return Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first() is not None


def _as_uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except ValueError:
        raise Refusal("not_found") from None
