"""Questions to duty. Nothing here writes."""

from __future__ import annotations

from ibasho.duty.queries.late_handover import LATE_HANDOVER, late_handover_of
from ibasho.duty.queries.watch import (
    AHEAD_SECONDS,
    GONE,
    HANDOVER_MINUTES,
    RESTS_SECONDS,
    RESUMES_SECONDS,
    SEEN_ABSENT_SECONDS,
    THERE,
    UNSURE,
    Handover,
    due_duties,
    duty_of,
    duty_to_hand_over,
    duty_words_are_of,
    handovers_for,
    is_keeper_there,
    is_there,
    late_handovers,
    open_duties,
    presence,
)

__all__ = [
    "AHEAD_SECONDS",
    "GONE",
    "HANDOVER_MINUTES",
    "LATE_HANDOVER",
    "RESTS_SECONDS",
    "RESUMES_SECONDS",
    "SEEN_ABSENT_SECONDS",
    "THERE",
    "UNSURE",
    "Handover",
    "due_duties",
    "duty_of",
    "duty_to_hand_over",
    "duty_words_are_of",
    "handovers_for",
    "is_keeper_there",
    "is_there",
    "late_handover_of",
    "late_handovers",
    "open_duties",
    "presence",
]
