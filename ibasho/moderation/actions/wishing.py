"""静かな部屋で話したい: said by the person themself, with the button of the support card."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from ibasho.house.support_card import TALK_MINUTES
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions.incidents import Level, Origin, begin
from ibasho.moderation.models import Incident
from ibasho.moderation.queries.incidents import open_incidents, wishes_talk
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Seat
from ibasho.rooms.queries import present_session


def wish_quiet_room(seat_id: str, *, about_other: bool) -> Incident:
    """Every desk hears that whoever sits there asks to talk with two keepers.

    A second tap within half an hour changes nothing unless they were invited meanwhile, and none does while a quiet
    room of theirs goes on. Refuses `not_found` where nobody sits.
    """
    with transaction.atomic():
        seats = Seat.objects.select_related("room", "person").filter(pk=seat_id)
        ledger.lock_rooms(seats.values_list("room_id", flat=True))
        # behind the lock: whoever was erased just now wishes nothing any more
        seat = seats.filter(person__isnull=False).first()
        if seat is None:
            raise Refusal("not_found")
        standing = open_incidents().select_related("quiet_room").filter(seat=seat).first()
        if standing is not None and _is_answered(standing):
            return standing
        incident, _ = begin(seat, seat.room, level=Level.LOOK, about_other=about_other, origin=Origin.ASKED)
    return incident


def _is_answered(incident: Incident) -> bool:
    room = incident.quiet_room
    goes_on = room is not None and present_session(room) is not None
    lately = incident.words.filter(at__gt=clock.now() - timedelta(minutes=TALK_MINUTES))
    return goes_on or wishes_talk(incident, lately)
