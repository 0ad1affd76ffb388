"""What a view may ask about its request, with types: who, from where, coming back or going."""

from __future__ import annotations

from typing import cast

from django.contrib.auth import login
from django.http import HttpRequest

from ibasho.lib.errors import Refusal
from ibasho.people import actions, coming_in
from ibasho.people.models import Kind, Person
from ibasho.people.queries import KeeperFacts, Visitor, describe, keeper_facts, showed_second_factor
from ibasho.people.sessions import SessionStore

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def session_of(request: HttpRequest) -> SessionStore:
    return cast(SessionStore, request.session)


def maybe_person(request: HttpRequest) -> Person | None:
    """Who is inside; None for a stranger and for somebody who is away."""
    session = session_of(request)
    person = session.person
    return None if session.away else person


def person_of(request: HttpRequest) -> Person:
    """Who is inside. Raises Refusal `not_entered`."""
    person = maybe_person(request)
    if person is None:
        raise Refusal("not_entered")
    return person


def visitor_from(request: HttpRequest) -> Visitor:
    """The same person as the lines know them. Raises Refusal `not_entered`."""
    person = person_of(request)
    return describe(person, session_of(request).hash or "", away=False)


def maybe_keeper(request: HttpRequest) -> KeeperFacts | None:
    """The keeper of this browser; None for everybody else, also without or before the second factor."""
    person = maybe_person(request)
    if person is None or person.kind != Kind.KEEPER or not showed_second_factor(session_of(request)):
        return None
    return keeper_facts(person.pk)


def keeper_from(request: HttpRequest, *roles: str) -> KeeperFacts:
    """The keeper, with any of these roles if some are named. Raises Refusal `not_found` for all others."""
    keeper = maybe_keeper(request)
    if keeper is None or (roles and not keeper.has(*roles)):
        raise Refusal("not_found")
    return keeper


def is_inside(request: HttpRequest) -> bool:
    return maybe_person(request) is not None


def prefix_of(request: HttpRequest) -> str:
    """Today's pseudonym of where the request came from; never an address."""
    scope: dict[str, object] = getattr(request, "scope", {})
    return str(scope.get("ibasho.prefix", ""))


def sign_in(request: HttpRequest, person: Person, *, keep: bool = False) -> None:
    """Make this browser that person's, under a new key; what another left here is dropped."""
    session, along = session_of(request), []
    if session.person is not None:
        actions.sign_out(session)  # so that lines opened under the old key end
    else:
        along = coming_in.taken_along(session)
        session.forget_all_but_who()  # a passer-by's card must not be tied to this person
    login(request, person, backend=_BACKEND)
    session.keep, session.away = keep, False
    for put_down in along:
        put_down(session)
