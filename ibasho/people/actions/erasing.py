"""The end of a record: wished by the person, or because nobody uses it any more."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people import erased, erasure, wall
from ibasho.people.models import Kind, Person
from ibasho.people.sessions import SessionStore

_AT_ONCE = 200


_KEEPER_FIRST = (
    "スタッフの記録は、ここからは 消せません。先に、家の番の人に、スタッフを やめることを 伝えてください。"
)


def erase(person: Person) -> None:
    """Erase the person and everything that hangs on them, words included, in one transaction.

    Raises Refusal `asked` for a keeper: a steward ends the account first.
    """
    if person.kind == Kind.KEEPER:
        raise Refusal("asked", _KEEPER_FIRST)
    with transaction.atomic():
        erasure.run(person)
        erased.note("person", person.key)
        person.delete()


def erase_again(person_ids: Collection[int]) -> None:
    """After a restore: who had themselves erased since the copy."""
    for person in Person.objects.filter(pk__in=person_ids):
        erase(person)


def purge_guests() -> None:
    """End sessions that ran out, then guests without a phrase who have none left.

    Their words stay for the days the room promised, tied to nobody. Safe to run twice.
    A guest of today is left alone: their first session may be on its way.
    """
    SessionStore.clear_expired()
    gone = Person.objects.filter(
        kind=Kind.GUEST, phrase_hash=None, sessions=None, last_seen_on__lt=clock.today()
    )
    for guest in gone[:_AT_ONCE]:
        _let_go(guest)


def _let_go(guest: Person) -> None:
    with transaction.atomic():
        wall.hold_rooms()
        erasure.count(guest)
        wall.leave_all_seats(guest)
        guest.delete()
