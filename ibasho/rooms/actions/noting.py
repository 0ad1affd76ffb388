"""Writing down what was found in words, beside the words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ibasho.live.publish import hurry_desk
from ibasho.rooms import noticed
from ibasho.rooms.actions.ledger import Facts
from ibasho.rooms.consequences import to_note
from ibasho.rooms.models import Finding, HeldPost
from ibasho.rooms.screened import Look


def note_findings(
    look: Look | None,
    seat: Facts,
    at: datetime,
    *,
    message_id: str | None = None,
    held: HeldPost | None = None,
) -> None:
    """The hints keepers are given at these words; those in a cover have no place in the text."""
    rows = [
        Finding(
            room_id=seat.room_id,
            session_id=seat.session_id or 0,
            seat_id=seat.seat_id,
            message_id=message_id,
            held=held,
            label=str(finding.label),
            level=finding.level or Finding.Level.LOOK,
            about_other=finding.about_other,
            spans=[list(finding.span)] if is_in_text else [],
            why=finding.why,
            at=at,
        )
        for finding, is_in_text in to_note(look, is_held=held is not None)
    ]
    _keep(rows)


def end_unseen_findings(message_id: UUID) -> None:
    """What nobody has looked at yet in words that are others by now is told to nobody."""
    if Finding.objects.filter(message=message_id, seen_at__isnull=True).delete()[0]:
        hurry_desk()


def _keep(rows: Iterable[Finding]) -> None:
    if found := list(rows):
        Finding.objects.bulk_create(found)
        noticed.tell(found)
        hurry_desk()
