"""What keepers on duty do to a room itself: open, pause, close, its pace and its topic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import clean, is_empty, measure
from ibasho.live.publish import hurry_desk
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.actions.passing import cite, set_for_now
from ibasho.rooms.actions.sessions import Pause, State, open_state, put, settle_room
from ibasho.rooms.cited import PAUSE
from ibasho.rooms.models import GRACE_SECONDS, TOPIC_GRAPHEMES, Room, RoomSession
from ibasho.rooms.queries.keepers import has_enough_keepers, keeper_room
from ibasho.rooms.queries.sessions import ENTERABLE, present_session
from ibasho.rooms.queries.timetables import timetable_of

OPEN_HOURS = 12
PAUSE_MINUTES = (5, 60)
CLOSE_MINUTES = (15, 5, 1)
PACES = (0, 5, 10, 20, 30, 60)
STAGES = ("checked_first", "newcomers_first", "holds_abuse")
_TOPIC_BYTES = 400


def open_room(keeper: KeeperFacts, slug: str, *, until: datetime) -> RoomSession:
    """Open the room now, outside its hours, or keep it open longer. Needs enough keepers really there.

    Refuses `not_found`, `malformed` (not within twelve hours, or sooner than it closes anyway),
    `room_paused`, and `room_closed` without enough keepers.
    """
    with _room(keeper, slug) as (room, session, now):
        if not now < until <= now + timedelta(hours=OPEN_HOURS):
            raise Refusal("malformed", f"いまから{OPEN_HOURS}時間までの時刻を書いてください。")
        if room.retired_on is not None or not has_enough_keepers(room):
            raise Refusal("room_closed", _RETIRED if room.retired_on else _NOT_ENOUGH)
        if session is None and not room.may_begin_at(now):
            raise Refusal("room_closed", _IN_ITS_TIME)
        session = _begin(room, now, until) if session is None else _prolong(session, now, until)
        number_room_change(room.pk)
    return session


def pause_room(keeper: KeeperFacts, slug: str, *, minutes: int | None, because: str = "") -> None:
    """Let the room rest: for 5 to 60 minutes, or with None (or beyond its end) until it is resumed. `because`: the
    promise it rests for, as the room may read it; so in the two below.

    Refuses `not_found`, `malformed`, and `room_closed` unless it is open.
    """
    least, most = PAUSE_MINUTES
    if minutes is not None and not least <= minutes <= most:
        raise Refusal("malformed", f"休けいは、{least}分から{most}分までです。")
    with _room(keeper, slug) as (room, session, now):
        if session is None or session.state not in (*ENTERABLE, State.PAUSED) or _is_over(session, now):
            raise Refusal("room_closed", _NOT_OPEN)
        until = now + timedelta(minutes=minutes) if minutes is not None else None
        put(session, State.PAUSED, Pause.BY_HAND, now=now, until=_before_the_end(session, until))
        cite(room, PAUSE, because)
        number_room_change(room.pk)


def resume_room(keeper: KeeperFacts, slug: str) -> None:
    """End a pause by hand; without enough keepers the room goes on resting until they are there.

    Refuses `not_found`, and `room_closed` unless it rests by hand.
    """
    with _room(keeper, slug) as (room, session, now):
        if session is None or session.paused_why != Pause.BY_HAND:
            raise Refusal("room_closed", "この部屋は、いま休けい中ではありません。")
        if has_enough_keepers(room):
            put(session, open_state(session, now), now=now)
        else:
            put(session, State.PAUSED, Pause.NO_KEEPERS, now=now)
        cite(room, PAUSE, "")
        number_room_change(room.pk)


def close_room(keeper: KeeperFacts, slug: str, *, minutes: int) -> None:
    """Close in 15, 5 or 1 minutes, never later than it would; one that has not opened closes at once.

    It stays closed for the rest of these hours. Refuses `not_found`, `malformed`, and `room_closed`.
    """
    if minutes not in CLOSE_MINUTES:
        raise Refusal("malformed")
    with _room(keeper, slug) as (room, session, now):
        if room.is_trial:
            raise Refusal("malformed", "ためしの部屋は、いつもあいています。")
        if session is None or _is_over(session, now):
            raise Refusal("room_closed", _NOT_OPEN)
        _use_up_hours(room, session, now)
        if session.state == State.PREPARING:
            put(session, State.CLOSED, now=now)
        else:
            _close_in(session, now, minutes)
        number_room_change(room.pk)


def set_pace(keeper: KeeperFacts, slug: str, *, seconds: int, because: str = "") -> bool:
    """Seconds between two posts of a seat, until the room closes: 0, 5, 10, 20, 30 or 60; whether that is new.

    Refuses `not_found`, `malformed`.
    """
    if seconds not in PACES:
        raise Refusal("malformed")
    return _set(keeper, slug, "pace_seconds", seconds, because if seconds else "")


def set_stage(keeper: KeeperFacts, slug: str, *, stage: str, is_on: bool, because: str = "") -> bool:
    """Whether words wait for a keeper here until the room closes, `stage` of STAGES; whether that is new. Only what
    everybody notices is told to the room. Refuses `not_found`, `malformed`.
    """
    if stage not in STAGES:
        raise Refusal("malformed")
    if stage == "checked_first":
        return _set(keeper, slug, stage, is_on, because if is_on else "")
    with _room(keeper, slug) as (room, _, _):
        is_new = set_for_now(room, stage, is_on)
        if is_new:
            cite(room, stage, because if is_on else "")
        hurry_desk()
    return is_new


def set_topic(keeper: KeeperFacts, slug: str, *, text: str) -> bool:
    """What the room talks about until it closes, empty = nothing in particular; whether that is new.

    Refuses `not_found`, `malformed`, `too_long`.
    """
    topic = clean(text, lines=False).strip()
    if is_empty(topic):
        topic = ""
    else:
        measure(topic, TOPIC_GRAPHEMES, _TOPIC_BYTES, "話題")
    return _set(keeper, slug, "topic", topic)


@contextmanager
def _room(keeper: KeeperFacts, slug: str) -> Iterator[tuple[Room, RoomSession | None, datetime]]:
    """The room under its lock, brought up to this moment; it is this keeper's also behind the lock."""
    with transaction.atomic():
        ledger.lock_rooms([keeper_room(keeper, slug).pk])
        room, now = keeper_room(keeper, slug), clock.now()
        settle_room(room, now)
        yield room, present_session(room), now


