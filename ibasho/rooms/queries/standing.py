"""What somebody may do in a room right now, as the page and the wire say it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from ibasho.house.queries import who_must_acknowledge
from ibasho.lib import clock
from ibasho.people.models import Kind
from ibasho.rooms.models import GRACE_SECONDS, RoomSession, Seat
from ibasho.rooms.shapes import WaitingShape, YouShape

_CLOSED_DOOR = {"paused": "room_paused", "preparing": "room_closed", "closed": "room_closed"}


def why_no_words(state: str | None, closes_at: datetime | None, now: datetime) -> str | None:
    """The refusal code of a room that takes no words now; None while it does, grace included."""
    if state is None:
        return "room_closed"
    if closes_at is not None and now >= closes_at + timedelta(seconds=GRACE_SECONDS):
        return "room_closed"
    return _CLOSED_DOOR.get(state)


def you_in(
    session: RoomSession | None,
    seat: Seat,
    now: datetime,
    behind: Collection[int] | None = None,
    ignoring: Collection[str] = (),
    waiting: Sequence[WaitingShape] = (),
) -> YouShape:
    """`you` of the wire; `session` is the room's present one, `behind` are the persons who must
    acknowledge the promises, if they are known already, `ignoring` the seats this one does not read,
    `waiting` its words that a keeper reads first.
    """
    why, until = _why_not(session, seat, now, behind)
    shape = YouShape(
        seat=str(seat.pk), seats=[str(seat.pk)], mode=seat.mode, may_post=why is None, waiting=list(waiting)
    )
    if seat.call_name and seat.mode == Seat.Mode.SPEAK:
        shape["call_name"] = seat.call_name
    if why is not None:
        shape["why_not"] = why
    if until is not None:
        shape["until"] = clock.rfc3339(until)
    if ignoring:
        shape["ignoring"] = list(ignoring)
    return shape


def _why_not(
    session: RoomSession | None, seat: Seat, now: datetime, behind: Collection[int] | None
) -> tuple[str | None, datetime | None]:
    person = seat.person
    timed = (
        ("suspended", person.suspended_until if person else None),
        ("removed", seat.removed_until),
        ("resting", seat.resting_until),
    )
    for code, until in timed:
        if until is not None and until > now:
            return code, until
    if seat.mode == Seat.Mode.OBSERVE:
        return "observing", None
    closed = why_no_words(session.state, session.closes_at, now) if session else "room_closed"
    if closed is not None:
        return closed, None
    if person is not None and person.kind == Kind.KEEPER:
        return None, None
    if behind is None and person is not None:
        behind = who_must_acknowledge([person.pk])
    return ("rules_changed" if person is None or person.pk in (behind or ()) else None), None
