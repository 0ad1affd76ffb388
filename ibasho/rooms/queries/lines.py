"""Who may have a line into a room, and whether they still may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import FactsClock, Kind, Person
from ibasho.people.queries import KeeperFacts, Visitor, keeper_of_session, session_alive, standpoint_on
from ibasho.rooms.models import Attendance, Room, RoomSession, Seat
from ibasho.rooms.queries.keepers import is_on_duty, keeper_room
from ibasho.rooms.queries.rooms import is_for, is_keeper, room_for, room_of_own_words
from ibasho.rooms.queries.sessions import present_session, reading_session, was_there
from ibasho.rooms.shapes import Line

ACTIVE_AGAIN = timedelta(minutes=5)


class Left(Refusal):
    """Code `not_found`: the seat was left by its own person, so a line ends with 1000."""

    def __init__(self) -> None:
        super().__init__("not_found")


def line_facts(visitor: Visitor, slug: str) -> Line:
    """This person's line. Refuses `not_found`, and `removed` or `suspended` to those who had a seat.

    A keeper's leads into the rooms of their duty, and only from a browser that showed the second factor.
    """
    if visitor.away:
        raise Refusal("not_entered")
    if is_keeper(visitor):
        return _keepers_line(visitor, slug)
    room = room_for(visitor.standpoint, slug)
    seat = _seat(visitor.person_id, room)
    if seat is None or seat.left_at is not None:
        raise Refusal("not_found")
    refuse_the_barred(seat.person, seat)
    return _line(visitor, room, seat)


def own_line(visitor: Visitor, slug: str, *, on_any_side: bool = False) -> Line:
    """The same for what one wrote oneself: a first answer stays the answer after leaving. Refuses `not_found`.

    `on_any_side`, for taking words back: also after crossing the wall, since they are still one's own.
    For keepers it outlasts the duty.
    """
    if is_keeper(visitor):
        _facts_of_keeper(visitor)
        on_any_side = True
    room = room_of_own_words(visitor.person_id, slug) if on_any_side else room_for(visitor.standpoint, slug)
    seat = _seat(visitor.person_id, room)
    if seat is None:
        raise Refusal("not_found")
    return _line(visitor, room, seat)


def line_still_allowed(line: Line) -> Refusal | None:
    """Why this line must end now: not_entered, not_found, `Left`, removed, suspended; None = it may go on."""
    if not session_alive(line.session_hash):
        return Refusal("not_entered")
    seat = Seat.objects.select_related("person").filter(pk=line.seat_id).first()
    if seat is None or seat.person is None or seat.person_id != line.person_id:
        return Refusal("not_found")
    if seat.person.kind == Kind.KEEPER:
        return _keepers_end(line, seat)
    if not _is_still_for(seat.person, seat):
        return Refusal("not_found")
    if seat.left_at is not None:
        return Left()
    try:
        refuse_the_barred(seat.person, seat)
    except Refusal as refusal:
        return refusal
    return None


def _keepers_line(visitor: Visitor, slug: str) -> Line:
    facts = _facts_of_keeper(visitor)
    room = keeper_room(facts, slug)
    seat = _seat(visitor.person_id, room)
    if seat is None or seat.left_at is not None:
        raise Refusal("not_found")
    return replace(_line(visitor, room, seat), keeper_id=facts.keeper_id)


def _facts_of_keeper(visitor: Visitor) -> KeeperFacts:
    facts = keeper_of_session(visitor.session_hash)
    if facts is None:
        raise Refusal("not_found")
    return facts


def _keepers_end(line: Line, seat: Seat) -> Refusal | None:
    """A duty that ended is a seat that was left; a role or a second factor that is gone ends more than that."""
    if keeper_of_session(line.session_hash) is None:
        return Refusal("not_found")
    if seat.left_at is not None:
        return Left()
    return None if is_on_duty(line.person_id, line.room_id) else Refusal("not_found")


def facts_after(number: int) -> tuple[int, list[str]]:
    """The newest number, and the seats with facts newer than `number`."""
    newest = FactsClock.objects.values_list("number", flat=True).first() or 0
    if newest <= number:
        return newest, []
    return newest, [str(pk) for pk in Seat.objects.filter(facts__gt=number).values_list("pk", flat=True)]


def refuse_the_barred(person: Person | None, seat: Seat | None) -> None:
    """Refuses `suspended` or `removed`, to a person who is one of these now."""
    now = clock.now()
    if person is not None and person.suspended_until is not None and person.suspended_until > now:
        raise Refusal("suspended")
    if seat is not None and seat.removed_until is not None and seat.removed_until > now:
        raise Refusal("removed")


def _is_still_for(person: Person, seat: Seat) -> bool:
    """Whether the room is for this person's standpoint. One that begins tomorrow has emptied the seats
    today: a seat that was left is measured by it as well.
    """
    standpoints = {standpoint_on(person, clock.today())}
    if seat.left_at is not None and person.next_standpoint:
        standpoints.add(person.next_standpoint)
    return all(is_for(standpoint, seat.room_id) for standpoint in standpoints)


def _seat(person_id: int, room: Room) -> Seat | None:
    return Seat.objects.select_related("person").filter(person_id=person_id, room=room).first()


def _line(visitor: Visitor, room: Room, seat: Seat) -> Line:
    session = reading_session(room.pk)
    may_read = was_there(session, str(seat.pk))
    start = session.first_position if session and may_read else room.last_position + 1
    return Line(
        room_id=room.pk,
        slug=room.slug,
        seat_id=str(seat.pk),
        person_id=visitor.person_id,
        session_hash=visitor.session_hash,
        history_from=start,
        may_read=may_read,
        must_arrive=_must_arrive(room, seat),
    )


def _must_arrive(room: Room, seat: Seat) -> bool:
    session = present_session(room)
    if session is None or session.state == RoomSession.State.PREPARING:
        return False
    if seat.active_at < clock.now() - ACTIVE_AGAIN:
        return True
    return not Attendance.objects.filter(seat=seat, session=session).exists()
