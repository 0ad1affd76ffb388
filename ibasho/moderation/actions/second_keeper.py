"""もう一人をよぶ: whoever is alone in a quiet room asks every desk for its second keeper."""

from __future__ import annotations

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions.incidents import What, about, locked_incident, note_step
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.models import Incident
from ibasho.moderation.queries.incidents import caller_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from ibasho.rooms.queries import is_on_duty, keepers_there, present_session
from ibasho.rooms.queries.keepers import QUIET_KEEPERS

_NOT_THERE = "静かな部屋にいるスタッフだけが、もう一人をよべます。"


def call_second_keeper(keeper: KeeperFacts, incident_id: int) -> Incident:
    """Every desk hears that this keeper waits there alone, until somebody comes. A second tap changes nothing, nor
    does the first where two are there by now.

    Refuses `not_found` without a duty, `malformed` to who sits in no quiet room of this incident.
    """
    with locked_incident(keeper, incident_id) as incident:
        room = incident.quiet_room
        if room is None or present_session(room) is None or not is_on_duty(keeper.person_id, room.pk):
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


def _is_one_missing(room: Room) -> bool:
    return keepers_there([room.pk], clock.now()).get(room.pk, 0) < QUIET_KEEPERS
