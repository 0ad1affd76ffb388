"""Rooms and words as keepers see them: who is there, what is missing, and what was hidden. Seats, never persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from ibasho.duty.models import Duty
from ibasho.duty.queries import GONE, presence
from ibasho.house.queries import notices_for
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Kind
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import epoch
from ibasho.rooms.models import PAGE_SIZE, Message, Room, RoomDuty, RoomSession, Seat
from ibasho.rooms.queries.beats import BIGGEST, crowds_of, oldest_in
from ibasho.rooms.queries.cards import CROWD_WORDS
from ibasho.rooms.queries.keepers import rooms_to_keep
from ibasho.rooms.queries.sessions import ENTERABLE, reading_session, shape_of, why_paused
from ibasho.rooms.queries.standing import you_in
from ibasho.rooms.queries.timetables import timetable_of
from ibasho.rooms.shapes import RoomShape, YouShape


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """One room now. `why` as on the wire; `missing`: how many more keepers it needs to be open;
    `keepers`: name on duty and presence (there, unsure, gone) of everyone whose duty covers it, and
    `keeper_ids` who that is; `learners` are the names of those who do not count yet.
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
    session_id: int | None
    keepers: Sequence[tuple[str, str]]
    keeper_ids: frozenset[int]
    needed: int
    missing: int
    learners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One row of the log with its seat. `text` is there also while it is hidden; None once it is gone. `taken_name`:
    what keepers took from sight, `call_name` is empty then. `is_first`: in that session the seat was new.
    """

    id: str
    position: int
    seq: int
    state: str
    text: str | None
    cover: str
    tone: str
    at: datetime
    edited: bool
    redacted: bool
    keeper: bool
    call_name: str
    taken_name: str
    seat: str
    mode: str
    resting_until: datetime | None
    removed_until: datetime | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Rows ascending, and whether there are earlier ones of this session."""

    epoch: str
    seq: int
    rows: Sequence[DeskRow]
    more: bool


@dataclass(frozen=True, slots=True)
class KeepersPlace:
    """A keeper's own place in a room: what stands around the log. `room` and `you` are as on the wire."""

    seat: str
    oldest: int
    room: RoomShape
    you: YouShape
    notices: Sequence[dict[str, Any]]


def rooms_now() -> list[DeskRoom]:
    """Every room of the house, in its order; a meeting's own from the day before it, until its words are gone.

    A fixed number of queries.
    """
    now = clock.now()
    unclosed = RoomSession.objects.exclude(state=RoomSession.State.CLOSED)
    rooms = list(
        _near(now).prefetch_related(
            "hours", "closed_days", Prefetch("sessions", unclosed, to_attr="unclosed")
        )
    )
    crowds = crowds_of(room.pk for room in rooms)
    duties = _open_duties([room.pk for room in rooms])
    return [_desk_room(room, crowds[room.pk], duties[room.pk], now) for room in rooms]


def keepers_place(keeper: KeeperFacts, shown: DeskRoom) -> KeepersPlace:
    """Where this keeper sits in a room of their duty. Refuses `not_found` where no seat of theirs is."""
    room = shown.room
    seats = Seat.objects.select_related("person").filter(person_id=keeper.person_id, left_at__isnull=True)
    seat = seats.filter(room=room).first()
    if seat is None:
        raise Refusal("not_found")
    session, now = _present(room), clock.now()
    return KeepersPlace(
        seat=str(seat.pk),
        oldest=oldest_in(room),
        room=shape_of(room, session, shown.crowd, now),
        you=you_in(session, seat, now),
        notices=notices_for(keeper.person_id),
    )


def page_for_keeper(room: Room, before: int | None = None) -> DeskPage:
    """Fifty rows of the session everybody reads, the latest or those before a position; also hidden words.

    `room` as it was just read: what changes after its number comes again on the line.
    """
    session = _open_session(room) or reading_session(room.pk)
    return _page(room, session.first_position if session else room.last_position + 1, before)


