"""What a coordinator or steward decides about the roster: the act and its line in the log, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ibasho.duty.models import Shift
from ibasho.lib.clock import rfc3339
from ibasho.moderation.actions import append_log
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms


def plan_shifts(
    keeper: KeeperFacts, *, other: int, slugs: Sequence[str], starts: datetime, ends: datetime, weeks: int
) -> list[Shift]:
    """Refuses as `rooms.actions.plan_shifts`."""
    with transaction.atomic():
        shifts = rooms.plan_shifts(
            keeper, keeper_id=other, slugs=slugs, starts=starts, ends=ends, weeks=weeks
        )
        _log(keeper, "plan_shift", shifts[0], weeks=weeks)
    return shifts


def call_off_shift(keeper: KeeperFacts, shift_id: int) -> Shift:
    """Refuses as `rooms.actions.call_off_shift`."""
    with transaction.atomic():
        shift = rooms.call_off_shift(keeper, shift_id)
        _log(keeper, "call_off_shift", shift)
    return shift


def bring_back_shift(keeper: KeeperFacts, shift_id: int) -> Shift:
    """Refuses as `rooms.actions.bring_back_shift`."""
    with transaction.atomic():
        shift = rooms.bring_back_shift(keeper, shift_id)
        _log(keeper, "bring_back_shift", shift)
    return shift


def _log(keeper: KeeperFacts, verb: str, shift: Shift, **more: int) -> None:
    detail = {"keeper_id": shift.keeper_id, "starts": rfc3339(shift.starts), "ends": rfc3339(shift.ends)}
    append_log(keeper.keeper_id, verb, detail=detail | more)
