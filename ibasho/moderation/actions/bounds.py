"""Acts that end by themselves: how they begin, when two are one, and how all of a seat's end at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Max

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.acting import Reason
from ibasho.moderation.actions.sealing import seal
from ibasho.moderation.models import Bounded
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import GRACE_SECONDS, Room, Seat
from ibasho.rooms.queries.sessions import present_session

BoundedT = TypeVar("BoundedT", bound=Bounded)
# Two keepers who choose the same within a minute meant the same.
_SAME_SECONDS = 60
_WITHOUT_CLOSING = timedelta(hours=1)


def closing_of(room: Room) -> datetime:
    """When the present session takes no more words, its minute of grace included; for a room that is not
    open or never closes, in an hour.
    """
    session, now = present_session(room), clock.now()
    if session is None or session.closes_at is None or session.closes_at <= now:
        return now + _WITHOUT_CLOSING
    return session.closes_at + timedelta(seconds=GRACE_SECONDS)


def lasting(kind: type[BoundedT], seat: Seat, until: datetime) -> BoundedT | None:
    """The act in force that lasts until then anyway."""
    enough = until - timedelta(seconds=_SAME_SECONDS)
    rows = kind._default_manager.filter(seat=seat, lifted_at__isnull=True, until__gt=clock.now())
    return rows.filter(until__gte=enough).order_by("-until").first()


def begin(
    kind: type[BoundedT],
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    until: datetime,
    reason: Reason,
    message_id: UUID | str | None,
) -> tuple[BoundedT, str]:
    """The act, with the words it points at sealed, and its code. Refuses `not_found` for words of another."""
    message_key = _seal_words(room, seat, message_id) if message_id else None
    code, code_hash = acting.new_code()
    act = kind._default_manager.create(
        room=room,
        seat=seat,
        message_key=message_key,
        keeper_id=keeper.keeper_id,
        rule_key=reason.rule.key,
        words=reason.words,
        at=clock.now(),
        until=until,
        code_hash=code_hash,
    )
    return act, code


def end(kind: type[BoundedT], keeper: KeeperFacts, seat: Seat, told: str) -> tuple[BoundedT, bool]:
    """The newest act, and whether it was this that ended it: all in force on the seat end together."""
    acts = list(kind._default_manager.filter(seat=seat).order_by("-at", "-id"))
    if not acts:
        raise Refusal("not_found")
    in_force = [act for act in acts if act.is_in_force_at(clock.now())]
    for act in in_force:
        acting.lift(keeper, act, told)
    return acts[0], bool(in_force)


def until_of(kind: type[Bounded], seat: Seat) -> datetime | None:
    """How long the acts of this kind in force on the seat still hold it."""
    rows = kind._default_manager.filter(seat=seat, lifted_at__isnull=True, until__gt=clock.now())
    last: datetime | None = rows.aggregate(last=Max("until"))["last"]
    return last


def write_down(keeper: KeeperFacts, verb: str, room: Room, act: Bounded) -> None:
    message = {"message": str(act.message_key)} if act.message_key else {}
    until = clock.rfc3339(act.until)
    acting.write_down(keeper, verb, room, act, rule=act.rule_key, words=act.words, until=until, **message)


def _seal_words(room: Room, seat: Seat, message_id: UUID | str) -> UUID:
    message = acting.message_of_others(room, message_id)
    if message.seat_id != seat.pk:
        raise Refusal("not_found")
    seal(message)
    return message.pk
