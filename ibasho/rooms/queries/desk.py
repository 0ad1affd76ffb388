"""Rooms and words as keepers see them: who is there, what is missing, and what was hidden. Seats, never persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from ibasho.duty.queries import GONE, presence
from ibasho.lib import clock
from ibasho.people.models import Kind
from ibasho.rooms import epoch
from ibasho.rooms.models import PAGE_SIZE, Message, Room, RoomDuty, RoomSession, Seat
from ibasho.rooms.queries.beats import BIGGEST, crowds_of
from ibasho.rooms.queries.cards import CROWD_WORDS
from ibasho.rooms.queries.keepers import rooms_to_keep
from ibasho.rooms.queries.sessions import reading_session, why_paused
from ibasho.rooms.queries.timetables import timetable_of


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """One room now. `why` as on the wire; `missing`: how many more keepers it needs to be open;
    `keepers`: name on duty and presence (there, unsure, gone) of everyone whose duty covers it.
    """

    room: Room
    slug: str
    title: str
    state: str
    state_word: str
    why: str
    crowd: str
    crowd_word: str
    opens_at: datetime | None
    closes_at: datetime | None
    paused_at: datetime | None
    paused_until: datetime | None
    next_opening: datetime | None
    keepers: Sequence[tuple[str, str]]
    needed: int
    missing: int


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One row of the log with its seat. `text` is there also while it is hidden; None once it is gone."""

    id: str
    position: int
    seq: int
    state: str
    text: str | None
    cover: str
    tone: str
    at: datetime
    edited: bool
    keeper: bool
    call_name: str
    seat: str
    mode: str
    has_left: bool
    resting_until: datetime | None
    removed_until: datetime | None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Rows ascending, and whether there are earlier ones of this session."""

    epoch: str
    seq: int
    rows: Sequence[DeskRow]
    more: bool


def rooms_now() -> list[DeskRoom]:
    """Every room of the house, in its order. A fixed number of queries."""
    now = clock.now()
    unclosed = RoomSession.objects.exclude(state=RoomSession.State.CLOSED)
    rooms = list(
        rooms_to_keep().prefetch_related(
            "hours", "closed_days", Prefetch("sessions", unclosed, to_attr="unclosed")
        )
    )
    crowds = crowds_of(room.pk for room in rooms)
    keepers = _keepers([room.pk for room in rooms], now)
    return [_desk_room(room, crowds[room.pk], keepers[room.pk], now) for room in rooms]


def page_for_keeper(room: Room, before: int | None = None) -> DeskPage:
    """Fifty rows of the session everybody reads, the latest or those before a position; also hidden words."""
    fresh = Room.objects.get(pk=room.pk)
    session = reading_session(room.pk)
    first = session.first_position if session else fresh.last_position + 1
    rows = Message.objects.filter(room=room, position__gte=first)
    wanted = rows if before is None else rows.filter(position__lt=max(0, min(before, BIGGEST)))
    found = list(wanted.select_related("seat__person").order_by("-position")[:PAGE_SIZE])
    now = clock.now()
    return DeskPage(
        epoch=epoch.current(),
        seq=fresh.seq,
        rows=[_desk_row(message, now) for message in reversed(found)],
        more=bool(found) and rows.filter(position__lt=found[-1].position).exists(),
    )


def row_for_keeper(room: Room, message_id: UUID) -> DeskRow | None:
    """One row of this room, of whichever session."""
    message = Message.objects.select_related("seat__person").filter(room=room, pk=message_id).first()
    return _desk_row(message, clock.now()) if message else None


def _desk_room(room: Room, crowd: str, keepers: list[tuple[str, str]], now: datetime) -> DeskRoom:
    unclosed: list[RoomSession] = room.unclosed  # type: ignore[attr-defined]
    session = unclosed[0] if unclosed else None
    state = RoomSession.State(session.state if session else RoomSession.State.CLOSED)
    opening = timetable_of(room).next_opening(now)
    there = sum(how != GONE for _, how in keepers)
    return DeskRoom(
        room=room,
        slug=room.slug,
        title=room.title,
        state=state.value,
        state_word=state.label,
        why=why_paused(session),
        crowd=crowd,
        crowd_word=CROWD_WORDS[crowd],
        opens_at=session.opens_at if session else None,
        closes_at=session.closes_at if session else None,
        paused_at=session.paused_at if session else None,
        paused_until=session.paused_until if session else None,
        next_opening=opening.opens_at if opening else None,
        keepers=keepers,
        needed=room.keepers_needed,
        missing=max(0, room.keepers_needed - there),
    )


def _keepers(room_ids: list[int], now: datetime) -> dict[int, list[tuple[str, str]]]:
    open_ones = RoomDuty.objects.filter(room_id__in=room_ids, duty__ended_at__isnull=True)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in open_ones.select_related("duty__keeper").order_by("duty__taken_at"):
        found[row.room_id].append((row.duty.keeper.duty_name, presence(row.duty, now)))
    return found


def _desk_row(message: Message, now: datetime) -> DeskRow:
    seat = message.seat
    return DeskRow(
        id=str(message.pk),
        position=message.position,
        seq=message.seq,
        state=message.state,
        text=message.text,
        cover=message.cover,
        tone=message.tone,
        at=message.at,
        edited=message.edited,
        keeper=message.keeper or _is_keepers(seat),
        call_name=message.call_name,
        seat=str(seat.pk),
        mode=seat.mode,
        has_left=seat.left_at is not None,
        resting_until=_coming(seat.resting_until, now),
        removed_until=_coming(seat.removed_until, now),
    )


def _is_keepers(seat: Seat) -> bool:
    return seat.person is not None and seat.person.kind == Kind.KEEPER


def _coming(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and until > now else None
