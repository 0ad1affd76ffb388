"""Out of every room of the house for a while: the fact that rooms and open lines obey."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ibasho.lib import clock
from ibasho.live.publish import hurry_facts
from ibasho.people.actions.facts import bump_facts
from ibasho.people.models import Person


def suspend_until(person_id: int, until: datetime | None) -> None:
    """Close all rooms to this person until then, on every screen at once; None opens them again.

    In the caller's transaction, which knows why. Sessions stay: letters, one's record and erasure are open.
    """
    bump_facts([person_id])
    Person.objects.filter(pk=person_id).update(suspended_until=until)
    hurry_facts()


def forget_ended_suspensions() -> None:
    """What is over is not kept with the person. Safe to run twice."""
    with transaction.atomic():
        Person.objects.filter(suspended_until__lte=clock.now()).update(suspended_until=None)
