"""Where rooms stand: last number, oldest words, and how lively it is, said coarsely."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ibasho.lib import clock
from ibasho.rooms import epoch
from ibasho.rooms.models import Message, Room
from ibasho.rooms.queries.sessions import sessions_with_words
from ibasho.rooms.shapes import Beat

BIGGEST = 2**63 - 1
CROWD_MINUTES = 15
CROWD_KEPT = timedelta(minutes=5)
_SOME_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
_crowds: dict[int, tuple[datetime, str]] = {}


def live_rooms(room_ids: Iterable[int]) -> dict[int, Beat]:
    """Number, oldest readable position, crowd and epoch of each room: one query while crowds are fresh."""
    ids = list(room_ids)
    crowds = crowds_of(ids)
    rows = _with_oldest(ids).values_list("pk", "seq", "oldest")
    return {pk: Beat(seq, oldest, crowds[pk], epoch.current()) for pk, seq, oldest in rows}


def rooms_with_oldest(room_ids: Iterable[int]) -> dict[int, Room]:
    """These rooms with their own last change; `oldest` is the lowest position still kept, as below."""
    return {room.pk: room for room in _with_oldest(list(room_ids)).select_related("change")}


def oldest_in(room: Room) -> int:
    """The lowest position still kept of the session everybody reads."""
    oldest: int = _with_oldest([room.pk]).values_list("oldest", flat=True).get()
    return oldest


def crowd_of(room_id: int) -> str:
    """quiet, some or many."""
    return crowds_of([room_id])[room_id]


def crowds_of(room_ids: Iterable[int]) -> dict[int, str]:
    """The same for several; of the last full five minutes of the clock, so that it tells of nobody's coming,
    and every process says the same.
    """
    slot = _slot(clock.now())
    ids = list(room_ids)
    stale = [pk for pk in ids if pk not in _crowds or _crowds[pk][0] != slot]
    if stale:
        _count(stale, slot)
    return {pk: _crowds[pk][1] for pk in ids}


def forget_crowds() -> None:
    _crowds.clear()


def crowd_word(seats: int) -> str:
    return "quiet" if seats <= 2 else "some" if seats <= 6 else "many"


def _slot(now: datetime) -> datetime:
    return now - (now - _SOME_MIDNIGHT) % CROWD_KEPT


def _count(room_ids: list[int], slot: datetime) -> None:
    since = slot - timedelta(minutes=CROWD_MINUTES)
    recent = Message.objects.filter(room_id__in=room_ids, at__gte=since, at__lt=slot, keeper=False).order_by()
    counted = dict(recent.values_list("room_id").annotate(Count("seat_id", distinct=True)))
    for pk in room_ids:
        _crowds[pk] = (slot, crowd_word(counted.get(pk, 0)))


def _with_oldest(room_ids: list[int]) -> QuerySet[Any]:
    first = sessions_with_words().filter(room_id=OuterRef(OuterRef("pk"))).values("first_position")[:1]
    kept = Message.objects.filter(room_id=OuterRef("pk"), position__gte=Coalesce(Subquery(first), BIGGEST))
    return Room.objects.filter(pk__in=room_ids).annotate(
        oldest=Coalesce(Subquery(kept.order_by("position").values("position")[:1]), F("last_position") + 1)
    )
