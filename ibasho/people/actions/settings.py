"""Wishes about the screen, and about this browser."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Field

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.sessions import SessionStore

LOOK = ("theme", "text_size", "furigana", "spacing")
SETTINGS = (*LOOK, "send_delay", "enter_sends")
_LOOK_HERE = "look"


def save_settings(person: Person, **wishes: Any) -> None:
    """Keep these wishes (of `SETTINGS`); others stay. Raises Refusal `malformed`, changing nothing."""
    checked = {name: _checked(name, value) for name, value in wishes.items()}
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(**checked)
    for name, value in checked.items():
        setattr(person, name, value)


def keep_look(session: SessionStore, **wishes: Any) -> None:
    """The same of `LOOK` for who has not come in: with this browser alone, which forgets it when it is closed.

    Raises Refusal `malformed`, changing nothing.
    """
    checked = {name: _checked(name, value) for name, value in wishes.items() if name in LOOK}
    look = {name: value for name, value in (look_of(session) | checked).items() if value != _usual(name)}
    if look == session.get(_LOOK_HERE, {}):
        return
    if look:
        session[_LOOK_HERE] = look
        return
    del session[_LOOK_HERE]
    if not session.keys():  # nothing is left to know this browser by
        session.flush()


def look_of(session: SessionStore) -> dict[str, Any]:
    """What `keep_look` kept; who never chose has nothing."""
    kept: dict[str, Any] = session.get(_LOOK_HERE, {})
    return kept


def keep_device(session: SessionStore, *, keep: bool) -> None:
    """Let this browser be remembered for 30 days, or only until it is closed."""
    if session.keep != keep:
        session.keep, session.modified = keep, True


def seen_today(person: Person) -> None:
    """Note the date, so that a record nobody uses can end."""
    today = clock.today()
    if person.last_seen_on != today:
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(last_seen_on=today)
        person.last_seen_on = today


def _usual(name: str) -> Any:
    return getattr(Person, name).field.get_default()


def _checked(name: str, value: Any) -> Any:
    if name not in SETTINGS:
        raise Refusal("malformed")
    field: Field[Any, Any] = getattr(Person, name).field
    try:
        return field.clean(value, None)
    except ValidationError as error:
        raise Refusal("malformed") from error