def _set(keeper: KeeperFacts, slug: str, name: str, value: object, because: str = "") -> bool:
    with _room(keeper, slug) as (room, _, _):
        is_new = set_for_now(room, name, value)
        if is_new:
            cite(room, name, because)
            number_room_change(room.pk)
    return is_new


def _begin(room: Room, now: datetime, until: datetime) -> RoomSession:
    fresh = Room.objects.get(pk=room.pk)
    session = RoomSession(
        room=room,
        state=State.OPEN,
        opens_at=now,
        closes_at=until,
        first_position=fresh.last_position + 1,
        first_seq=fresh.seq,
    )
    session.state = open_state(session, now)
    session.save()
    return session


def _prolong(session: RoomSession, now: datetime, until: datetime) -> RoomSession:
    if session.state == State.PAUSED:
        raise Refusal("room_paused", "この部屋は、いま休けい中です。先に、休けいを終わりにしてください。")
    if session.closes_at is None or until <= session.closes_at:
        raise Refusal("malformed", "この部屋は、その時刻まであいています。")
    session.closes_at = until
    session.state = open_state(session, now)
    session.save(update_fields=["closes_at", "state"])
    return session


def _close_in(session: RoomSession, now: datetime, minutes: int) -> None:
    ends = now + timedelta(minutes=minutes)
    session.closes_at = ends if session.closes_at is None else min(ends, session.closes_at)
    if session.state != State.PAUSED:
        session.state = State.CLOSING
    session.paused_until = _before_the_end(session, session.paused_until)
    session.save(update_fields=["closes_at", "state", "paused_until"])


def _before_the_end(session: RoomSession, until: datetime | None) -> datetime | None:
    """A pause that would outlast the session has no end of its own: nobody is told that the room opens then."""
    is_later = until is not None and session.closes_at is not None and until >= session.closes_at
    return None if is_later else until


def _use_up_hours(room: Room, session: RoomSession, now: datetime) -> None:
    """Hours that have begun beside a session opened by hand would open the room again: they count as over."""
    opening = timetable_of(room).opening_at(now)
    if opening is None:
        return
    RoomSession.objects.get_or_create(
        room=room,
        opens_at=opening.opens_at,
        defaults={
            "state": State.CLOSED,
            "closes_at": opening.closes_at,
            "first_position": session.first_position,
            "first_seq": session.first_seq,
        },
    )


def _is_over(session: RoomSession, now: datetime) -> bool:
    return session.closes_at is not None and now >= session.closes_at + timedelta(seconds=GRACE_SECONDS)


_NOT_ENOUGH = "見守り役がそろうと、あけられます。"
_IN_ITS_TIME = "この部屋は、集まりの時間にだけ、あきます。"
_RETIRED = "この部屋は、たたみました。もう、あきません。"
_NOT_OPEN = "この部屋は、いまはしまっています。"
