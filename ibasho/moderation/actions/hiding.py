"""Hiding words and bringing them back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.actions.sealing import seal
from ibasho.moderation.models import Hiding
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.models import Message


def hide(keeper: KeeperFacts, slug: str, message_id: UUID | str, *, rule: str, words: str = "") -> Hiding:
    """Take words out of everybody's sight, seal them, and tell their writer why.

    A second tap, also of another keeper, gets the first one's answer. Refuses `not_found`,
    `not_shown`, `malformed` (no such promise, a keeper's words), `too_long`.
    """
    reason = acting.read_reason(rule, words)
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        message = acting.message_of_others(room, message_id)
        standing = _standing(message)
        if standing is not None:
            return standing
        if message.state != Message.State.SHOWN:
            raise Refusal("not_shown")

        seal(message)
        rooms.hide_message(room.pk, str(message.pk))
        code, code_hash = acting.new_code()
        act = Hiding.objects.create(
            room=room,
            seat_id=message.seat_id,
            message=message,
            keeper_id=keeper.keeper_id,
            rule_key=rule,
            words=reason.words,
            at=clock.now(),
            code_hash=code_hash,
        )

        acting.tell(message.seat, "hidden", letters.hidden(room, message, reason, code), act=code, at=act.at)
        acting.write_down(keeper, "hide", room, act, message=str(message.pk), rule=rule, words=reason.words)
    return act


def restore(keeper: KeeperFacts, slug: str, message_id: UUID | str) -> Hiding:
    """Bring hidden words back and tell their writer. A second tap changes nothing.

    Refuses `not_found` when nobody hid them, `not_shown` when they were taken back meanwhile.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        message = acting.message_of_others(room, message_id)
        act = Hiding.objects.filter(message=message).order_by("-at", "-id").first()
        if act is None:
            raise Refusal("not_found")
        if act.lifted_at is not None:
            return act
        if message.state != Message.State.HIDDEN:
            raise Refusal("not_shown")

        rooms.restore_message(room.pk, str(message.pk))
        acting.lift(keeper, act, "hidden")

        acting.tell(message.seat, "restored", letters.restored(room, message))
        acting.write_down(keeper, "restore", room, act, message=str(message.pk), rule=act.rule_key)
    return act


def _standing(message: Message) -> Hiding | None:
    if message.state != Message.State.HIDDEN:
        return None
    return Hiding.objects.filter(message=message, lifted_at__isnull=True).first()
