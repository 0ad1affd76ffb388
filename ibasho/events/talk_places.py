"""Where one talks before a meeting, which may be somebody's number: sealed with the house secret."""

from __future__ import annotations

from cryptography.fernet import InvalidToken

from ibasho.events.models import Interview
from ibasho.people.accounts import sealing

_PURPOSE = "where one talks before a meeting"


def seal_place(where: str) -> str:
    """Nothing stays nothing, so that the table knows whether a place was said."""
    return sealing.seal(where, _PURPOSE) if where else ""


def open_place(interview: Interview) -> str:
    """As it was given; empty where the house secret is another one now."""
    try:
        return sealing.unseal(interview.sealed_where, _PURPOSE) if interview.sealed_where else ""
    except InvalidToken:
        return ""
