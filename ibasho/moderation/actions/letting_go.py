"""Whoever looks after a danger to a life lets it go, by a tap, with their duty, or by not being there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ibasho.duty.models import Duty
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions.incidents import What, about, free, locked_incident, note_step, take
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.unseeing import forget_look
from ibasho.moderation.models import Incident, IncidentStep
from ibasho.moderation.queries.incidents import left_alone
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms import actions as rooms
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Room

_TAKEN_MEANWHILE = "いま、ほかのスタッフが見ています。"


def release_incident(keeper: KeeperFacts, incident_id: int) -> Incident:
    """Let another keeper look after it: everybody is alerted anew. Refuses `not_found` without a duty, and
    `malformed` where another has it.
    """
    with locked_incident(keeper, incident_id) as incident:
        if incident.is_open and incident.taken_by_id is not None:
            if incident.taken_by_id != keeper.keeper_id:
                raise Refusal("malformed", _TAKEN_MEANWHILE)
            _give_back(incident, keeper.keeper_id)
    return incident


def release_incidents_of(keeper_id: int) -> None:
    """The same for all that a keeper has whose duty ends in this transaction, whatever ends it."""
    for incident in Incident.objects.filter(taken_by=keeper_id, closed_at__isnull=True).select_related(
        "room"
    ):
        _give_back(incident, keeper_id)


def hand_over_incidents(duty_id: int, to_duty_id: int) -> None:
    """All that the one keeper looks after is the other's, quiet rooms too. In the transaction in which their
    duty is taken over.
    """
    giver, taker = (Duty.objects.select_related("keeper").get(pk=pk).keeper for pk in (duty_id, to_duty_id))
    keeper = facts_of(taker)
    for incident in Incident.objects.filter(taken_by=giver, closed_at__isnull=True).select_related("room"):
        take(keeper, incident, clock.now())
        detail = about(incident) | {"instead_of": giver.pk}
        append_log(keeper.keeper_id, "take_incident", room=incident.room, detail=detail)
    for room in Room.objects.filter(duties__duty=duty_id, entry=Room.Entry.INVITATION):
        rooms.sit_beside(keeper, room)


def release_absent() -> int:
    """Give back what somebody looks after, or has only looked at, who is not there, so that it alerts the others;
    returns how many.

    Safe to run twice and in parallel.
    """
    now = clock.now()
    return sum(_release_absent(row.pk, row.room_id, now) for row in left_alone(now))


def _release_absent(incident_id: int, room_id: int, now: datetime) -> bool:
    with transaction.atomic():
        ledger.lock_rooms([room_id])
        incident = left_alone(now).filter(pk=incident_id).first()
        if incident is None:
            return False
        if incident.taken_by_id is None:
            forget_look(incident, now)
        else:
            free(incident, now)
        note_step(incident, What.ABSENT)
        append_log(None, "alert_again", room=incident.room, detail=about(incident))
    return True


def _give_back(incident: Incident, keeper_id: int) -> None:
    free(incident, clock.now())
    IncidentStep.objects.create(
        incident=incident, what=What.RELEASED, keeper_id=keeper_id, at=incident.alerted_at
    )
    append_log(keeper_id, "release_incident", room=incident.room, detail=about(incident))
    hurry_desk()
