"""スタッフに知らせる: telling the keepers, and taking it back for ten minutes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from ibasho.house.heeding import heed_or_ask
from ibasho.lib import clock, rate_limit, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.incidents import begin_from_concern, withdraw_from_incident
from ibasho.moderation.actions.sealing import seal
from ibasho.moderation.models import (
    CONCERN_BYTES,
    CONCERN_GRAPHEMES,
    TAKE_BACK_MINUTES,
    Concern,
    IncidentWords,
    SealedText,
    SuspensionProposal,
)
from ibasho.moderation.queries.acts import has_act_on
from ibasho.moderation.queries.concerns import open_concerns
from ibasho.people import erased
from ibasho.people.models import Person
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Message, Room

_ASK_REASON = (
    "いちばん近いものを、ひとつえらんでください。迷うときは、「わからないけど、気になる」で大丈夫です。"
)
_MANY = "いま、この部屋の知らせがつづいていて、これはまだ、届いていません。少し待つと、送れます。命や体のことが心配なときは、いつでも送れます。"
_LATE = "とりさげられるのは、知らせてから10分までです。"
_NEVER_ASKED = (Concern.Reason.LIFE, Concern.Reason.IDENTIFIERS)
_DECIDED = "スタッフが、もう確かめました。"


def tell_keepers(
    person: Person,
    room: Room,
    message_id: UUID | None = None,
    *,
    reason: str,
    words: str = "",
    as_is: bool = False,
) -> tuple[Concern, str]:
    """Tell the keepers of a room, about words in it or about the room; the concern, and its receipt code.

    The words pointed at are sealed as they stand. The caller has made sure that this person may know of
    them. Refuses `malformed` (no such reason), `too_long`, `not_found`, and `too_fast` when other words of
    this room were told too often just now: what one told already may always be told once more. A number
    in the words is `asked` about unless `as_is`, but not where numbers or a danger to life are told of.
    """
    if reason not in Concern.Reason.values:
        raise Refusal("malformed", _ASK_REASON)
    kept = concern_words(words)
    found = heed_or_ask(kept, as_is=as_is or reason in _NEVER_ASKED)
    about_dying = reason == Concern.Reason.LIFE or found.about_dying
    code, code_hash = acting.new_code()
    with transaction.atomic():
        ledger.lock_rooms([room.pk])
        message = _message(room, message_id)
        if not (about_dying or _is_first(person) or _told_already(person, message)):
            _take_turn(room)
        began = clock.now()
        sealed = seal(message, is_quiet=True) if message else None
        is_new = sealed is not None and sealed.sealed_at >= began
        concern = Concern.objects.create(
            code_hash=code_hash,
            room=room,
            message_key=message.pk if message else None,
            about_id=message.seat_id if message else None,
            seal=sealed,
            teller=person,
            reason=reason,
            words=kept,
            about_dying=about_dying,
            marks=found.marks_kept,
            # the same moment says later which seal was made for a concern
            at=sealed.sealed_at if sealed and is_new else began,
        )
        if concern.about_dying:
            begin_from_concern(concern, is_urgent=found.is_urgent)
        hurry_desk()
    return concern, code


def concern_words(words: str) -> str:
    """The words as they will be kept; empty is fine. Refuses `malformed`, `too_long`."""
    kept = unicode_text.clean(words)
    if unicode_text.is_empty(kept):
        return ""
    unicode_text.measure(kept, CONCERN_GRAPHEMES, CONCERN_BYTES)
    return kept


def take_back_concern(code_hash: str) -> Concern:
    """Undo the telling: nothing of it is left but that it was taken back, and no seal that only it needed.

    A second time changes nothing. Refuses `not_found`, and `edit_late` after ten minutes or once decided.
    """
    found = Concern.objects.filter(code_hash=code_hash).values_list("room_id", flat=True).first()
    if found is None:
        raise Refusal("not_found")
    with transaction.atomic():
        ledger.lock_rooms([found])
        concern = Concern.objects.select_related("seal").get(code_hash=code_hash)
        if concern.withdrawn_at is not None:
            return concern
        if concern.decided_at is not None:
            raise Refusal("edit_late", _DECIDED)
        if clock.now() > concern.at + timedelta(minutes=TAKE_BACK_MINUTES):
            raise Refusal("edit_late", _LATE)
        _take_back(concern)
        erased.note("concern", code_hash)
    return concern


def take_concerns_back_again(concern_ids: Collection[int]) -> None:
    """After a restore: whoever took it back is heard once more, also where it was long ago."""
    for concern in Concern.objects.select_related("seal").filter(pk__in=concern_ids, withdrawn_at=None):
        _take_back(concern)


def _take_back(concern: Concern) -> None:
    own_seal = concern.seal
    concern.withdrawn_at, concern.teller, concern.seal = clock.now(), None, None
    concern.words, concern.about_dying, concern.marks = "", False, ""
    concern.save()
    withdraw_from_incident(concern)
    if own_seal is not None:
        _unseal(own_seal, concern)
    hurry_desk()


def _message(room: Room, message_id: UUID | None) -> Message | None:
    if message_id is None:
        return None
    message = Message.objects.filter(room=room, pk=message_id).first()
    if message is None:
        raise Refusal("not_found")
    return message


def _is_first(person: Person) -> bool:
    return not Concern.objects.filter(teller=person).exists()


def _told_already(person: Person, message: Message | None) -> bool:
    """By this person: if what others told counted, whoever fills a room's limit could try which words it was."""
    return message is not None and open_concerns().filter(message_key=message.pk, teller=person).exists()


def _take_turn(room: Room) -> None:
    try:
        rate_limit.take("concern_room", room.pk)
    except Refusal as refusal:
        raise Refusal(refusal.code, _MANY, retry_after=refusal.retry_after) from None


def _unseal(sealed: SealedText, concern: Concern) -> None:
    """The seal goes if it was made for concerns, and nobody else relies on it: no concern that stands, no act,
    no incident, no keeper who proposes one.
    """
    if Concern.objects.filter(seal=sealed).exists() or has_act_on(sealed.message_key):
        return
    if IncidentWords.objects.filter(seal=sealed).exists():
        return
    if SuspensionProposal.objects.filter(message_key=sealed.message_key).exists():
        return
    if Concern.objects.filter(message_key=concern.message_key, at=sealed.sealed_at).exists():
        sealed.delete()
