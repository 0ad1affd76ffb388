"""Who may have a line into a room, and whether they still may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import FactsClock, Kind, Person
from ibasho.people.queries import KeeperFacts, Visitor, keeper_of_session, sessions_alive, standpoint_on
from ibasho.rooms import guest_lists
from ibasho.rooms.models import Room, RoomSession, Seat
from ibasho.rooms.queries.keepers import is_on_duty, keeper_room
from ibasho.rooms.queries.rooms import audiences_of, is_keeper, room_for, room_of_own_words, rooms_behind
from ibasho.rooms.queries.sessions import attended, sessions_of, was_there
from ibasho.rooms.shapes import Line

ACTIVE_AGAIN = timedelta(minutes=5)


class Left(Refusal):
    """Code `not_found`: the seat was left by its own person, so a line ends with 1000."""

    def __init__(self) -> None:
        super().__init__("not_found")


@dataclass(frozen=True, slots=True)
class Place:
    """A reader's line with the rows it was made of: the page around the words needs no others.
    `session` is the room's present one.
    """

    line: Line
    room: Room
    seat: Seat
    session: RoomSession | None


def line_facts(visitor: Visitor, slug: str) -> Line:
    """This person's line. Refuses as `place_in`."""
    return place_in(visitor, slug).line


def place_in(visitor: Visitor, slug: str) -> Place:
    """This person's place. Refuses `not_found`, and `removed` or `suspended` to those who had a seat.

    A keeper's is in the rooms of their duty, and only for a browser that showed the second factor.
    """
    [place] = _all_places([(visitor, slug)])
    if isinstance(place, Refusal):
        raise place
    return place


def all_line_facts(asked: Sequence[tuple[Visitor, str]]) -> list[Line | Refusal]:
    """The lines of many, in their order, with as many queries as for one; only keepers cost their own."""
    return [place if isinstance(place, Refusal) else place.line for place in _all_places(asked)]


def _all_places(asked: Sequence[tuple[Visitor, str]]) -> list[Place | Refusal]:
    guests = [(visitor, slug) for visitor, slug in asked if not (visitor.away or is_keeper(visitor))]
    rooms = rooms_behind({(visitor.standpoint, slug) for visitor, slug in guests}) if guests else {}
    seats = _seats({visitor.person_id for visitor, _ in guests}, {room.pk for room in rooms.values()})
    invited = _invited(rooms.values())
    found = [_sitter_or_refusal(visitor, slug, rooms, seats, invited) for visitor, slug in asked]
    places = iter(_places([one for one in found if isinstance(one, _Sitter)]))
    return [next(places) if isinstance(one, _Sitter) else one for one in found]


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
    return _places([_Sitter(visitor, room, seat)])[0].line


def line_still_allowed(line: Line) -> Refusal | None:
    """Why this line must end now: not_entered, not_found, `Left`, removed, suspended; None = it may go on."""
    return lines_still_allowed([line])[0]


def lines_still_allowed(lines: Sequence[Line]) -> list[Refusal | None]:
    """The same for many, in their order, with as many queries as for one; only keepers cost their own."""
    alive = sessions_alive({line.session_hash for line in lines})
    seats = Seat.objects.select_related("person", "room").in_bulk({line.seat_id for line in lines})
    by_id = {str(pk): seat for pk, seat in seats.items()}
    audiences = audiences_of({seat.room_id for seat in by_id.values()})
    invited = _invited(seat.room for seat in by_id.values())
    return [_end_of(line, alive, by_id.get(line.seat_id), audiences, invited) for line in lines]


def _end_of(
    line: Line,
    alive: Collection[str],
    seat: Seat | None,
    audiences: Collection[tuple[str, int]],
    invited: Collection[guest_lists.Pair],
) -> Refusal | None:
    if line.session_hash not in alive:
        return Refusal("not_entered")
    if seat is None or seat.person is None or seat.person_id != line.person_id:
        return Refusal("not_found")
    if seat.person.kind == Kind.KEEPER:
        return _keepers_end(line, seat)
    if not _is_still_for(seat.person, seat, audiences) or not _is_guest(seat.room, seat.person_id, invited):
        return Refusal("not_found")
    if seat.left_at is not None:
        return Left()
    try:
        refuse_the_barred(seat.person, seat)
    except Refusal as refusal:
        return refusal
    return None


@dataclass(frozen=True, slots=True)
class _Sitter:
    """A seat that may have a line. `keeper_id`: its person is a keeper on duty there."""

    visitor: Visitor
    room: Room
    seat: Seat
    keeper_id: int | None = None


