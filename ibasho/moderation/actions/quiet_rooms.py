"""静かな部屋 for an incident: asked for, joined, told to the person once it is open, and ended."""

from __future__ import annotations

from django.db import transaction

from ibasho.house import actions as house
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_facts
from ibasho.moderation.actions import letters
from ibasho.moderation.actions.incidents import What, come_back, locked_incident, note_step
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.second_keeper import end_call_if_answered
from ibasho.moderation.models import Incident
from ibasho.moderation.queries.incidents import waits_for_invitation
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.models import Room, Seat
from ibasho.rooms.queries import ENTERABLE, present_session

_NOBODY = "この席の方は、もういません。"
QUIET_LETTER = "quiet_room"


def ask_quiet_room(keeper: KeeperFacts, incident_id: int) -> Room:
    """Have a quiet room for whom the incident is about, with this keeper in it; every other is asked to come.

    One that waits or is open already is joined. Who takes a break is back with it. Refuses `not_found` without a
    duty, `malformed` for a closed incident or where nobody sits any more, `full` where two keepers are.
    """
    with transaction.atomic():
        come_back(keeper)
        rooms.lock_house()
        with locked_incident(keeper, incident_id) as incident:
            room: Room | None = incident.quiet_room
            if room is not None and present_session(room) is not None:
                _join(keeper, incident, room)
                return room
            if not incident.is_open or incident.seat is None or incident.seat.person is None:
                raise Refusal("malformed", _NOBODY)
            room = rooms.open_quiet_room(keeper, incident.seat)
            incident.quiet_room, incident.invited_at = room, None
            incident.seen_at = incident.seen_at or clock.now()
            if incident.taken_by_id is None:
                incident.taken_by_id = keeper.keeper_id
                note_step(incident, What.TAKEN, keeper)
            incident.save(update_fields=["quiet_room", "invited_at", "seen_at", "taken_by"])
            note_step(incident, What.QUIET_ASKED, keeper)
            _write_down(keeper, "open_quiet_room", incident)
            _invite(incident)
    return room


def end_quiet_room(keeper: KeeperFacts, incident_id: int) -> Incident:
    """Its session is over; the incident goes on until it is closed. A second tap changes nothing.

    Refuses `not_found` without a duty.
    """
    with transaction.atomic():
        rooms.lock_house()
        with locked_incident(keeper, incident_id) as incident:
            end_talk_about(keeper, incident)
    return incident


def end_talk_about(keeper: KeeperFacts, incident: Incident) -> None:
    """The quiet room of this incident closes, if one is open or waits. The caller has locked the house."""
    room = incident.quiet_room
    if room is not None and present_session(room) is not None:
        note_step(incident, What.QUIET_CLOSED, keeper)
        rooms.close_quiet_room(room)
        _write_down(keeper, "close_quiet_room", incident)


def put_invitation_away(room_id: int) -> None:
    """The door that a letter leads to is closed. In the transaction that closes it, by hand or by the clock."""
    incidents = Incident.objects.select_related("seat__person", "quiet_room")
    incident = incidents.filter(quiet_room=room_id).first()
    if incident is None or incident.quiet_room is None:
        return
    if incident.seat is not None and incident.seat.person is not None:
        house.put_invitation_away(incident.seat.person, incident.quiet_room.slug)
    last = incident.steps.filter(what__in=(What.QUIET_ASKED, What.QUIET_CLOSED)).last()
    if last is not None and last.what == What.QUIET_ASKED:
        note_step(incident, What.QUIET_CLOSED)


def invite_to_quiet_rooms() -> int:
    """Whoever has not heard yet of a quiet room that is open by now; returns how many. Safe to run twice."""
    return sum(_invite_once(incident_id) for incident_id in waits_for_invitation())


def _invite_once(incident_id: int) -> bool:
    with transaction.atomic():
        rooms.lock_house()
        return _invite(
            Incident.objects.select_related("room", "seat__person", "quiet_room").get(pk=incident_id)
        )


def _join(keeper: KeeperFacts, incident: Incident, room: Room) -> None:
    was_there = Seat.objects.filter(room=room, person=keeper.person_id, left_at__isnull=True).exists()
    rooms.join_quiet_room(keeper, room)
    if not was_there:
        note_step(incident, What.QUIET_JOINED, keeper)
        _write_down(keeper, "join_quiet_room", incident)
    end_call_if_answered(incident)
    _invite(incident)


def _invite(incident: Incident) -> bool:
    """Not before it is open: nobody is to stand before a door that two keepers have not reached."""
    room, seat = incident.quiet_room, incident.seat
    session = present_session(room) if room is not None else None
    if room is None or session is None or session.state not in ENTERABLE:
        return False
    if incident.invited_at is not None or seat is None or seat.person is None:
        return False
    incident.invited_at = clock.now()
    incident.save(update_fields=["invited_at"])
    text = letters.quiet_room(incident.room)
    house.give_notice(seat.person, QUIET_LETTER, text, room=room.slug, at=incident.invited_at)
    note_step(incident, What.QUIET_OPENED)
    hurry_facts()
    return True


def _write_down(keeper: KeeperFacts, verb: str, incident: Incident) -> None:
    detail = {"incident": incident.pk, "seat": str(incident.seat_id)}
    append_log(keeper.keeper_id, verb, room=incident.room, detail=detail)
