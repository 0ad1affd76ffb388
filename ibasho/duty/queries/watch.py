"""Who is on duty, whether they are really there, and what was handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from ibasho.duty.models import LATE_MINUTES, Duty, HandoverNote, LateHandover
from ibasho.lib import clock

SEEN_ABSENT_SECONDS = 90
RESTS_SECONDS = 180
RESUMES_SECONDS = 600
HANDOVER_MINUTES = 30
# a sign from the future is one from before the clock was set back: it tells nothing about now
AHEAD_SECONDS = 30
THERE, UNSURE, GONE = "there", "unsure", "gone"


@dataclass(frozen=True, slots=True)
class Handover:
    """One note as a keeper sees it. `author_name` is empty once the row is gone."""

    note: HandoverNote
    author_name: str
    is_read: bool
    read_by: Sequence[str]


def duty_of(keeper_id: int) -> Duty | None:
    """This keeper's open duty."""
    return Duty.objects.select_related("keeper").filter(keeper_id=keeper_id, ended_at__isnull=True).first()


def duty_to_hand_over(keeper_id: int, now: datetime) -> Duty | None:
    """The duty of which this keeper may still write a handover note: the open one, or one just ended."""
    limit = now - timedelta(minutes=HANDOVER_MINUTES)
    duties = Duty.objects.filter(keeper_id=keeper_id)
    return duties.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=limit)).order_by("-taken_at").first()


def duty_words_are_of(keeper_id: int, now: datetime) -> Duty | None:
    """The same for what is written now; words that wait for their writer are counted from when they came."""
    late = late_handovers(now).filter(keeper=keeper_id).first()
    return duty_to_hand_over(keeper_id, late.at if late else now)


def late_handovers(now: datetime) -> QuerySet[LateHandover]:
    """Those whose writers may still come for them."""
    return LateHandover.objects.filter(at__gt=now - timedelta(minutes=LATE_MINUTES))


def open_duties() -> list[Duty]:
    """Every open duty, the longest first."""
    return list(Duty.objects.select_related("keeper").filter(ended_at__isnull=True))


def presence(duty: Duty, now: datetime) -> str:
    """there, unsure (no sign for 90 s) or gone (none for 180 s, stepped out, or ended)."""
    if duty.ended_at is not None or duty.stepped_out_at is not None or duty.there_at is None:
        return GONE
    age = (now - duty.there_at).total_seconds()
    if age >= RESTS_SECONDS or age < -AHEAD_SECONDS or now >= duty.until:
        return GONE
    return UNSURE if age >= SEEN_ABSENT_SECONDS else THERE


def is_there(now: datetime, prefix: str = "") -> Q:
    """The same as a condition: open duties whose keeper is not gone. `prefix` leads to the duty."""
    return Q(
        **{
            f"{prefix}ended_at__isnull": True,
            f"{prefix}stepped_out_at__isnull": True,
            f"{prefix}until__gt": now,
            f"{prefix}there_at__gt": now - timedelta(seconds=RESTS_SECONDS),
            f"{prefix}there_at__lte": now + timedelta(seconds=AHEAD_SECONDS),
        }
    )


def is_keeper_there(keeper_id: int | None, now: datetime) -> bool:
    """Whether this keeper is on duty, wherever, and not gone."""
    return Duty.objects.filter(is_there(now), keeper=keeper_id, keeper__isnull=False).exists()


def due_duties(now: datetime | None = None) -> list[Duty]:
    """Open duties whose time is over."""
    return list(Duty.objects.filter(ended_at__isnull=True, until__lte=now or clock.now()))


def handovers_for(keeper_id: int, newest: int | None = None) -> list[Handover]:
    """All notes of the days they are kept, or the newest, the newest first, each with who has read it."""
    notes = HandoverNote.objects.select_related("author").prefetch_related("reads__keeper")
    return [_handover(note, keeper_id) for note in notes[:newest]]


def _handover(note: HandoverNote, keeper_id: int) -> Handover:
    reads = list(note.reads.all())
    return Handover(
        note=note,
        author_name=note.author.duty_name if note.author else "",
        is_read=note.author_id == keeper_id or any(read.keeper_id == keeper_id for read in reads),
        read_by=sorted(read.keeper.duty_name for read in reads),
    )
