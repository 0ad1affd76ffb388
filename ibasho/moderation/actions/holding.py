"""Deciding about words that wait: showing them, keeping them back, and letting them wait again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.actions.claiming import settle_claim
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.sealing import seal_held
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.models import KeepingBack
from ibasho.moderation.queries.held import KIND
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.models import HeldPost, Message, Room

_Outcome = HeldPost.Outcome


def release(keeper: KeeperFacts, slug: str, held_id: UUID | str) -> Message:
    """Show words that waited. Their writer sees them come; a letter would say no more.

    A second tap, also of another keeper, gets the first one's answer. Refuses as `rooms.actions.release_held`,
    and `asked` while another looks at them.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        held = _held(room, held_id)
        if held.outcome == _Outcome.RELEASED:
            return Message.objects.get(pk=held.pk)

        settle_claim(keeper, ref_of(KIND, held.pk))
        message = rooms.release_held(room.pk, held.pk, keeper.keeper_id)

        detail = {"seat": str(held.seat_id), "message": str(held.pk), "why": held.code}
        append_log(keeper.keeper_id, "release", room=room, detail=detail)
        hurry_desk()
    return message


def keep_back(
    keeper: KeeperFacts, slug: str, held_id: UUID | str, *, rule: str, words: str = ""
) -> KeepingBack:
    """Do not show words that waited, seal them, and tell their writer why.

    A second tap, also of another keeper, gets the first one's answer. Refuses `not_found`, `not_shown`,
    `malformed` (no such promise), `asked` while another looks at them, `too_long`.
    """
    reason = acting.read_reason(rule, words)
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        held = _held(room, held_id)
        standing = KeepingBack.objects.filter(held=held, lifted_at__isnull=True).first()
        if standing is not None:
            return standing

        settle_claim(keeper, ref_of(KIND, held.pk))
        seal_held(held)
        rooms.keep_held_back(room.pk, held.pk, keeper.keeper_id)
        code, code_hash = acting.new_code()
        act = KeepingBack.objects.create(
            room=room,
            seat_id=held.seat_id,
            held=held,
            message_key=held.pk,
            keeper_id=keeper.keeper_id,
            rule_key=rule,
            words=reason.words,
            at=clock.now(),
            code_hash=code_hash,
        )

        acting.tell(held.seat, "kept_back", letters.kept_back(room, held, reason, code), act=code, at=act.at)
        acting.write_down(
            keeper, "keep_back", room, act, message=str(held.pk), rule=rule, words=reason.words, why=held.code
        )
    return act


def let_wait(keeper: KeeperFacts, slug: str, held_id: UUID | str) -> KeepingBack:
    """Undo `keep_back` and tell their writer: they wait again, or, once their session is over, it is only said
    that the decision was taken back. A second tap changes nothing. Refuses `not_found` when nobody kept them.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        act = KeepingBack.objects.filter(room=room, held=_held(room, held_id)).order_by("-at", "-id").first()
        if act is None:
            raise Refusal("not_found")
        if act.lifted_at is not None:
            return act

        then = wait_again(act)
        acting.lift(keeper, act, "kept_back")

        acting.tell(act.seat, "waits_again", letters.waits_again(room, act.held or HeldPost(at=act.at), then))
        acting.write_down(keeper, "let_wait", room, act, message=str(act.message_key), rule=act.rule_key)
    return act


def wait_again(act: KeepingBack) -> str:
    """Behind the room's lock: the words wait again, unless their time is over. Returns what is so now."""
    if act.held is None or act.held.outcome != _Outcome.KEPT_BACK:
        return letters.OVER
    held = rooms.let_wait_again(act.room_id, act.held.pk)
    if held.outcome == _Outcome.WAITING:
        return letters.WAITS
    return letters.OVER if held.seat.left_at is None else letters.LEFT


def _held(room: Room, held_id: UUID | str) -> HeldPost:
    posts = HeldPost.objects.select_related("seat__person")
    held = posts.filter(room=room, pk=acting.as_uuid(held_id)).first()
    if held is None:
        raise Refusal("not_found")
    return held
