"""Whether somebody is asked how it was."""

from __future__ import annotations

from ibasho.events.counting_days import is_counted
from ibasho.events.models import SignUp
from ibasho.lib import clock


def may_answer_card(row: SignUp) -> bool:
    """Once, after a meeting that took place, until the numbers of its month are taken."""
    event, now = row.event, clock.now()
    is_over = event.called_off_at is None and now >= event.ends and not is_counted(event.starts, now)
    return is_over and row.state == SignUp.State.JOINED and not row.has_answered_card
