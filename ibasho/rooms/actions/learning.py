"""A first shift stands beside somebody experienced, in the same rooms, and does not count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ibasho.duty import readiness
from ibasho.duty.models import Volunteer
from ibasho.duty.queries import is_there
from ibasho.lib.errors import Refusal
from ibasho.people.models import Keeper
from ibasho.rooms.models import Room, RoomDuty, RoomShift

_PLEDGE_FIRST = "当番に入る前に、誓約を読んでください。机の上のほうに出ています。"
_BESIDE = "はじめての当番は、慣れた人のそばでします。「{room}」に、慣れた人がついてから、入ってください。"
_TOGETHER = "{name}さんの、はじめての当番です。「{room}」に慣れた人の当番がある時間と、かさねてください。"
_NOT_YET = "はじめての当番が終わってから、できます。ありがとうございます。"


def is_first_shift(keeper_id: int, rooms: Sequence[Room], now: datetime) -> bool:
    """Whether a duty in these rooms, begun now, is one beside somebody. In the room to try everybody may practise.

    Refuses `asked` for a learner who has not pledged, and where nobody experienced is on duty.
    """
    state = readiness.learning(keeper_id)
    if not state:
        return False
    if state != Volunteer.State.FIRST_SHIFT:
        raise Refusal("asked", _PLEDGE_FIRST)
    for room in rooms:
        beside = RoomDuty.objects.filter(is_there(now, "duty__"), room=room, duty__is_first=False)
        others = set(beside.values_list("duty__keeper_id", flat=True)) - {keeper_id}
        if not room.is_trial and not readiness.experienced(others):
            raise Refusal("asked", _BESIDE.format(room=room.title))
    return True


def must_be_beside(keeper: Keeper, rooms: Sequence[Room], starts: datetime, ends: datetime) -> None:
    """Refuses `asked` if this keeper learns, and in one of the rooms nobody experienced is planned with them."""
    if not readiness.learning(keeper.pk):
        return
    for room in rooms:
        with_them = RoomShift.objects.filter(
            room=room,
            shift__called_off_at__isnull=True,
            shift__starts__lt=ends,
            shift__ends__gt=starts,
        )
        others = set(with_them.values_list("shift__keeper_id", flat=True)) - {keeper.pk}
        if not room.is_trial and not readiness.experienced(others):
            raise Refusal("asked", _TOGETHER.format(name=keeper.duty_name, room=room.title))


def must_be_past_learning(keeper_id: int) -> None:
    """Refuses `asked` for a learner: neither another's shift nor a quiet room is theirs yet."""
    if readiness.learning(keeper_id):
        raise Refusal("asked", _NOT_YET)
