"""Who may keep watch yet: learners, and those beside whom they learn.

Whoever came by asking to help is a learner until the first shift is done. Everybody else was called by a
steward, who answers for them.
"""

from __future__ import annotations

from collections.abc import Collection

from ibasho.duty.models import Duty, Volunteer
from ibasho.people.models import Keeper, KeeperRole, Role


def learning(keeper_id: int) -> str:
    """`pledge` or `first_shift` for a learner; empty for everybody else."""
    rows = Volunteer.objects.filter(keeper_id=keeper_id, state__in=Volunteer.LEARNING)
    return rows.values_list("state", flat=True).first() or ""


def learners() -> set[int]:
    """The keepers who learn."""
    rows = Volunteer.objects.filter(keeper__isnull=False, state__in=Volunteer.LEARNING)
    return {row.keeper_id for row in rows if row.keeper_id is not None}


def experienced(keeper_ids: Collection[int]) -> set[int]:
    """Those of them who have kept watch before. The first keeper of the house and its stewards count: somebody
    has to be the first.
    """
    wanted = set(keeper_ids) - learners()
    kept_watch = Duty.objects.filter(keeper_id__in=wanted, ended_at__isnull=False, is_first=False)
    stewards = KeeperRole.objects.filter(keeper_id__in=wanted, role=Role.STEWARD)
    first = Keeper.objects.order_by("pk").values_list("pk", flat=True)[:1]
    known = set(kept_watch.values_list("keeper_id", flat=True)) | set(
        stewards.values_list("keeper_id", flat=True)
    )
    return wanted & (known | set(first))
