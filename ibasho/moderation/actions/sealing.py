"""Words an act points at, kept as they were until the review window ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from ibasho.lib import clock
from ibasho.moderation.models import REVIEW_DAYS, Redaction, SealedText
from ibasho.moderation.queries.seals import shown_to_writers
from ibasho.rooms.models import HeldPost, Message, Seat


def seal(message: Message, *, is_quiet: bool = False) -> SealedText | None:
    """Copy the words as they stand now; the same words twice are one seal that lasts longer.

    None when there are no words any more. Of words that are redacted the whole is sealed already. `is_quiet`:
    because somebody told, so nothing that the writer sees changes.
    """
    if message.text is None:
        return None
    whole = _whole(message) if message.redacted else None
    if whole is not None:
        _renew(whole, is_quiet=is_quiet)
        return whole
    return _copy(
        message.pk,
        message.seat_id,
        message.call_name,
        message.text,
        message.cover,
        message.tone,
        is_quiet=is_quiet,
    )


def seal_held(held: HeldPost) -> SealedText | None:
    """The same of words that wait: they keep their id when they are shown. None when there are none any more."""
    if held.text is None:
        return None
    return _copy(held.pk, held.seat_id, held.call_name, held.text, held.cover, held.tone)


def seal_name(seat: Seat, name: str) -> SealedText:
    """A name of a seat, where the name itself is what was noticed. It goes by the id of the seat."""
    return _copy(seat.pk, seat.pk, name, name, "", "")


def _copy(
    key: UUID, seat_id: UUID, call_name: str, text: str, cover: str, tone: str, *, is_quiet: bool = False
) -> SealedText:
    words = {"message_key": key, "call_name": call_name, "text": text, "cover": cover, "tone": tone}
    now = clock.now()
    row, is_new = SealedText.objects.get_or_create(
        **words, defaults={"seat_id": seat_id, "sealed_at": now, "until": _end(now)}
    )
    if not is_new:
        _renew(row, is_quiet=is_quiet)
    return row


def _renew(row: SealedText, *, is_quiet: bool) -> None:
    """Last longer, unless its writer would see that somebody told."""
    if is_quiet and SealedText.objects.filter(shown_to_writers(), pk=row.pk).exists():
        return
    row.until = _end(clock.now())
    row.save(update_fields=["until"])


def _end(now: datetime) -> datetime:
    return now + timedelta(days=REVIEW_DAYS)


def _whole(message: Message) -> SealedText | None:
    act = Redaction.objects.filter(message=message, lifted_at__isnull=True).select_related("seal").first()
    return act.seal if act is not None else None
