"""代わりをさがす: asked with one tap, taken with one tap by whoever is first, taken back with one tap."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from ibasho.duty.models import Duty, Shift, StandIn
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions.duties import take_over
from ibasho.rooms.actions.learning import must_be_past_learning
from ibasho.rooms.actions.shifts import PLANNERS, locked_keeper, must_be_free
from ibasho.rooms.queries.keepers import still_on_watch

_YOURS = "ご自分の当番です。ほかの人が「かわります」を押すまで、お待ちください。"
_GONE = "もう、ほかの人にきまったか、さがすのをやめたようです。ありがとうございます。"
_SETTLED = "もう、かわる人がきまっています。"


def ask_for_stand_in(keeper: KeeperFacts, shift_id: int) -> StandIn:
    """Look for somebody for one's own shift to come; the open request if there is one. Refuses `not_found`."""
    with transaction.atomic():
        mine = Shift.objects.select_for_update().filter(pk=shift_id, keeper_id=keeper.keeper_id)
        shift = mine.filter(called_off_at__isnull=True, ends__gt=clock.now()).first()
        if shift is None:
            raise Refusal("not_found")
        return _ask(keeper.keeper_id, shift=shift)


def look_for_stand_in(by: KeeperFacts, shift_id: int) -> StandIn:
    """Who plans looks for somebody in place of a keeper who cannot come; as if that keeper had asked.

    Refuses `not_found`.
    """
    with transaction.atomic():
        shift = _planned(by, shift_id)
        return _ask(shift.keeper_id, shift=shift)


def stop_looking(by: KeeperFacts, shift_id: int) -> None:
    """Undo `look_for_stand_in`. A second tap changes nothing. Refuses `not_found`."""
    with transaction.atomic():
        open_ones = StandIn.objects.filter(shift=_planned(by, shift_id), taken_at__isnull=True)
        if open_ones.filter(withdrawn_at__isnull=True).update(withdrawn_at=clock.now()):
            hurry_desk()


def ask_for_relief(keeper: KeeperFacts) -> StandIn:
    """Look for somebody who takes over one's duty now. Refuses `not_found` without one."""
    with transaction.atomic():
        open_ones = Duty.objects.select_for_update().filter(ended_at__isnull=True)
        duty = open_ones.filter(keeper_id=keeper.keeper_id, until__gt=clock.now()).first()
        if duty is None:
            raise Refusal("not_found")
        return _ask(keeper.keeper_id, duty=duty)


def withdraw_stand_in(keeper: KeeperFacts, stand_in_id: int) -> None:
    """Do it oneself after all. A second tap changes nothing. Refuses `not_found`, and `asked` once it is taken."""
    with transaction.atomic():
        mine = _asked_by(keeper, stand_in_id)
        if mine.filter(taken_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=clock.now()):
            hurry_desk()
        elif mine.filter(taken_at__isnull=False).exists():
            raise Refusal("asked", _SETTLED)


def take_stand_in(keeper: KeeperFacts, stand_in_id: int) -> StandIn:
    """かわります: the shift, or the duty with all that holds it, is this keeper's. One of several is first.

    Refuses `not_found`, and `asked` for one's own, for one that is settled, where another shift stands, and to
    learners.
    """
    with transaction.atomic():
        row = StandIn.objects.filter(pk=stand_in_id).first()
        if row is None:
            raise Refusal("not_found")
        if row.asked_by_id == keeper.keeper_id:
            raise Refusal("asked", _YOURS)
        must_be_past_learning(keeper.keeper_id)
        if row.duty_id is not None:
            _take_duty(still_on_watch(keeper), row.duty_id)
            _settle(keeper, stand_in_id)
        else:
            _settle(still_on_watch(keeper), stand_in_id)
            _take_shift(keeper, StandIn.objects.filter(pk=stand_in_id))
        hurry_desk()
    return StandIn.objects.get(pk=stand_in_id)


def note_stand_in(keeper: KeeperFacts, stand_in_id: int) -> None:
    """わかりました: whoever asked has read who does it. A second tap changes nothing. Refuses `not_found`."""
    with transaction.atomic():
        mine = _asked_by(keeper, stand_in_id).filter(taken_at__isnull=False)
        if mine.filter(seen_at__isnull=True).update(seen_at=clock.now()):
            hurry_desk()


def _planned(by: KeeperFacts, shift_id: int) -> Shift:
    ahead = Shift.objects.select_for_update().filter(called_off_at__isnull=True, ends__gt=clock.now())
    shift = ahead.filter(pk=shift_id).first() if by.has(*PLANNERS) else None
    if shift is None:
        raise Refusal("not_found")
    return shift


def _ask(keeper_id: int, *, shift: Shift | None = None, duty: Duty | None = None) -> StandIn:
    row, is_new = StandIn.objects.get_or_create(
        shift=shift,
        duty=duty,
        taken_at=None,
        withdrawn_at=None,
        defaults={"asked_by_id": keeper_id, "asked_at": clock.now()},
    )
    if is_new:
        hurry_desk()
    return row


def _asked_by(keeper: KeeperFacts, stand_in_id: int) -> QuerySet[StandIn]:
    mine = StandIn.objects.filter(pk=stand_in_id, asked_by_id=keeper.keeper_id)
    if not mine.exists():
        raise Refusal("not_found")
    return mine


def _take_duty(keeper: KeeperFacts, duty_id: int) -> None:
    try:
        take_over(keeper, duty_id)
    except Refusal as refusal:
        raise Refusal("asked", _GONE) if refusal.code == "not_found" else refusal from None


def _settle(keeper: KeeperFacts, stand_in_id: int) -> None:
    """The one that is first gets it; the others find it taken."""
    still_open = StandIn.objects.filter(pk=stand_in_id, taken_at__isnull=True, withdrawn_at__isnull=True)
    if not still_open.update(taken_at=clock.now(), taken_by_id=keeper.keeper_id):
        raise Refusal("asked", _GONE)


def _take_shift(keeper: KeeperFacts, rows: QuerySet[StandIn]) -> None:
    taker = locked_keeper(keeper.keeper_id)
    ahead = Shift.objects.filter(called_off_at__isnull=True, ends__gt=clock.now())
    shifts = ahead.filter(pk__in=rows.values("shift"))
    shift = shifts.first()
    if shift is None:
        raise Refusal("asked", _GONE)
    must_be_free(taker, shift.starts, shift.ends, besides=shift.pk)
    if not shifts.update(keeper=taker):
        raise Refusal("asked", _GONE)
