"""進行役: who facilitates a meeting. A planned duty of the roster, so that nobody is in two places at once.

Keepers are locked before the event, in the order of their rows.
"""

from __future__ import annotations

from django.db import transaction

from ibasho.duty.models import Shift
from ibasho.events.actions.locking import lock_event
from ibasho.events.models import Event, EventShift
from ibasho.events.queries.facilitating import live_shifts
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import Overtaken
from ibasho.live.publish import hurry_desk
from ibasho.people.queries import KeeperFacts, keepers_with
from ibasho.rooms.actions.shifts import PLANNERS, locked_keeper, must_be_free
from ibasho.rooms.queries.keepers import DUTY_ROLES

_WHO = "当番に入れる人を、ひとりえらんでください。"
_NOT_NOW = "この集まりは、もう終わったか、なくなりました。"
_CLASH = "{name}さんは、その時間に、べつの当番が入っています。先に、この集まりの進行役をかえるか、当番表をなおしてください。"


def plan_facilitator(by: KeeperFacts, event_id: int, keeper_id: int) -> Shift:
    """This keeper means to facilitate it; what stands already is the answer.

    Refuses `not_found` for who may not plan, `malformed` for a keeper who takes no duty, `asked` where the keeper
    has another duty then and for a meeting that is over or called off.
    """
    if not by.has(*PLANNERS):
        raise Refusal("not_found")
    with transaction.atomic():
        if not keepers_with(*DUTY_ROLES).filter(pk=keeper_id).exists():
            raise RefusedField("malformed", _WHO, "keeper")
        keeper = locked_keeper(keeper_id)
        event = lock_event(event_id)
        if event.called_off_at is not None or clock.now() >= event.ends:
            raise Refusal("asked", _NOT_NOW)
        known = Shift.objects.filter(meeting__event=event, keeper=keeper, called_off_at__isnull=True).first()
        if known is not None:
            return known
        must_be_free(keeper, event.starts, event.ends)
        shift = Shift.objects.create(
            keeper=keeper, starts=event.starts, ends=event.ends, planned_by_id=by.keeper_id
        )
        EventShift.objects.create(shift=shift, event=event)
        hurry_desk()
    return shift


def hold_facilitators(*event_ids: int) -> set[int]:
    """Their facilitators stay who they are until the commit. Before `lock_event`, in the caller's transaction."""
    rows = EventShift.objects.filter(event__in=event_ids, shift__called_off_at__isnull=True)
    keeper_ids = sorted(set(rows.values_list("shift__keeper_id", flat=True)))
    return {locked_keeper(keeper_id).pk for keeper_id in keeper_ids}


def move_facilitators(event: Event, held: set[int]) -> None:
    """To where the meeting is now. Refuses `asked` where one has another duty then, raises `Overtaken` for one who
    came in between.
    """
    for row in live_shifts(event):
        shift = row.shift
        if shift.keeper_id not in held:
            raise Overtaken
        try:
            must_be_free(shift.keeper, event.starts, event.ends, besides=shift.pk)
        except Refusal as refusal:
            raise RefusedField("asked", _CLASH.format(name=shift.keeper.duty_name), "day") from refusal
        Shift.objects.filter(pk=shift.pk).update(starts=event.starts, ends=event.ends)
    hurry_desk()


def free_facilitators(event: Event) -> None:
    """They still see it, as called off."""
    Shift.objects.filter(meeting__event=event, called_off_at__isnull=True).update(called_off_at=clock.now())
    hurry_desk()