def _sitter_or_refusal(
    visitor: Visitor,
    slug: str,
    rooms: Mapping[tuple[str, str], Room],
    seats: Mapping[tuple[int, int], Seat],
    invited: Collection[guest_lists.Pair],
) -> _Sitter | Refusal:
    try:
        if visitor.away:
            raise Refusal("not_entered")
        if is_keeper(visitor):
            return _keeper_sitting(visitor, slug)
        room = rooms.get((visitor.standpoint, slug))
        seat = seats.get((visitor.person_id, room.pk)) if room else None
        if room is None or seat is None or seat.left_at is not None:
            raise Refusal("not_found")
        if not _is_guest(room, visitor.person_id, invited):
            raise Refusal("not_found")
        refuse_the_barred(seat.person, seat)
    except Refusal as refusal:
        return refusal
    return _Sitter(visitor, room, seat)


def _keeper_sitting(visitor: Visitor, slug: str) -> _Sitter:
    facts = _facts_of_keeper(visitor)
    room = keeper_room(facts, slug)
    seat = _seat(visitor.person_id, room)
    if seat is None or seat.left_at is not None:
        raise Refusal("not_found")
    return _Sitter(visitor, room, seat, facts.keeper_id)


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


def _is_still_for(person: Person, seat: Seat, audiences: Collection[tuple[str, int]]) -> bool:
    """Whether the room is for this person's standpoint. One that begins tomorrow has emptied the seats
    today: a seat that was left is measured by it as well.
    """
    standpoints = {standpoint_on(person, clock.today())}
    if seat.left_at is not None and person.next_standpoint:
        standpoints.add(person.next_standpoint)
    return all((standpoint, seat.room_id) in audiences for standpoint in standpoints)


def _invited(rooms: Iterable[Room]) -> frozenset[guest_lists.Pair]:
    return guest_lists.invited({room.pk for room in rooms if room.is_of_a_meeting})


def _is_guest(room: Room, person_id: int | None, invited: Collection[guest_lists.Pair]) -> bool:
    """Whether the door of this room is still theirs: only that of a meeting's own can be lost so."""
    return not room.is_of_a_meeting or (room.pk, person_id) in invited


def _seat(person_id: int, room: Room) -> Seat | None:
    return _seats({person_id}, {room.pk}).get((person_id, room.pk))


def _seats(person_ids: Collection[int], room_ids: Collection[int]) -> dict[tuple[int, int], Seat]:
    rows = Seat.objects.select_related("person").filter(person_id__in=person_ids, room_id__in=room_ids)
    return {(seat.person_id, seat.room_id): seat for seat in rows if seat.person_id is not None}


def _places(sitters: Sequence[_Sitter]) -> list[Place]:
    if not sitters:
        return []
    room_ids = {one.room.pk for one in sitters}
    reading, present = sessions_of(room_ids)
    came = attended([str(one.seat.pk) for one in sitters], [*reading.values(), *present.values()])
    return [_place(one, reading.get(one.room.pk), present.get(one.room.pk), came) for one in sitters]


def _place(
    sitter: _Sitter,
    reading: RoomSession | None,
    present: RoomSession | None,
    came: Collection[tuple[str, int]],
) -> Place:
    line = _line(sitter, reading, present, came)
    return Place(line, sitter.room, sitter.seat, present)


def _line(
    sitter: _Sitter,
    reading: RoomSession | None,
    present: RoomSession | None,
    came: Collection[tuple[str, int]],
) -> Line:
    visitor, room, seat = sitter.visitor, sitter.room, sitter.seat
    # as the desk's page shows it: a keeper may look at the last session before the next one opens
    may_read = sitter.keeper_id is not None or was_there(reading, str(seat.pk), came)
    start = reading.first_position if reading and may_read else room.last_position + 1
    return Line(
        room_id=room.pk,
        slug=room.slug,
        seat_id=str(seat.pk),
        person_id=visitor.person_id,
        session_hash=visitor.session_hash,
        history_from=start,
        may_read=may_read,
        must_arrive=_must_arrive(present, seat, came),
        keeper_id=sitter.keeper_id,
    )


def _must_arrive(session: RoomSession | None, seat: Seat, came: Collection[tuple[str, int]]) -> bool:
    if session is None or session.state == RoomSession.State.PREPARING:
        return False
    return seat.active_at < clock.now() - ACTIVE_AGAIN or (str(seat.pk), session.pk) not in came
