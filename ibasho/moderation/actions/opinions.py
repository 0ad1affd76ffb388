"""ほかのスタッフに聞く: a keeper who is about to act asks a colleague, and hears a short answer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.models import Opinion
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room

_KEPT = timedelta(hours=1)
_ASK_ANSWER = "どう思うかを、ひとつえらんでください。"


def ask_colleague(keeper: KeeperFacts, slug: str, message_id: UUID | str) -> Opinion:
    """All others on duty in this room are asked what they think; whose words they are learns nothing of it.

    One at a time: a question that another asked about the same words is the answer. Refuses as `words_of_others`.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        message = acting.words_of_others(room, message_id)
        mine = {"asked_by_id": keeper.keeper_id, "asked_at": clock.now()}
        opinion, is_new = Opinion.objects.get_or_create(message=message, defaults=mine)
        if is_new:
            _write_down(keeper, "ask_colleague", room, message)
    return opinion


def answer_colleague(keeper: KeeperFacts, slug: str, message_id: UUID | str, *, answer: str) -> Opinion:
    """The first answer stands. Refuses `malformed` for another than the three, `not_found` where nobody asks, or
    one does oneself.
    """
    if answer not in Opinion.Answer.values or not answer:
        raise Refusal("malformed", _ASK_ANSWER)
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        opinion = _opinions(room, message_id).exclude(asked_by=keeper.keeper_id).first()
        if opinion is None:
            raise Refusal("not_found")
        if not opinion.answer:
            opinion.answer, opinion.answered_by_id = answer, keeper.keeper_id
            opinion.save(update_fields=["answer", "answered_by"])
            _write_down(keeper, "answer_colleague", room, opinion.message, answer=answer)
    return opinion


def end_question_to_colleagues(keeper: KeeperFacts, slug: str, message_id: UUID | str) -> None:
    """わかりました, or いまはいいです, of who asked. A second tap changes nothing."""
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        if _opinions(room, message_id).filter(asked_by=keeper.keeper_id).delete()[0]:
            hurry_desk()


def forget_old_opinions() -> None:
    """What nobody has ended for an hour. Safe to run twice."""
    old = Opinion.objects.filter(asked_at__lt=clock.now() - _KEPT)
    if old.exists():
        with transaction.atomic():
            old.delete()


def _opinions(room: Room, message_id: UUID | str) -> QuerySet[Opinion]:
    return Opinion.objects.filter(message=acting.as_uuid(message_id), message__room=room).select_related(
        "message"
    )


def _write_down(keeper: KeeperFacts, verb: str, room: Room, message: Message, **more: str) -> None:
    detail = {"seat": str(message.seat_id), "message": str(message.pk), **more}
    append_log(keeper.keeper_id, verb, room=room, detail=detail)
    hurry_desk()
