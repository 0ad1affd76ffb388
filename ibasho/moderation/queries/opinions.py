"""Questions of keepers to their colleagues, for the desks of one room."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ibasho.moderation.models import Opinion

ANSWERS = [choice for choice in Opinion.Answer.choices if choice[0]]


@dataclass(frozen=True, slots=True)
class OpinionShown:
    """`answer` and `by` are empty until somebody has answered."""

    id: int
    room_id: int
    room: str
    message: UUID
    asker: int
    asked_by: str
    answer: str
    by: str


def opinions_open() -> list[OpinionShown]:
    """All of the house, oldest first. One query."""
    rows = Opinion.objects.select_related("message__room", "asked_by", "answered_by")
    return [
        OpinionShown(
            id=row.pk,
            room_id=row.message.room_id,
            room=row.message.room.slug,
            message=row.message_id,
            asker=row.asked_by_id,
            asked_by=row.asked_by.duty_name,
            answer=row.get_answer_display() if row.answer else "",
            by=row.answered_by.duty_name if row.answered_by else "",
        )
        for row in rows
    ]
