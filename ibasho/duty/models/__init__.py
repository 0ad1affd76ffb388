"""Duties, what is handed over, the roster, and how somebody becomes a keeper."""

from __future__ import annotations

from ibasho.duty.models.shifts import Shift, StandIn
from ibasho.duty.models.volunteers import (
    CALL_NAME_GRAPHEMES,
    CONTACT_LETTERS,
    COULD_GRAPHEMES,
    DECIDED_DAYS,
    LETTER_GRAPHEMES,
    NOTE_GRAPHEMES,
    PLEDGE_GRAPHEMES,
    UNDECIDED_DAYS,
    WHY_GRAPHEMES,
    Pledge,
    PledgeText,
    Training,
    TrainingUnit,
    Volunteer,
)
from ibasho.duty.models.watch import (
    DUTY_DAYS,
    HANDOVER_DAYS,
    HANDOVER_GRAPHEMES,
    LATE_MINUTES,
    MOST_HOURS,
    Duty,
    HandoverNote,
    HandoverRead,
    LateHandover,
)

__all__ = [
    "CALL_NAME_GRAPHEMES",
    "CONTACT_LETTERS",
    "COULD_GRAPHEMES",
    "DECIDED_DAYS",
    "DUTY_DAYS",
    "HANDOVER_DAYS",
    "HANDOVER_GRAPHEMES",
    "LATE_MINUTES",
    "LETTER_GRAPHEMES",
    "MOST_HOURS",
    "NOTE_GRAPHEMES",
    "PLEDGE_GRAPHEMES",
    "UNDECIDED_DAYS",
    "WHY_GRAPHEMES",
    "Duty",
    "HandoverNote",
    "HandoverRead",
    "LateHandover",
    "Pledge",
    "PledgeText",
    "Shift",
    "StandIn",
    "Training",
    "TrainingUnit",
    "Volunteer",
]
