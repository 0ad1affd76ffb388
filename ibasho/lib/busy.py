"""What the database says when it cannot now, in the house's words."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

from ibasho.lib.errors import Refusal

RETRY_SECONDS = 2
_FAULTS_OF_OURS = ("no such ", "syntax error", "has no column", "does not exist")


def as_refusal(error: BaseException) -> Refusal | None:
    """`busy` for a locked, full or absent database; None for anything else, which is a fault of ours."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    text = str(error)
    if any(fault in text for fault in _FAULTS_OF_OURS):
        return None
    return Refusal("busy", retry_after=RETRY_SECONDS)
