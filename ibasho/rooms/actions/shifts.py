"""当番表: duties that are planned, called off, brought back, and begun with one tap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from ibasho.duty.models import MOST_HOURS, Duty, Shift
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.people.models import Keeper, Role
from ibasho.people.queries import KeeperFacts, keepers_with
from ibasho.rooms.actions.duties import take_duty
from ibasho.rooms.actions.learning import must_be_beside
from ibasho.rooms.models import Room, RoomShift
from ibasho.rooms.queries.keepers import DUTY_ROLES, rooms_named, rooms_to_keep

PLANNERS = (Role.COORDINATOR, Role.STEWARD)
MOST_WEEKS = 12
EARLY = timedelta(hours=1)
_NEVER_LONGER = f"ひとつの当番は、{MOST_HOURS}時間までにしてください。"
_OVER = "もう終わった時間です。これからの時間にしてください。"
_TWICE = "{name}さんは、{when}に、もう当番が入っています。"
_NOT_YET = "この当番に入れるのは、{when}からです。"
_CALLED_OFF = "この当番の予定は、なくなりました。"


def plan_shifts(
    by: KeeperFacts, *, keeper_id: int, slugs: Sequence[str], starts: datetime, ends: datetime, weeks: int = 1
) -> list[Shift]:
    """A duty to come for this keeper in these rooms, and the same again in the following weeks; all or none.

    Refuses `not_found` for who may not plan and for rooms that are not there, `malformed` for a keeper who
    takes no duty, a time that is over, longer than twelve hours or repeated more than twelve weeks, `asked`
    where the keeper has a shift already, or learns and nobody experienced is planned beside them.
    """
    if not by.has(*PLANNERS):
        raise Refusal("not_found")
    if not starts < ends <= starts + timedelta(hours=MOST_HOURS):
        raise Refusal("malformed", _NEVER_LONGER)
    if ends <= clock.now():
        raise Refusal("malformed", _OVER)
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refusal("malformed", f"1週間から{MOST_WEEKS}週間までにしてください。")
    with transaction.atomic():
        keeper = _locked(keeper_id)
        rooms = rooms_named(slugs)
        planned = [
            _plan(keeper, rooms, by, starts + week, ends + week)
            for week in (timedelta(weeks=number) for number in range(weeks))
        ]
        hurry_desk()
    return planned


def call_off_shift(by: KeeperFacts, shift_id: int) -> Shift:
    """The keeper still sees it, as called off. Done twice it changes nothing. Refuses `not_found`, `malformed`."""
    return _mark(by, shift_id, is_off=True)


def bring_back_shift(by: KeeperFacts, shift_id: int) -> Shift:
    """Undo `call_off_shift`. Refuses as it does, and `asked` if the keeper has another shift there by now,
    or learns and nobody experienced is beside them any more.
    """
    return _mark(by, shift_id, is_off=False)


def take_shift(keeper: KeeperFacts, shift_id: int) -> Duty:
    """Begin the duty of one's own shift, in its rooms and until its end; an hour before it at the earliest.

    Refuses `not_found` for another's, `asked` for one called off or not near yet, and as `take_duty`.
    """
    with transaction.atomic():
        shift = Shift.objects.filter(pk=shift_id, keeper_id=keeper.keeper_id).first()
        if shift is None:
            raise Refusal("not_found")
        if shift.called_off_at is not None:
            raise Refusal("asked", _CALLED_OFF)
        if clock.now() < shift.starts - EARLY:
            raise Refusal("asked", _NOT_YET.format(when=clock.when_text(shift.starts - EARLY)))
        slugs = rooms_to_keep().filter(shifts__shift=shift).values_list("slug", flat=True)
        until = min(shift.ends, clock.now() + timedelta(hours=MOST_HOURS))
        return take_duty(keeper, slugs=list(slugs), until=until)


def must_be_free(keeper: Keeper, starts: datetime, ends: datetime, *, besides: int | None = None) -> None:
    """Refuses `asked` if this keeper, whose row is locked, has a shift in that time."""
    shifts = Shift.objects.filter(keeper=keeper, called_off_at__isnull=True, starts__lt=ends, ends__gt=starts)
    other = (shifts.exclude(pk=besides) if besides is not None else shifts).first()
    if other is not None:
        raise Refusal("asked", _TWICE.format(name=keeper.duty_name, when=clock.when_text(other.starts)))


def _plan(keeper: Keeper, rooms: Sequence[Room], by: KeeperFacts, starts: datetime, ends: datetime) -> Shift:
    must_be_free(keeper, starts, ends)
    must_be_beside(keeper, rooms, starts, ends)
    shift = Shift.objects.create(keeper=keeper, starts=starts, ends=ends, planned_by_id=by.keeper_id)
    RoomShift.objects.bulk_create(RoomShift(shift=shift, room=room) for room in rooms)
    return shift


def _mark(by: KeeperFacts, shift_id: int, *, is_off: bool) -> Shift:
    if not by.has(*PLANNERS):
        raise Refusal("not_found")
    with transaction.atomic():
        found = Shift.objects.filter(pk=shift_id).first()
        if found is None:
            raise Refusal("not_found")
        keeper = locked_keeper(found.keeper_id)
        shift = Shift.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=shift_id)
        if shift.ends <= clock.now():
            raise Refusal("malformed", _OVER)
        if not is_off and shift.called_off_at is not None:
            must_be_free(keeper, shift.starts, shift.ends, besides=shift.pk)
            rooms = list(Room.objects.filter(shifts__shift=shift))
            must_be_beside(keeper, rooms, shift.starts, shift.ends)
        if is_off != (shift.called_off_at is not None):
            shift.called_off_at = clock.now() if is_off else None
            shift.save(update_fields=["called_off_at"])
            hurry_desk()
    return shift


def locked_keeper(keeper_id: int) -> Keeper:
    """So that two shifts at once for one keeper wait for each other."""
    return Keeper.objects.select_for_update(no_key=True).get(pk=keeper_id)


def _locked(keeper_id: int) -> Keeper:
    if not keepers_with(*DUTY_ROLES).filter(pk=keeper_id).exists():
        raise Refusal("malformed", "当番に入れる人を、ひとりえらんでください。")
    return locked_keeper(keeper_id)
