"""Duties, shifts and handover notes end after their days."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from ibasho.duty.models import DUTY_DAYS, HANDOVER_DAYS, Duty, HandoverNote, Shift
from ibasho.lib import clock


def purge_duties() -> None:
    """Forget ended duties, shifts and notes that are past their days. Safe to run twice."""
    now = clock.now()
    over = Duty.objects.filter(ended_at__lt=now - timedelta(days=DUTY_DAYS))
    old = HandoverNote.objects.filter(written_at__lt=now - timedelta(days=HANDOVER_DAYS))
    past = Shift.objects.filter(ends__lt=now - timedelta(days=DUTY_DAYS))
    for rows in (over, old, past):
        if rows.exists():
            with transaction.atomic():
                rows.delete()
