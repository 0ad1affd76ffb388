"""Coming in for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import transaction

from ibasho.lib import clock
from ibasho.people.actions.standpoint import known_standpoint
from ibasho.people.models import Person


def enter(standpoint: str, look: Mapping[str, Any] = MappingProxyType({})) -> Person:
    """A new guest: a standpoint, today's date, and how their screen looked before the door; nothing else. Raises
    Refusal `malformed`.
    """
    wanted = known_standpoint(standpoint)
    today = clock.today()
    with transaction.atomic():
        return Person.objects.create(standpoint=wanted, entered_on=today, last_seen_on=today, **look)
