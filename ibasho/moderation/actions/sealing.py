"""Words an act points at, kept as they were until the review window ends."""

from __future__ import annotations

from datetime import timedelta

from ibasho.lib import clock
from ibasho.moderation.models import REVIEW_DAYS, Redaction, SealedText
from ibasho.rooms.models import Message


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
    words = {
        "call_name": message.call_name,
        "text": message.text,
        "cover": message.cover,
        "tone": message.tone,
    }
    row, _ = SealedText.objects.update_or_create(
        message_key=message.pk,
        **words,
        defaults={"until": now + timedelta(days=REVIEW_DAYS)},
        create_defaults={
            "message_key": message.pk,
            **words,
            "seat_id": message.seat_id,
            "sealed_at": now,
            "until": now + timedelta(days=REVIEW_DAYS),
        },
    )
    return row


def _whole(message: Message) -> SealedText | None:
    act = Redaction.objects.filter(message=message, lifted_at__isnull=True).select_related("seal").first()
    return act.seal if act is not None else None
