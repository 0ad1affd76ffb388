"""Lines for the tests of the screening: words like those that were hidden by mistake, and nobody's."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.models import CANDIDATE_DAYS, ScreeningCandidate
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts, keeper_facts


def note_candidate(line: str) -> None:
    """One line of one row; the same again is no row. Nothing says whose words they were like."""
    flat = " ".join(line.split())
    if flat:
        ScreeningCandidate.objects.get_or_create(line=flat, defaults={"noted_on": clock.today()})


def remove_candidate(keeper: KeeperFacts, candidate_id: int) -> None:
    """Take a line off the list. A second tap changes nothing. Refuses `not_found` to all but a steward."""
    with transaction.atomic():
        now = keeper_facts(keeper.person_id)
        if now is None or not now.has(Role.STEWARD):
            raise Refusal("not_found")
        if ScreeningCandidate.objects.filter(pk=candidate_id).delete()[0]:
            append_log(keeper.keeper_id, "remove_candidate", detail={"candidate": candidate_id})
            hurry_desk()


def forget_old_candidates() -> None:
    """After 180 days. Safe to run twice."""
    oldest = clock.today() - timedelta(days=CANDIDATE_DAYS)
    with transaction.atomic():
        ScreeningCandidate.objects.filter(noted_on__lt=oldest).delete()
