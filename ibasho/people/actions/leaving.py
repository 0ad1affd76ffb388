"""Closing a browser's door: for good, or for a while with the curtain drawn."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction

from ibasho.people.actions.facts import bump_facts
from ibasho.people.actions.settings import LOOK, keep_look
from ibasho.people.models import Person
from ibasho.people.sessions import SessionStore


def sign_out(session: SessionStore) -> None:
    """End this browser's session and its lines. A guest without a phrase cannot come back."""
    person = session.person
    with transaction.atomic():
        if person is not None:
            bump_facts([person.pk])
        session.flush()


def go_away(session: SessionStore) -> None:
    """Draw the curtain: a new key, so that lines and old pages end, and nothing of today is shown."""
    if session.person is None:
        session.forget_all_but_who()  # a card that was laid out for a passer-by
    elif not session.away:
        _draw_curtain(session, session.person)
    elif session.came_by_old_key:
        session.tells_key = True  # the answer that told it was lost on the way


def come_back(session: SessionStore) -> None:
    """つづける: undo `go_away`, again under a new key."""
    if session.person is not None and session.away:
        with suppress(UpdateError), transaction.atomic():  # signed out meanwhile: nobody comes back
            bump_facts([session.person.pk])
            session.forget_all_but_who()
            session.away = False
            session.cycle_key()


def _draw_curtain(session: SessionStore, person: Person) -> None:
    with suppress(UpdateError), transaction.atomic():  # signed out meanwhile: nobody is left to be away
        bump_facts([person.pk])
        session.forget_all_but_who()
        # as a passer-by has it: their pages tell nobody that somebody is in
        keep_look(session, **{name: getattr(person, name) for name in LOOK})
        session.go_behind_curtain()
