"""The one contact of a sign-up that staff wrote down: sealed with the house secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken

from ibasho.events.models import Event, SignUp, SignUpContact
from ibasho.lib import clock
from ibasho.people.accounts import sealing

_PURPOSE = "contact of a sign-up, for the coordinator"


def keep_contact(row: SignUp, event: Event, contact: str) -> None:
    """Until the day after the meeting, in the caller's transaction. What is kept already stays."""
    SignUpContact.objects.get_or_create(sign_up=row, defaults=_sealed(event, contact))


def keep_new_contact(row: SignUp, event: Event, contact: str) -> None:
    """The same for one that was told later: it takes the place of the first."""
    SignUpContact.objects.update_or_create(sign_up=row, defaults=_sealed(event, contact))


def open_contact(contact: SignUpContact) -> str:
    """As it was given; empty where the house secret is another one now."""
    try:
        return sealing.unseal(contact.sealed, _PURPOSE)
    except InvalidToken:
        return ""


def _sealed(event: Event, contact: str) -> dict[str, Any]:
    ends_on = clock.tokyo(event.ends).date() + timedelta(days=1)
    return {"sealed": sealing.seal(contact, _PURPOSE), "ends_on": ends_on}
