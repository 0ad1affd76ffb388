"""Words an act points at, kept as they were until the review window ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from ibasho.lib import clock
from ibasho.moderation.models import REVIEW_DAYS, Redaction, SealedText
from ibasho.rooms.models import HeldPost, Message


def seal(message: Message) -> SealedText | None:
    """Copy the words as they stand now; the same words twice are one seal that lasts longer.

    None when there are no words any more. Of words that are redacted the whole is sealed already.
    """
    if message.text is None:
        return None
    now = clock.now()
    whole = _whole(message) if message.redacted else None
    if whole is not None:
        whole.until = now + timedelta(days=REVIEW_DAYS)
        whole.save(update_fields=["until"])
        return whole
    return _copy(message.pk, message.seat_id, message.call_name, message.text, message.cover, message.tone)


def seal_held(held: HeldPost) -> SealedText | None:
    """The same of words that wait: they keep their id when they are shown. None when there are none any more."""
    if held.text is None:
        return None
    return _copy(held.pk, held.seat_id, held.call_name, held.text, held.cover, held.tone)


def _copy(key: UUID, seat_id: UUID, call_name: str, text: str, cover: str, tone: str) -> SealedText:
    now = clock.now()
    until = now + timedelta(days=REVIEW_DAYS)
    words = {"message_key": key, "call_name": call_name, "text": text, "cover": cover, "tone": tone}
    row, _ = SealedText.objects.update_or_create(
        **words,
        defaults={"until": until},
        create_defaults={**words, "seat_id": seat_id, "sealed_at": now, "until": until},
    )
    return row


def _whole(message: Message) -> SealedText | None:
    act = Redaction.objects.filter(message=message, lifted_at__isnull=True).select_related("seal").first()
    return act.seal if act is not None else None
