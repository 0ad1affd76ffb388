"""What a keeper should look at before anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ibasho.duty.models import Duty
from ibasho.duty.queries import THERE, UNSURE, open_duties, presence
from ibasho.house.models import Note
from ibasho.lib import clock
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import RoomDuty, RoomSession

DUTY_ENDS_SOON = timedelta(minutes=10)
LIFE, SOON = "life", "soon"


@dataclass(frozen=True, slots=True)
class Alert:
    """`id` stays the same while its cause does; `level` is life (danger to life) or soon."""

    id: str
    level: str
    text: str


def alerts_for(keeper: KeeperFacts) -> list[Alert]:
    """A danger to life first, then what is about this keeper's rooms and duty."""
    now = clock.now()
    duties = open_duties()
    mine = next((duty for duty in duties if duty.keeper_id == keeper.keeper_id), None)
    found = [*_notes_about_dying(), *_rooms_without_keepers()]
    return found if mine is None else [*found, *_colleagues(mine, duties, now), *_own_end(mine, now)]


def _notes_about_dying() -> Iterator[Alert]:
    waiting = Note.objects.filter(about_dying=True, read_on__isnull=True).order_by("pk")
    for pk in waiting.values_list("pk", flat=True):
        yield Alert(f"note-{pk}", LIFE, "命が心配なメモが、とどいています。")


def _rooms_without_keepers() -> Iterator[Alert]:
    paused = RoomSession.objects.filter(state="paused", paused_why="no_keepers").select_related("room")
    for session in paused.order_by("room__position"):
        text = f"「{session.room.title}」が、見守り役を待って休けいしています。"
        yield Alert(f"room-{session.pk}", SOON, text)


def _colleagues(mine: Duty, duties: list[Duty], now: datetime) -> Iterator[Alert]:
    """Those who share a room with me and whose line is quiet."""
    rooms = RoomDuty.objects.filter(duty=mine).values("room_id")
    beside = set(RoomDuty.objects.filter(room_id__in=rooms).values_list("duty_id", flat=True))
    for duty in duties:
        if duty.pk == mine.pk or duty.pk not in beside or duty.stepped_out_at is not None:
            continue
        state = presence(duty, now)
        if state != THERE:
            ends = "いま、線が切れています。" if state == UNSURE else "線が切れて、3分たちました。"
            yield Alert(f"colleague-{duty.pk}-{state}", SOON, f"{duty.keeper.duty_name}さんは、{ends}")


def _own_end(mine: Duty, now: datetime) -> Iterator[Alert]:
    if mine.until - now <= DUTY_ENDS_SOON:
        text = f"あなたの当番は、{clock.clock_text(mine.until)}までです。のばすこともできます。"
        yield Alert(f"duty-{mine.pk}-{mine.until:%H%M}", SOON, text)
