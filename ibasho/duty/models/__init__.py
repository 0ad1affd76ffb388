"""Duties, what is handed over, and the roster."""

from __future__ import annotations

from ibasho.duty.models.shifts import Shift, StandIn
from ibasho.duty.models.watch import (
    DUTY_DAYS,
    HANDOVER_DAYS,
    HANDOVER_GRAPHEMES,
    MOST_HOURS,
    Duty,
    HandoverNote,
    HandoverRead,
)

__all__ = [
    "DUTY_DAYS",
    "HANDOVER_DAYS",
    "HANDOVER_GRAPHEMES",
    "MOST_HOURS",
    "Duty",
    "HandoverNote",
    "HandoverRead",
    "Shift",
    "StandIn",
]
