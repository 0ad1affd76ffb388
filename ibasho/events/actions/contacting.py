"""The telephone number that staff wrote down for one sign-up, taken back by whom it reaches."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ibasho.events.models import SignUpContact
from ibasho.people import erased


def forget_contact(sign_up_id: UUID) -> None:
    """It is gone. A second time changes nothing."""
    with transaction.atomic():
        found = SignUpContact.objects.filter(sign_up=sign_up_id)
        erased.note("contact", *found.values_list("sealed", flat=True))
        found.delete()
