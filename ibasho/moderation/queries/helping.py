"""What the receipt of somebody who would like to help tells."""

from __future__ import annotations

from datetime import timedelta

from ibasho.duty.models import UNDECIDED_DAYS
from ibasho.duty.queries.volunteers import TITLE, by_code, may_withdraw, tells
from ibasho.moderation.receipts import Answer


def volunteer_answer(code_hash: str) -> Answer | None:
    """Where it stands, for whoever has its code; taken back until an account begins."""
    row = by_code(code_hash)
    if row is None:
        return None
    ends_on = row.state_on + timedelta(days=UNDECIDED_DAYS)
    return Answer(
        kind="volunteer",
        state=row.state,
        text=tells(row),
        title=TITLE,
        take_back_on=ends_on if may_withdraw(row) else None,
    )
