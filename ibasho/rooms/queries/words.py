"""Pages of words, and one of them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from ibasho.lib.errors import Refusal
from ibasho.rooms import epoch
from ibasho.rooms.models import PAGE_SIZE, Attendance, Message, Room
from ibasho.rooms.queries.beats import BIGGEST, oldest_in
from ibasho.rooms.shapes import Line, MessageShape, PageShape, message_shape


def page_of_words(line: Line, before: int | None = None, room: Room | None = None) -> PageShape:
    """Fifty words, ascending. Without `before` the latest of the present session; with it the ones
    before that position, back into earlier sessions in which this seat was.

    `room`: its row, if it was read already; always before the words, so that no change is missed.
    """
    room = room or Room.objects.get(pk=line.room_id)
    readable = readable_words(line)
    if before is not None:
        rows = readable.filter(position__lt=max(0, min(before, BIGGEST)))
    else:  # whoever may read may read all of the session
        rows = Message.objects.filter(room_id=line.room_id) if line.may_read else readable
        rows = rows.filter(position__gte=line.history_from)
    found = list(rows.order_by("-position")[: PAGE_SIZE + 1])  # the one too many says that there are more
    shown = found[:PAGE_SIZE]
    return PageShape(
        epoch=epoch.current(),
        seq=room.seq,
        oldest=_oldest(line, room, found, before),
        messages=[message_shape(message) for message in reversed(shown)],
        more=len(found) > PAGE_SIZE or (before is None and _is_older(readable, line.history_from)),
    )


def _oldest(line: Line, room: Room, found: list[Message], before: int | None) -> int:
    """The lowest position kept that this reader's history reaches; known when all of it was found."""
    if before is not None or len(found) > PAGE_SIZE:
        return max(oldest_in(room), line.history_from)
    return found[-1].position if found else max(room.last_position + 1, line.history_from)


def _is_older(readable: QuerySet[Message], first: int) -> bool:
    return readable.filter(position__lt=first).exists()


def message_for(line: Line, message_id: str) -> MessageShape:
    """One message as this reader may see it. Refuses `not_found`."""
    message = Message.objects.filter(room_id=line.room_id, pk=message_id).first()
    if message is None:
        raise Refusal("not_found")
    return message_shape(
        message, message.position >= line.history_from or str(message.seat_id) == line.seat_id
    )


def read_by(line: Line, message_id: UUID) -> Message:
    """The row of words that this seat may read, or could while it was here. Refuses `not_found`."""
    message = readable_words(line).filter(pk=message_id).first()
    if message is None:
        raise Refusal("not_found")
    return message


def readable_words(line: Line) -> QuerySet[Message]:
    """The rows of every session this seat may read."""
    attended = Attendance.objects.filter(seat_id=line.seat_id).values("session_id")
    reach = Q(session_id__in=attended)
    if line.may_read:
        reach |= Q(position__gte=line.history_from)
    return Message.objects.filter(reach, room_id=line.room_id)
