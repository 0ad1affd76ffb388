"""Who looks at what just now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from ibasho.duty.models import Duty
from ibasho.lib import clock
from ibasho.moderation.models import CLAIM_MINUTES, Claim


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that counts: what (`ref`), whose, and since when. `asks`: they would rather have another look."""

    ref: str
    keeper_id: int
    name: str
    since: datetime
    asks: bool = False


def claims_in_force(now: datetime) -> QuerySet[Claim]:
    """Claims with a sign in the last ten minutes, whose keeper neither stepped out nor ended a duty since."""
    left = Q(ended_at__gte=OuterRef("at")) | Q(ended_at__isnull=True, stepped_out_at__isnull=False)
    gone = Duty.objects.filter(left, keeper_id=OuterRef("keeper_id"))
    fresh = Claim.objects.filter(at__gt=now - timedelta(minutes=CLAIM_MINUTES), keeper__ended_on__isnull=True)
    return fresh.filter(~Exists(gone))


def claims_now(now: datetime | None = None) -> list[Held]:
    """All of them. One query."""
    rows = claims_in_force(now or clock.now()).select_related("keeper")
    return [held(row) for row in rows]


def held(row: Claim) -> Held:
    return Held(str(row), row.keeper_id, row.keeper.duty_name, row.since, row.asks)
