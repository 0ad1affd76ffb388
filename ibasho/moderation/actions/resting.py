"""少し休む: a seat reads and does not write for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import acting, bounds, letters
from ibasho.moderation.models import Rest, RoomRemoval
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.models import Room

UNTIL_CLOSING = 0
MINUTES = (10, 30, 60, UNTIL_CLOSING)


def rest(
    keeper: KeeperFacts,
    slug: str,
    seat_id: UUID | str,
    *,
    minutes: int,
    rule: str,
    words: str = "",
    message_id: UUID | str | None = None,
) -> Rest:
    """Let a seat rest for 10, 30 or 60 minutes, or (0) until the room closes, and tell its person why.

    A rest that lasts as long already is the answer to a second tap. Refuses `not_found`,
    `malformed` (no such promise or length, a keeper's seat), `too_long`.
    """
    if minutes not in MINUTES:
        raise Refusal("malformed", "どのくらい休むか、ひとつえらんでください。")
    reason = acting.read_reason(rule, words)
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        seat = acting.seat_of_others(room, seat_id)
        until = _end(room, minutes)
        standing = bounds.lasting(Rest, seat, until)
        if standing is not None:
            return standing

        act, code = bounds.begin(Rest, keeper, room, seat, until, reason, message_id)
        rooms.rest_seat(str(seat.pk), until)

        is_sealed = act.message_key is not None
        letter = letters.resting(room, until, reason, code, is_sealed=is_sealed)
        acting.tell(seat, "resting", letter, act=code, at=act.at)
        bounds.write_down(keeper, "rest", room, act)
    return act


def lift_rest(keeper: KeeperFacts, slug: str, seat_id: UUID | str) -> Rest:
    """Let a resting seat write again, and tell its person. A second tap changes nothing.

    Refuses `not_found` when nobody let it rest.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        seat = acting.seat_of_others(room, seat_id)
        act, is_first = bounds.end(Rest, keeper, seat, "resting")
        if is_first:
            rooms.lift_rest(str(seat.pk))
            acting.tell(seat, "rest_lifted", letters.rest_lifted(room, bounds.until_of(RoomRemoval, seat)))
            acting.write_down(keeper, "lift_rest", room, act, rule=act.rule_key)
    return act


def _end(room: Room, minutes: int) -> datetime:
    return clock.now() + timedelta(minutes=minutes) if minutes else bounds.closing_of(room)
