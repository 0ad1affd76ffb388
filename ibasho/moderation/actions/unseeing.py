"""Who had looked at an alarm is gone, and nobody has looked at it."""

from __future__ import annotations

from datetime import datetime

from ibasho.moderation.models import Incident, LifeWords

Alarm = Incident | LifeWords


def forget_look(alarm: Alarm, now: datetime) -> None:
    """It has waited since it first alerted: the contacts who are due hear of it at once. Only one of which all of
    them have heard begins anew, or nobody would hear of it again. In the caller's transaction.
    """
    alarm.seen_by, alarm.seen_at = None, None
    if _everybody_has_heard(alarm):
        alarm.alerted_at = now
    alarm.save(update_fields=["seen_by", "seen_at", "alerted_at"])


def _everybody_has_heard(alarm: Alarm) -> bool:
    if alarm.called_for != alarm.alerted_at:
        return False
    return not alarm.calls.filter(alarm_at=alarm.alerted_at, sent_at__isnull=True).exists()
