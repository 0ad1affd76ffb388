"""The private address of a calendar: given, given anew, taken back."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ibasho.events.actions.locking import locked_sign_up
from ibasho.events.actions.tying import hold_person
from ibasho.events.models import Feed
from ibasho.events.queries.feeds import feed_key
from ibasho.lib import clock
from ibasho.people import erased
from ibasho.people.models import Person

_BYTES = 32


def give_feed(person: Person) -> str:
    """The secret part of the address under which what is tied to わたし stands; told once, the one before ends.

    Refuses `not_found` for who is gone or a keeper.
    """
    with transaction.atomic():
        found = hold_person(person)
        _end(Feed.objects.filter(person=found))
        return _give(person=found)


def give_sign_up_feed(sign_up_id: UUID) -> str:
    """The same for one sign-up. Refuses `not_found`."""
    with transaction.atomic():
        locked_sign_up(sign_up_id)
        _end(Feed.objects.filter(sign_up=sign_up_id))
        return _give(sign_up_id=sign_up_id)


def stop_feed(person: Person) -> None:
    """Undo `give_feed`: nothing stands there any more. A second time changes nothing."""
    with transaction.atomic():
        _end(Feed.objects.filter(person=person))


def stop_sign_up_feed(sign_up_id: UUID) -> None:
    """Undo `give_sign_up_feed`."""
    with transaction.atomic():
        _end(Feed.objects.filter(sign_up=sign_up_id))


def _end(feeds: QuerySet[Feed]) -> None:
    erased.note("feed", *feeds.values_list("key_hash", flat=True))
    feeds.delete()


def _give(*, person: Person | None = None, sign_up_id: UUID | None = None) -> str:
    secret = secrets.token_urlsafe(_BYTES)
    Feed.objects.create(
        key_hash=feed_key(secret), person=person, sign_up_id=sign_up_id, made_on=clock.today()
    )
    return secret