def history_for_keeper(room: Room, before: int | None = None) -> DeskPage:
    """The same of all sessions whose words are kept."""
    return _page(room, 0, before)


def _page(room: Room, first: int, before: int | None) -> DeskPage:
    rows = Message.objects.filter(room=room, position__gte=first)
    wanted = rows if before is None else rows.filter(position__lt=max(0, min(before, BIGGEST)))
    found = list(wanted.select_related("seat__person", "session").order_by("-position")[: PAGE_SIZE + 1])
    now = clock.now()
    return DeskPage(
        epoch=epoch.current(),
        seq=room.seq,
        rows=[desk_row(message, now) for message in reversed(found[:PAGE_SIZE])],
        more=len(found) > PAGE_SIZE,
    )


def row_for_keeper(room: Room, message_id: UUID) -> DeskRow | None:
    """One row of this room, of whichever session."""
    rows = Message.objects.select_related("seat__person", "session")
    message = rows.filter(room=room, pk=message_id).first()
    return desk_row(message, clock.now()) if message else None


def _open_session(room: Room) -> RoomSession | None:
    """The session everybody reads, if the room is open and came with its sessions: there is one at a time."""
    unclosed: list[RoomSession] = getattr(room, "unclosed", [])
    return next((session for session in unclosed if session.state in ENTERABLE), None)


def _present(room: Room) -> RoomSession | None:
    """The session that is not closed, of a room that `rooms_now` has read."""
    unclosed: list[RoomSession] = room.unclosed  # type: ignore[attr-defined]
    return unclosed[0] if unclosed else None


def _near(now: datetime) -> QuerySet[Room]:
    has_opened = Exists(RoomSession.objects.filter(room=OuterRef("pk")))
    is_near = Q(opens_at__lt=now + timedelta(days=1)) | has_opened
    return rooms_to_keep().filter(~Q(entry=Room.Entry.MEETING) | is_near)


def _desk_room(room: Room, crowd: str, duties: list[Duty], now: datetime) -> DeskRoom:
    session = _present(room)
    keepers = [(duty.keeper.duty_name, presence(duty, now)) for duty in duties]
    state = RoomSession.State(session.state if session else RoomSession.State.CLOSED)
    opening = timetable_of(room).next_opening(now)
    there = sum(presence(duty, now) != GONE for duty in duties if not duty.is_first)
    return DeskRoom(
        room=room,
        slug=room.slug,
        title=room.title_at_desk,
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
        session_id=session.pk if session else None,
        keepers=keepers,
        keeper_ids=frozenset(duty.keeper_id for duty in duties),
        needed=room.keepers_needed,
        missing=max(0, room.keepers_needed - there),
        learners=frozenset(duty.keeper.duty_name for duty in duties if duty.is_first),
    )


def _open_duties(room_ids: list[int]) -> dict[int, list[Duty]]:
    open_ones = RoomDuty.objects.filter(room_id__in=room_ids, duty__ended_at__isnull=True)
    found: dict[int, list[Duty]] = defaultdict(list)
    for row in open_ones.select_related("duty__keeper").order_by("duty__taken_at", "duty_id"):
        found[row.room_id].append(row.duty)
    return found


def desk_row(message: Message, now: datetime) -> DeskRow:
    """One message with its seat, as keepers see it."""
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
        redacted=message.redacted,
        keeper=message.keeper or _is_keepers(seat),
        call_name="" if message.unnamed else message.call_name,
        taken_name=message.call_name if message.unnamed else "",
        seat=str(seat.pk),
        mode=seat.mode,
        resting_until=_coming(seat.resting_until, now),
        removed_until=_coming(seat.removed_until, now),
        is_first=seat.first_entered_at >= message.session.opens_at,
    )


def _is_keepers(seat: Seat) -> bool:
    return seat.person is not None and seat.person.kind == Kind.KEEPER


def _coming(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and until > now else None
