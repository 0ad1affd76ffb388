"""A handover note that came after the session's end, for its writer."""

from __future__ import annotations

import orjson
from cryptography.fernet import InvalidToken

from ibasho.duty.queries.watch import late_handovers
from ibasho.lib import clock
from ibasho.people.accounts import sealing

LATE_HANDOVER = "handover note of one keeper"  # for what it is sealed


def late_handover_of(keeper_id: int) -> tuple[str, str]:
    """What happened and what was agreed, as it was sent; empty where nothing waits or the house secret is another."""
    row = late_handovers(clock.now()).filter(keeper=keeper_id).first()
    try:
        what, then = orjson.loads(sealing.unseal(row.words, LATE_HANDOVER)) if row else ("", "")
    except InvalidToken:
        return "", ""
    return what, then
