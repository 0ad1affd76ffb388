"""もう一人をよぶ: whoever is alone in a quiet room asks every desk for its second keeper."""

from __future__ import annotations

from django.db import transaction

from ibasho.duty.queries import is_keeper_there, is_there
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions.incidents import What, about, locked_incident, note_step
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.models import Incident
from ibasho.moderation.queries.incidents import caller_of, calls_out, incident_for
from ibasho.people.queries import KeeperFacts, keeper_facts
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Room, RoomDuty
from ibasho.rooms.queries import is_on_duty, keepers_there, present_session
from ibasho.rooms.queries.keepers import QUIET_KEEPERS

_NOT_THERE = "静かな部屋にいるスタッフだけが、もう一人をよべます。"


def call_second_keeper(keeper: KeeperFacts, incident_id: int) -> Incident:
    """Every desk hears that this keeper waits there alone, until somebody comes. A second tap changes nothing, nor
    does the first where two are there by now.

    Refuses `not_found` without a duty, `malformed` to who sits in no quiet room of this incident or is not there.
    """
    with locked_incident(keeper, incident_id) as incident:
        room = incident.quiet_room
        if room is None or present_session(room) is None or not _is_in(keeper, room):
            raise Refusal("malformed", _NOT_THERE)
        if _is_one_missing(room) and caller_of(incident) != keeper.keeper_id:
            note_step(incident, What.QUIET_CALLED, keeper)
            append_log(keeper.keeper_id, "call_second_keeper", room=incident.room, detail=about(incident))
    return incident


def stop_calling_second_keeper(keeper: KeeperFacts, incident_id: int) -> Incident:
    """Undo `call_second_keeper`, by whoever called. A second tap changes nothing. Refuses `not_found` without a duty."""
    with locked_incident(keeper, incident_id) as incident:
        if caller_of(incident) == keeper.keeper_id:
            note_step(incident, What.CALL_LIFTED, keeper)
            detail = about(incident)
            append_log(keeper.keeper_id, "stop_calling_second_keeper", room=incident.room, detail=detail)
    return incident


def end_answered_calls() -> int:
    """Those into rooms where two are there by now, whether the second took the way of the desk, came back from a
    break or has a line again: when they go, nothing rings by itself. Returns how many. Safe to run twice.
    """
    return sum(_end_once(incident_id) for incident_id in calls_out())


def _end_once(incident_id: int) -> bool:
    room = incident_for(incident_id).quiet_room
    if room is None or _is_one_missing(room):
        return False
    with transaction.atomic():
        ledger.lock_rooms([incident_for(incident_id).room_id])
        return end_call_if_answered(incident_for(incident_id))


def end_call_if_answered(incident: Incident) -> bool:
    """In the transaction of the caller, who holds its room: whoever sat there and is there again has come."""
    room, caller = incident.quiet_room, caller_of(incident)
    if room is None or caller is None or _is_one_missing(room):
        return False
    there = RoomDuty.objects.filter(is_there(clock.now(), "duty__"), room=room, duty__is_first=False)
    second = there.exclude(duty__keeper=caller).values_list("duty__keeper__person_id", flat=True).first()
    note_step(incident, What.QUIET_JOINED, keeper_facts(second) if second is not None else None)
    return True


def _is_in(keeper: KeeperFacts, room: Room) -> bool:
    return is_on_duty(keeper.person_id, room.pk) and is_keeper_there(keeper.keeper_id, clock.now())


def _is_one_missing(room: Room) -> bool:
    return keepers_there([room.pk], clock.now()).get(room.pk, 0) < QUIET_KEEPERS
