"""What keepers carry just now, and who could carry it with them."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from ibasho.duty.queries import THERE, open_duties, presence
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.claim_kinds import look_up
from ibasho.moderation.models import MANY_HARD_TEXTS, TALK_HOURS, Strain
from ibasho.people.queries import KeeperFacts, keeper_facts

REST_HOURS = 12


def open_strains() -> QuerySet[Strain]:
    """Of all open duties."""
    return Strain.objects.select_related("duty__keeper", "answered_by").filter(duty__ended_at__isnull=True)


def strain_of(keeper_id: int) -> Strain | None:
    """Of this keeper's open duty; None as long as there is nothing to tell."""
    return open_strains().filter(duty__keeper_id=keeper_id).first()


def wants_to_talk(strain: Strain) -> bool:
    """Within the last two hours, and nobody has said that they are there."""
    since = clock.now() - timedelta(hours=TALK_HOURS)
    return strain.asked_at is not None and strain.asked_at > since and strain.answered_by_id is None


def had_a_hard_duty(keeper_id: int) -> bool:
    """Whether something hard happened in a duty of this keeper within the last twelve hours."""
    since = clock.now() - timedelta(hours=REST_HOURS)
    return Strain.objects.filter(duty__keeper_id=keeper_id, hard_at__gt=since).exists()


def should_be_offered(keeper: KeeperFacts, ref: str) -> bool:
    """Whether this keeper has seen enough in this duty, and another who is there may look at this instead."""
    strain = strain_of(keeper.keeper_id)
    if strain is None or strain.opened < MANY_HARD_TEXTS:
        return False
    return any(_may_look(person_id, ref) for person_id in _others_there(keeper.keeper_id))


def _others_there(keeper_id: int) -> list[int]:
    now = clock.now()
    duties = [duty for duty in open_duties() if duty.keeper_id != keeper_id]
    return [duty.keeper.person_id for duty in duties if presence(duty, now) == THERE]


def _may_look(person_id: int, ref: str) -> bool:
    other = keeper_facts(person_id)
    try:
        return other is not None and bool(look_up(other, ref))
    except Refusal:
        return False
