"""The one way by which a sign-up gets another state, so that its number in its own calendar only grows, and by which
what it is asked ends.
"""

from __future__ import annotations

from datetime import datetime

from ibasho.events.models import Offer, SignUp
from ibasho.lib import clock


def move_on(row: SignUp, to: str, **fields: object) -> None:
    """Keep the state and these fields, in the caller's transaction and under the lock of the event."""
    if row.state != to:
        row.revision, row.revised_at = row.revision + 1, clock.now()
    for name, value in ({"state": to} | fields).items():
        setattr(row, name, value)
    row.save(update_fields=["state", "revision", "revised_at", *fields])


def close_offer(row: SignUp, reply: str, now: datetime) -> None:
    """The open offer of this party, if there is one, ends with that reply."""
    row.offers.filter(answer=Offer.Reply.OPEN).update(answer=reply, answered_at=now)
