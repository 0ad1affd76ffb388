"""名前をはずす: a name that should not stand in a room goes from it, and comes back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import skeleton
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.actions.sealing import seal_name
from ibasho.moderation.models import Unnaming
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.models import HeldPost, Message, Room, Seat


def unname(keeper: KeeperFacts, slug: str, message_id: UUID | str, *, rule: str, words: str = "") -> Unnaming:
    """Take the name over these words, which are shown or wait, out of everybody's sight wherever their seat wrote
    under it; seal it, and tell its person why. Whoever still bears it goes on under おまかせ.

    A second tap, also from other words under that name, gets the first one's answer. Refuses `not_found`,
    `not_shown` where no name stands, `malformed` (no such promise, a keeper's words), `too_long`.
    """
    reason = acting.read_reason(rule, words)
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        message = _words(room, message_id)
        seat, name = message.seat, message.call_name
        if not name:
            raise Refusal("not_shown", _NO_NAME)
        standing = _standing(seat, name)
        if standing is not None:
            return standing

        kept = seal_name(seat, name)
        given = rooms.take_name(room.pk, str(seat.pk), name)
        code, code_hash = acting.new_code()
        act = Unnaming.objects.create(
            room=room,
            seat=seat,
            message_key=message.pk,
            seal=kept,
            name_skeleton=skeleton(name),
            given_name=given,
            keeper_id=keeper.keeper_id,
            rule_key=rule,
            words=reason.words,
            at=clock.now(),
            code_hash=code_hash,
        )

        letter = letters.unnamed(room, message.at, reason, code, is_renamed=bool(given))
        acting.tell(seat, "unnamed", letter, act=code, at=act.at)
        acting.write_down(keeper, "unname", room, act, message=str(message.pk), rule=rule, words=reason.words)
    return act


def give_name_back(keeper: KeeperFacts, slug: str, seat_id: UUID | str, unnaming_id: int) -> Unnaming:
    """Show the name again, and tell its person. A second tap changes nothing.

    Refuses `not_found` when nobody took it, `not_shown` when its seal has ended.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        acts = Unnaming.objects.select_related("seal", "seat__person").filter(room=room)
        act = acts.filter(seat=acting.as_uuid(seat_id), pk=unnaming_id).first()
        if act is None:
            raise Refusal("not_found")
        if act.lifted_at is not None:
            return act
        if act.seal is None:
            raise Refusal("not_shown", _GONE)

        # First, or the name would still be nobody's when it is given back.
        acting.lift(keeper, act, "unnamed")
        then = named_again(act)

        acting.tell(act.seat, "name_back", letters.name_back(room, then))
        acting.write_down(keeper, "give_name_back", room, act, rule=act.rule_key)
    return act


def named_again(act: Unnaming) -> list[str]:
    """Give back what a lifted act took; returns what is so from now on."""
    if act.seal is None:
        return []
    name, instead = act.seal.text, act.given_name
    is_borne = rooms.give_name_back(act.room_id, str(act.seat_id), name, instead=instead)
    return letters.named_again(is_borne=is_borne)


def _words(room: Room, message_id: UUID | str) -> Message | HeldPost:
    held_posts = HeldPost.objects.select_related("seat__person").exclude(outcome=HeldPost.Outcome.RELEASED)
    held = held_posts.filter(room=room, pk=acting.as_uuid(message_id)).first()
    if held is None:
        return acting.message_of_others(room, message_id)
    if held.outcome != HeldPost.Outcome.WAITING:
        raise Refusal("not_shown", _DECIDED)
    return held


def _standing(seat: Seat, name: str) -> Unnaming | None:
    in_force = Unnaming.objects.filter(lifted_at__isnull=True, seal__isnull=False)
    return in_force.filter(seat=seat, name_skeleton=skeleton(name)).first()


_NO_NAME = "この書き込みには、名前が出ていません。"
_DECIDED = "この言葉は、もう待っていません。"
_GONE = "もとの名前は、見直しの日がすぎたので、もう残っていません。"
