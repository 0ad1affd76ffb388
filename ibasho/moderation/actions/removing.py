"""Out of one room for a while; every other room stays open."""

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
DAYS = (UNTIL_CLOSING, 1, 7, 14, 30)


def remove(
    keeper: KeeperFacts,
    slug: str,
    seat_id: UUID | str,
    *,
    days: int,
    rule: str,
    words: str = "",
    message_id: UUID | str | None = None,
) -> RoomRemoval:
    """Take a seat out of this room for 1, 7, 14 or 30 days, or (0) until the room closes; tell its person why.

    Refuses as `rest`; a removal that lasts as long already is the answer to a second tap.
    """
    if days not in DAYS:
        raise Refusal("malformed", "いつまでか、ひとつえらんでください。")
    reason = acting.read_reason(rule, words)
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        seat = acting.seat_of_others(room, seat_id)
        until = _end(room, days)
        standing = bounds.lasting(RoomRemoval, seat, until)
        if standing is not None:
            return standing

        act, code = bounds.begin(RoomRemoval, keeper, room, seat, until, reason, message_id)
        is_sealed = act.message_key is not None
        letter = letters.removed(room, until, reason, code, is_sealed=is_sealed)
        # The letter first: the line that carries it is about to end.
        acting.tell(seat, "removed", letter, act=code, at=act.at)

        rooms.remove_seat(str(seat.pk), until)
        bounds.write_down(keeper, "remove", room, act)
    return act


def let_back(keeper: KeeperFacts, slug: str, seat_id: UUID | str) -> RoomRemoval:
    """Open the room again to a removed seat, and tell its person. A second tap changes nothing.

    Refuses `not_found` when nobody removed it.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        seat = acting.seat_of_others(room, seat_id)
        act, is_first = bounds.end(RoomRemoval, keeper, seat, "removed")
        if is_first:
            rooms.let_back(str(seat.pk))
            acting.tell(seat, "let_back", letters.let_back(room, bounds.until_of(Rest, seat)))
            acting.write_down(keeper, "let_back", room, act, rule=act.rule_key)
    return act


def _end(room: Room, days: int) -> datetime:
    return clock.now() + timedelta(days=days) if days else bounds.closing_of(room)
