"""Undoing one act after a second look, as if it had not been: whatever it took away is given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import acting, bounds, letters
from ibasho.moderation.actions.holding import wait_again
from ibasho.moderation.actions.suspending import end_on_person
from ibasho.moderation.actions.unnaming import named_again
from ibasho.moderation.models import (
    Act,
    Bounded,
    Hiding,
    KeepingBack,
    Redaction,
    Rest,
    RoomRemoval,
    Suspension,
    Unnaming,
)
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.models import Message


def overturn(keeper: KeeperFacts, act: Act) -> list[str]:
    """Undo this act and no other, behind the room's lock; what the person is told is so from now on."""
    is_in_force = act.is_in_force_at(clock.now())  # type: ignore[attr-defined]
    told, undo = _UNDO[type(act)]
    if act.lifted_at is None:
        acting.lift(keeper, act, told)
    return undo(act, is_in_force)


def _hiding(act: Hiding, is_in_force: bool) -> list[str]:
    message = act.message
    if is_in_force and message is not None:
        rooms.restore_message(act.room_id, str(message.pk))
    # also when a keeper had brought them back before; not when their writer took them back
    is_back = message is not None and (is_in_force or message.state == Message.State.SHOWN)
    return letters.readable_again(act.room, message) if is_back and message else []


def _redaction(act: Redaction, is_in_force: bool) -> list[str]:
    message = act.message
    if is_in_force and message is not None and act.seal is not None:
        rooms.restore_redacted(act.room_id, str(message.pk), act.seal.text)
        return letters.readable_again(act.room, message)
    return []


def _unnaming(act: Unnaming, is_in_force: bool) -> list[str]:
    return named_again(act) if is_in_force else []


def _keeping_back(act: KeepingBack, is_in_force: bool) -> list[str]:
    """Shown at once if that can be; else they wait again, or it is said why that cannot be either."""
    held = act.held
    if not is_in_force or held is None:
        return []
    then = wait_again(act)
    if then != letters.WAITS:
        return [then]
    try:
        return letters.readable_again(act.room, rooms.release_held(act.room_id, held.pk, None))
    except Refusal:  # the writer rests, or the room: a keeper shows them later
        return [then]


def _rest(act: Rest, is_in_force: bool) -> list[str]:
    until = bounds.until_of(Rest, act.seat)
    if is_in_force and until is None:
        rooms.lift_rest(str(act.seat_id))
    elif is_in_force and until is not None:
        rooms.rest_seat(str(act.seat_id), until)
    return _from_now_on(act)


def _removal(act: RoomRemoval, is_in_force: bool) -> list[str]:
    until = bounds.until_of(RoomRemoval, act.seat)
    if is_in_force and until is None:
        rooms.let_back(str(act.seat_id))
    elif is_in_force and until is not None:
        rooms.remove_seat(str(act.seat_id), until)
    return _from_now_on(act)


def _suspension(act: Suspension, is_in_force: bool) -> list[str]:
    left = end_on_person(act)
    if act.proposal is not None:  # what one keeper said about the seat goes with what came of it
        act.proposal.delete()
    return letters.usable_from_now(left)


def _from_now_on(act: Bounded) -> list[str]:
    return letters.usable_again(bounds.until_of(Rest, act.seat), bounds.until_of(RoomRemoval, act.seat))


# Every kind of act stands here, with the letter that told of it; a test walks them.
_UNDO: dict[type[Act], tuple[str, Callable[[Any, bool], list[str]]]] = {
    Hiding: ("hidden", _hiding),
    KeepingBack: ("kept_back", _keeping_back),
    Redaction: ("redacted", _redaction),
    Rest: ("resting", _rest),
    RoomRemoval: ("removed", _removal),
    Suspension: ("suspended", _suspension),
    Unnaming: ("unnamed", _unnaming),
}
