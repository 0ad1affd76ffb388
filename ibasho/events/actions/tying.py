"""A sign-up in わたし: tied by the person's own choice, untied by it, by erasing, and by crossing the wall."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ibasho.events.actions.locking import lock_event, settle_event
from ibasho.events.actions.visiting import mark_again
from ibasho.events.models import Admission, Event, SignUp
from ibasho.events.queries.events import look_at
from ibasho.events.visibility import Look
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people import erased, wall
from ibasho.people.actions import next_facts
from ibasho.people.models import Kind, Person
from ibasho.people.queries import standpoint_on


def hold_person(person: Person) -> Person:
    """The person as they are now; they stay so until the commit. Refuses `not_found` for who is gone or a keeper.

    Whoever erases or crosses the wall takes a number first: behind ours all that is settled.
    """
    next_facts()
    found = Person.objects.filter(pk=person.pk).exclude(kind=Kind.KEEPER).first()
    if found is None:
        raise Refusal("not_found")
    return found


def tie(sign_up_id: UUID, person: Person) -> SignUp:
    """Let it stand in わたし. Refuses `not_found` for a meeting not shown to them, and for somebody else's."""
    with transaction.atomic():
        found = hold_person(person)
        row = SignUp.objects.select_related("event").filter(pk=sign_up_id).first()
        is_elsewhere = row is not None and row.person_id not in (None, found.pk)
        if row is None or is_elsewhere or not _is_shown(row.event, standpoint_on(found, clock.today())):
            raise Refusal("not_found")
        SignUp.objects.filter(pk=row.pk, person=None).update(person=found)
        row.refresh_from_db()
        erased.note_back("tie", row.pk)
        mark_again(row)
    return row


def untie(sign_up_id: UUID) -> None:
    """Undo `tie`: the code alone leads to it. A second time changes nothing."""
    with transaction.atomic():
        _untie(SignUp.objects.filter(pk=sign_up_id))


def untie_over_the_wall(person: Person, standpoint: str | None) -> None:
    """Nothing in わたし tells of a meeting on the other side; the code still leads to it.

    In the caller's transaction. Without a standpoint nothing stays tied but to meetings for everybody.
    """
    rows = SignUp.objects.filter(person=person).select_related("event")
    hidden = [row.pk for row in rows if not _is_shown(row.event, standpoint)]
    _untie(SignUp.objects.filter(pk__in=hidden))
    came = Admission.objects.filter(person=person).select_related("sign_up__event")
    over = [row.pk for row in came if not _is_shown(row.sign_up.event, standpoint)]
    Admission.objects.filter(pk__in=over).delete()


def erase_sign_ups(person: Person) -> None:
    """Before a person is erased: their sign-ups go, and their seats pass on at once."""
    with transaction.atomic():
        # rooms and the number come before events, here as everywhere
        wall.hold_rooms()
        next_facts()
        mine = SignUp.objects.filter(person=person)
        for event_id in sorted(set(mine.values_list("event_id", flat=True))):
            event = lock_event(event_id)
            rows = mine.filter(event=event)
            is_freed = rows.filter(state__in=SignUp.HOLDING).exists()
            rows.delete()
            settle_event(event, clock.now(), is_freed=is_freed)


def _untie(rows: QuerySet[SignUp]) -> None:
    erased.note("tie", *rows.exclude(person=None).values_list("pk", flat=True))
    rows.update(person=None)
    for row in rows.filter(visit__isnull=False):
        mark_again(row)


def _is_shown(event: Event, standpoint: str | None) -> bool:
    return look_at(event, standpoint) == Look.WHOLE
