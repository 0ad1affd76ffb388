"""読みました: words about dying in a sign-up are put away, or wait again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ibasho.events.actions.locking import lock_event
from ibasho.events.models import SignUp, Worry
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk


def read_worry(sign_up_id: UUID) -> bool:
    """Put it away; whether it waited. Refuses `not_found`."""
    with transaction.atomic():
        _hold(sign_up_id)
        gone, _ = Worry.objects.filter(sign_up_id=sign_up_id).delete()
        hurry_desk()
    return gone > 0


def unread_worry(sign_up_id: UUID) -> bool:
    """Undo `read_worry`; False if it waited already, or nobody wrote of dying. Refuses `not_found`."""
    with transaction.atomic():
        if not _hold(sign_up_id).about_dying:
            return False
        _, is_new = Worry.objects.get_or_create(sign_up_id=sign_up_id)
        hurry_desk()
    return is_new


def _hold(sign_up_id: UUID) -> SignUp:
    event_id = SignUp.objects.filter(pk=sign_up_id).values_list("event_id", flat=True).first()
    if event_id is not None:
        lock_event(event_id)
    row = SignUp.objects.filter(pk=sign_up_id).first()
    if row is None:
        raise Refusal("not_found")
    return row
