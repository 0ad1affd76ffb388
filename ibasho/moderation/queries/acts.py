"""What keepers did in a room, as their desk shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ibasho.lib import clock
from ibasho.moderation.models import (
    Act,
    Hiding,
    KeepingBack,
    Redaction,
    Rest,
    ReviewRequest,
    RoomRemoval,
    Suspension,
    Unnaming,
)
from ibasho.moderation.queries.reasons import reason_texts
from ibasho.rooms.models import Room

NEWEST = 50
_GONE = "いまはいないスタッフ"
_NO_NAME = "見ているだけの席"


@dataclass(frozen=True, slots=True)
class ActShown:
    """`undo` is the path below `/desk/rooms/<slug>/` that lifts it; empty when nothing is left to lift, or when it
    is lifted elsewhere. `keepers` did it together: none of them looks at it again. `seal` is of a name.
    """

    id: int
    verb: str
    who: str
    seat: UUID
    seat_name: str
    message: UUID | None
    rule: str
    words: str
    at: datetime
    until: datetime | None
    is_lifted: bool
    lifted_by: str
    is_in_force: bool
    undo: str
    keepers: frozenset[int]
    seal: int | None


def acts_in(room_id: int, newest: int = NEWEST) -> list[ActShown]:
    """The newest acts of a room that are still kept, newest first; none that a review took back.

    One query a kind, and the promises.
    """
    return _newest(Q(room_id=room_id), newest)


def acts_on(seat_id: UUID) -> list[ActShown]:
    """The same for one seat: what was done before, and by that seat alone."""
    return _newest(Q(seat_id=seat_id), NEWEST)


def _newest(which: Q, newest: int) -> list[ActShown]:
    rows: list[Any] = []
    taken_back = ReviewRequest.objects.filter(outcome=ReviewRequest.Outcome.OVERTURNED).values("code_hash")
    for kind in _KINDS:
        acts = kind.objects.filter(which).exclude(code_hash__in=taken_back)
        rows += _with_names(kind, acts).order_by("-at", "-id")[:newest]
    newest_rows = sorted(rows, key=lambda act: act.at, reverse=True)[:newest]
    rules = reason_texts({act.rule_key for act in newest_rows})
    return [_act(act, rules) for act in newest_rows]


def act_by(code_hash: str) -> Act | None:
    """The act with this code's fingerprint, whatever kind it is."""
    found = (kind.objects.filter(code_hash=code_hash).first() for kind in _KINDS) if code_hash else ()
    return next((act for act in found if act is not None), None)


def is_act_on(code_hash: str, person_id: int) -> bool:
    """Whether this fingerprint is of an act on a seat of this person."""
    act = act_by(code_hash)
    return act is not None and act.seat is not None and act.seat.person_id == person_id


def verb_of(act: Act) -> str:
    """As the log calls it."""
    return _KINDS[type(act)][0]


def acts_shown_by(code_hashes: list[str]) -> dict[str, tuple[Room, ActShown]]:
    """For each fingerprint: the room and the act."""
    rows: list[Any] = []
    missing = set(code_hashes)
    for kind in _KINDS:
        if not missing:
            break  # a code is of one act
        rows += _with_names(kind, kind.objects.filter(code_hash__in=missing)).select_related("room")
        missing -= {act.code_hash for act in rows}
    rules = reason_texts({act.rule_key for act in rows})
    return {act.code_hash: (act.room, _act(act, rules)) for act in rows}


def has_acts() -> Q:
    """For a query over seats: an act still hangs on the seat, so it must stay."""
    hangs = Q()
    for kind in _KINDS:
        hangs |= Q(Exists(kind.objects.filter(seat=OuterRef("pk"))))
    return hangs


def has_act_on(message_id: UUID) -> bool:
    """Whether an act that is still kept points at these words, and not at the name over them alone."""
    return any(
        kind.objects.filter(
            **{"message" if hasattr(kind, "message_id") else "message_key": message_id}
        ).exists()
        for kind in _KINDS
        if kind is not Unnaming
    )


def _with_names(kind: type[Act], rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("keeper", "lifted_by", "seat", *_AROUND.get(kind, ()))


def _act(act: Any, rules: Mapping[str, str]) -> ActShown:
    kind = type(act)
    verb, undo = _KINDS[kind]
    is_on_words = kind in _ON_WORDS
    message = act.message_id if is_on_words else act.message_key
    until = getattr(act, "until", None)
    is_in_force = act.is_in_force_at(clock.now())
    return ActShown(
        id=act.pk,
        verb=verb,
        who=_who(act),
        seat=act.seat_id,
        seat_name=act.seat.call_name or _NO_NAME,
        message=message,
        rule=rules[act.rule_key],
        words=act.words,
        at=act.at,
        until=until,
        is_lifted=act.lifted_at is not None,
        lifted_by=_lifted_by(act),
        is_in_force=is_in_force,
        undo=undo.format(message=message, seat=act.seat_id, act=act.pk) if is_in_force else "",
        keepers=act.made_by,
        seal=act.seal_id if isinstance(act, Unnaming) else None,
    )


def _who(act: Any) -> str:
    """One name, or both where it takes two."""
    both = [act.keeper, act.approved_by] if isinstance(act, Suspension) else [act.keeper]
    return "さんと、".join(one.duty_name if one else _GONE for one in both)


def _lifted_by(act: Act) -> str:
    if act.lifted_at is None:
        return ""
    return act.lifted_by.duty_name if act.lifted_by else _GONE


_ON_WORDS = (Hiding, Redaction)
_AROUND: dict[type[Act], tuple[str, ...]] = {
    Hiding: ("message",),
    Redaction: ("message",),
    KeepingBack: ("held",),
    Suspension: ("approved_by",),
}
_KINDS: dict[type[Any], tuple[str, str]] = {
    Hiding: ("hide", "messages/{message}/hiding/lift/"),
    KeepingBack: ("keep_back", "held/{message}/keeping/lift/"),
    Redaction: ("redact", "messages/{message}/redaction/lift/"),
    Rest: ("rest", "seats/{seat}/rest/lift/"),
    RoomRemoval: ("remove", "seats/{seat}/removal/lift/"),
    Unnaming: ("unname", "seats/{seat}/unnaming/{act}/lift/"),
    Suspension: ("suspend", ""),  # by a steward or a coordinator, who may have no duty there
}
