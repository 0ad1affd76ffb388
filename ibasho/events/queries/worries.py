"""Words about dying in sign-ups that nobody has read."""

from __future__ import annotations

from django.db.models import QuerySet

from ibasho.events.models import Worry


def worries() -> QuerySet[Worry]:
    """The oldest first."""
    return Worry.objects.order_by("pk")
