"""Who looks at a meeting, as its walls know them."""

from __future__ import annotations

from django.http import HttpRequest

from ibasho.events import this_browser
from ibasho.events.models import SignUp
from ibasho.events.queries.sign_ups import under_way
from ibasho.lib import clock
from ibasho.people.models import Kind, Person
from ibasho.people.queries import standpoint_on
from ibasho.people.requests import maybe_person, session_of


def standpoint_of(request: HttpRequest) -> str | None:
    """The standpoint of who has come in; None for who passes by, and for a keeper."""
    guest = guest_of(request)
    return None if guest is None else standpoint_on(guest, clock.today())


def known_here(request: HttpRequest, event_id: int) -> SignUp | None:
    """A sign-up of this browser, or tied to who has come in, that still means to come to this meeting."""
    return under_way(this_browser.shown(session_of(request)), guest_of(request), event_id)


def guest_of(request: HttpRequest) -> Person | None:
    """Who has come in and is no keeper: to them a sign-up may be tied."""
    person = maybe_person(request)
    return None if person is None or person.kind == Kind.KEEPER else person
