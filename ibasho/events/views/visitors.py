"""Who looks at a meeting, as its walls know them."""

from __future__ import annotations

from django.http import HttpRequest

from ibasho.lib import clock
from ibasho.people.models import Kind, Person
from ibasho.people.queries import standpoint_on
from ibasho.people.requests import maybe_person


def standpoint_of(request: HttpRequest) -> str | None:
    """The standpoint of who has come in; None for who passes by, and for a keeper."""
    guest = guest_of(request)
    return None if guest is None else standpoint_on(guest, clock.today())


def guest_of(request: HttpRequest) -> Person | None:
    """Who has come in and is no keeper: to them a sign-up may be tied."""
    person = maybe_person(request)
    return None if person is None or person.kind == Kind.KEEPER else person
