"""Covering a part of somebody's words, and bringing it back."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.actions.sealing import seal
from ibasho.moderation.models import Redaction
from ibasho.moderation.pieces import cover_pieces, covered_spans, pieces_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.models import Message


def redact(
    keeper: KeeperFacts,
    slug: str,
    message_id: UUID | str,
    *,
    pieces: Collection[int],
    seen: int,
    rule: str,
    words: str = "",
) -> Redaction:
    """Cover these pieces of shown words, seal the whole, and tell their writer why; the rest stays.

    `seen`: the row's number when the pieces were chosen. A second tap, also of another keeper who chose the
    same, gets the first one's answer; more can be covered later, and the newest act brings back the whole.
    Refuses `not_found`, `not_shown` (also for words that changed meanwhile), `malformed` (no such promise or
    piece, all of them, a keeper's words), `too_long`.
    """
    reason = acting.read_reason(rule, words)
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        message = acting.message_of_others(room, message_id)
        standing = _standing(message)
        if standing is not None and _is_the_same(standing, message, pieces):
            return standing
        if message.state != Message.State.SHOWN:
            raise Refusal("not_shown")
        if message.seq != seen:
            raise Refusal("not_shown", _CHANGED)
        covered = _covered(message.text or "", pieces)

        kept = seal(message)
        _let_go(message)
        rooms.redact_message(room.pk, str(message.pk), covered)
        code, code_hash = acting.new_code()
        act = Redaction.objects.create(
            room=room,
            seat_id=message.seat_id,
            message=message,
            seal=kept,
            spans=covered_spans(kept.text, covered) if kept is not None else [],
            keeper_id=keeper.keeper_id,
            rule_key=rule,
            words=reason.words,
            at=clock.now(),
            code_hash=code_hash,
        )

        acting.tell(
            message.seat, "redacted", letters.redacted(room, message, reason, code), act=code, at=act.at
        )
        acting.write_down(keeper, "redact", room, act, message=str(message.pk), rule=rule, words=reason.words)
    return act


def lift_redaction(keeper: KeeperFacts, slug: str, message_id: UUID | str) -> Redaction:
    """Bring the covered part back and tell the writer. A second tap changes nothing.

    Refuses `not_found` when nobody covered any, `not_shown` when the words were changed or taken back
    meanwhile, or their seal has ended.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        message = acting.message_of_others(room, message_id)
        acts = Redaction.objects.select_related("seal", "seat__person").filter(message=message)
        act = acts.order_by("-at", "-id").first()
        if act is None:
            raise Refusal("not_found")
        if act.lifted_at is not None:
            return act
        if not message.redacted:
            raise Refusal("not_shown", _MENDED)
        if act.seal is None:
            raise Refusal("not_shown", _GONE)

        rooms.restore_redacted(room.pk, str(message.pk), act.seal.text)
        acting.lift(keeper, act, "redacted")

        acting.tell(message.seat, "redaction_lifted", letters.redaction_lifted(room, message))
        acting.write_down(keeper, "lift_redaction", room, act, message=str(message.pk), rule=act.rule_key)
    return act


def _standing(message: Message) -> Redaction | None:
    if not message.redacted:
        return None
    acts = Redaction.objects.select_related("seal").filter(message=message, lifted_at__isnull=True)
    return acts.first()


def _is_the_same(act: Redaction, message: Message, pieces: Collection[int]) -> bool:
    """Whether these pieces of the whole are what is covered now."""
    whole = act.seal.text if act.seal is not None else ""
    there = range(len(pieces_of(whole)))
    return all(number in there for number in pieces) and cover_pieces(whole, pieces) == message.text


def _let_go(message: Message) -> None:
    """An earlier act, of which the writer mended the words or which this one covers more of, has nothing to undo."""
    Redaction.objects.filter(message=message, lifted_at__isnull=True).update(message=None)


def _covered(text: str, chosen: Collection[int]) -> str:
    there = range(len(pieces_of(text)))
    if not chosen or not all(number in there for number in chosen):
        raise Refusal("malformed", _CHOOSE)
    if set(chosen) == set(there):
        raise Refusal("malformed", _ALL)
    return cover_pieces(text, chosen)


_CHOOSE = "かくす部分を、えらんでください。"
_ALL = "ぜんぶをかくすときは、「かくす」を使ってください。"
_CHANGED = "この書き込みは、いま変わりました。もう一度、かくす部分をえらんでください。"
_MENDED = "書いた方が、言葉をなおしました。もどすものは、もうありません。"
_GONE = "もとの言葉は、見直しの日がすぎたので、もう残っていません。"
