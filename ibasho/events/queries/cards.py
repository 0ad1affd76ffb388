"""Whether somebody is asked how it was."""

from __future__ import annotations

from ibasho.events.card_pot import POT, mark_of, month_of
from ibasho.events.counting_days import is_counted
from ibasho.events.models import CardMark, SignUp
from ibasho.lib import clock


def may_answer_card(row: SignUp) -> bool:
    """Once, after a meeting that took place, until the numbers of its month are taken."""
    event, now = row.event, clock.now()
    is_over = event.called_off_at is None and now >= event.ends and not is_counted(event.starts, now)
    return is_over and row.state == SignUp.State.JOINED and not has_answered_card(row)


def has_answered_card(row: SignUp) -> bool:
    """Until the numbers of the month are taken: then nobody can tell any more."""
    mark = mark_of(row)
    return POT.holds(month_of(row), mark) or CardMark.objects.filter(mark=mark).exists()
