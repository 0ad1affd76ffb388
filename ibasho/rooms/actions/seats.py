"""Taking a seat at the door, to speak or to watch, and changing between the two."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from uuid import uuid4

from django.db import transaction

from ibasho.house.actions import put_invitation_away
from ibasho.lib import clock, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import skeleton
from ibasho.live.publish import hurry_facts
from ibasho.people.actions import next_facts
from ibasho.people.models import Kind, Person
from ibasho.people.queries import standpoint_on
from ibasho.rooms import call_names, guest_lists, hygiene, noticed
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Room, RoomSession, Seat
from ibasho.rooms.passphrase import key_of
from ibasho.rooms.queries.keepers import is_keepers_name
from ibasho.rooms.queries.lines import refuse_the_barred
from ibasho.rooms.queries.rooms import room_for, room_of_guest
from ibasho.rooms.queries.seats import has_free_seat, is_name_in_use, is_name_taken, was_taken_from
from ibasho.rooms.queries.sessions import is_enterable, present_session
from ibasho.rooms.screened import findings_in_name
from ibasho.screening import Finding, Label

Mode = Seat.Mode


class OtherPassphrase(Refusal):
    """Code `not_found`, so that it tells no more than a room that is not there; the door may say it kindly."""

    def __init__(self, text: str) -> None:
        super().__init__("not_found", text)


def take_seat(person: Person, room: Room, *, mode: str, call_name: str = "", passphrase: str = "") -> Seat:
    """Sit down, or change the mode of the seat one has; an empty name is おまかせ.

    Takes the limits `door` and those of a passphrase. Refuses in this order: too_many_tries, not_found,
    suspended, removed, room_closed or room_paused, `OtherPassphrase`, full, name_reserved, name_taken. A name
    that tells who or where somebody is, or hurts, is refused as `name_reserved`; one about dying is let in, and
    keepers are told.
    """
    rate_limit.take("door", str(person.pk))
    if mode not in Mode.values:
        raise Refusal("malformed")
    seat = _may_sit(person, room, mode)
    if not _sits(seat):
        _check_passphrase(person, room, passphrase)
    found = findings_in_name(call_name, room.pk) if mode == Mode.SPEAK else ()
    with transaction.atomic():
        ledger.lock_rooms([room.pk])
        # Whoever erases, bars, or crosses the wall takes a number first: behind ours all that is settled.
        number = next_facts()
        seat = _may_sit(_still_there(person), room, mode)
        return _sit(person, room, seat, number, mode=mode, call_name=call_name, found=found)


def change_mode(person: Person, room: Room, *, mode: str, call_name: str = "") -> Seat:
    """From watching to speaking or back. Refuses as `take_seat`, and `not_found` without a seat."""
    if not _sits(_seat_in(room, person)):
        raise Refusal("not_found")
    return take_seat(person, room, mode=mode, call_name=call_name)


def _may_sit(person: Person, room: Room, mode: str) -> Seat | None:
    """The seat this person has or had, if they may sit down in it. A keeper's comes with the duty."""
    if person.kind == Kind.KEEPER:
        raise Refusal("not_found")
    room_of_guest(room_for(standpoint_on(person, clock.today()), room.slug), person.pk)
    seat = _seat_in(room, person)
    if room.is_by_invitation and seat is None:
        raise Refusal("not_found")
    refuse_the_barred(person, seat)
    if not (_sits(seat) and mode == Mode.OBSERVE):
        _must_be_open(room)
    return seat


def _sits(seat: Seat | None) -> bool:
    return seat is not None and seat.left_at is None


def _still_there(person: Person) -> Person:
    found = Person.objects.filter(pk=person.pk).first()
    if found is None:
        raise Refusal("not_entered")
    return found


def _sit(
    person: Person,
    room: Room,
    seat: Seat | None,
    number: int,
    *,
    mode: str,
    call_name: str,
    found: Sequence[Finding],
) -> Seat:
    now = clock.now()
    session = present_session(room)
    name = _name(room, session, seat, call_name, found) if mode == Mode.SPEAK else ""
    if seat is None:
        seat = Seat(id=uuid4(), room=room, person=person, first_entered_at=now)
    else:
        seat.facts = number
        hurry_facts()
    is_new_name = name != seat.call_name
    seat.mode, seat.call_name, seat.name_skeleton = mode, name, skeleton(name) if name else ""
    seat.left_at, seat.active_at = None, now
    seat.save()
    if session is not None and session.state != RoomSession.State.PREPARING:
        ledger.mark_attendances([(str(seat.pk), session.pk)])
    if room.is_by_invitation:
        put_invitation_away(person, room.slug)
    if room.is_of_a_meeting:
        guest_lists.came(room.pk, person)
    if is_new_name:
        noticed.tell_of_name(seat, [finding for finding in found if finding.label == Label.CRISIS])
    return seat


def _name(
    room: Room, session: RoomSession | None, seat: Seat | None, wanted: str, found: Sequence[Finding]
) -> str:
    if session is None or not has_free_seat(room, session, seat):
        raise Refusal("full")
    seat_id = str(seat.pk) if seat else None
    name = hygiene.call_name(wanted)
    if not name:
        return call_names.any_name(lambda words: is_name_in_use(room.pk, skeleton(words), seat_id))
    if any(finding.label != Label.CRISIS for finding in found):
        raise Refusal("name_reserved", _OTHER_NAME)
    if is_keepers_name(room.pk, skeleton(name)):
        raise Refusal("name_reserved")
    if was_taken_from(room.pk, skeleton(name), seat_id):
        raise Refusal("name_reserved", _TAKEN_AWAY)
    if is_name_taken(room.pk, skeleton(name), seat_id):
        raise Refusal("name_taken")
    return name


def _must_be_open(room: Room) -> None:
    session = present_session(room)
    if session is None or not is_enterable(session, clock.now()):
        paused = session is not None and session.state == RoomSession.State.PAUSED
        raise Refusal("room_paused" if paused else "room_closed")


def _check_passphrase(person: Person, room: Room, passphrase: str) -> None:
    if room.entry != Room.Entry.PASSPHRASE:
        return
    key = key_of(passphrase)
    if not key:
        raise OtherPassphrase(_ASK_FIRST)
    rate_limit.take("passphrase_person", str(person.pk))
    rate_limit.take("passphrase_room", str(room.pk))
    if not hmac.compare_digest(key, room.passphrase_key or ""):
        raise OtherPassphrase(_TRY_AGAIN)


def _seat_in(room: Room, person: Person) -> Seat | None:
    return Seat.objects.filter(room=room, person=person).first()


_OTHER_NAME = (
    "その名前には、番号や連絡先、人を傷つける言葉に似たところがあります。"
    "名前は、だれにでも見えます。ほかの名前か、おまかせをえらんでください。"
)
_TAKEN_AWAY = "その名前は、いまはこの部屋では使えません。ほかの名前か、おまかせをえらんでください。"
_ASK_FIRST = "この部屋には、部屋の合言葉がいります。合言葉を書いてください。"
_TRY_AGAIN = "部屋の合言葉が、ちがうようです。もう一度たしかめてください。"
