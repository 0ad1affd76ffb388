"""The telephone number that staff wrote down for one sign-up, taken back by whom it reaches."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ibasho.events.models import SignUpContact


def forget_contact(sign_up_id: UUID) -> None:
    """It is gone. A second time changes nothing."""
    with transaction.atomic():
        SignUpContact.objects.filter(sign_up=sign_up_id).delete()
