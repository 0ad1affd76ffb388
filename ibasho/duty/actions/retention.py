"""Duties, shifts, handover notes, and what somebody wrote who would like to help, end after their days."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ibasho.duty.models import (
    DECIDED_DAYS,
    DUTY_DAYS,
    HANDOVER_DAYS,
    UNDECIDED_DAYS,
    Duty,
    HandoverNote,
    Pledge,
    Shift,
    Volunteer,
)
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


def forget_volunteers() -> None:
    """Forget who did not become a keeper, and what was written by who did. Safe to run twice."""
    today, state = clock.today(), Volunteer.State
    decided, waiting = today - timedelta(days=DECIDED_DAYS), today - timedelta(days=UNDECIDED_DAYS)
    not_kept = Q(state__in=(state.DECLINED, state.WITHDRAWN), state_on__lt=decided)
    given_up = Q(state__in=Volunteer.OPEN, keeper__isnull=True, state_on__lt=waiting)
    has_left = Q(keeper__ended_on__lt=decided)
    settled = Q(state=state.KEEPER, state_on__lt=decided) | Q(keeper__isnull=False, state_on__lt=waiting)
    written = ~Q(contact="", why="", could="", note="")
    with transaction.atomic():
        Volunteer.objects.filter(not_kept | given_up | has_left).delete()
        rows = Volunteer.objects.filter(settled & written)
        rows.update(contact="", why="", could="", note="", about_dying=False)
        Pledge.objects.filter(keeper__ended_on__lt=decided).delete()
