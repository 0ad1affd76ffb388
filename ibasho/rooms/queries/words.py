"""Pages of words, and one of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from ibasho.lib.errors import Refusal
from ibasho.rooms import epoch
from ibasho.rooms.models import PAGE_SIZE, Attendance, Message, Room
from ibasho.rooms.queries.beats import BIGGEST, oldest_in
from ibasho.rooms.shapes import Line, MessageShape, PageShape, message_shape


def page_of_words(line: Line, before: int | None = None) -> PageShape:
    """Fifty words, ascending. Without `before` the latest of the present session; with it the ones
    before that position, back into earlier sessions in which this seat was.
    """
    room = Room.objects.get(pk=line.room_id)
    readable = _readable(line)
    rows = readable.filter(position__gte=line.history_from) if before is None else readable
    if before is not None:
        rows = rows.filter(position__lt=max(0, min(before, BIGGEST)))
    found = list(rows.order_by("-position")[:PAGE_SIZE])
    first = found[-1].position if found else line.history_from
    return PageShape(
        epoch=epoch.current(),
        seq=room.seq,
        oldest=max(oldest_in(room), line.history_from),
        messages=[message_shape(message) for message in reversed(found)],
        more=readable.filter(position__lt=first).exists() if before is None or found else False,
    )


def message_for(line: Line, message_id: str) -> MessageShape:
    """One message as this reader may see it. Refuses `not_found`."""
    message = Message.objects.filter(room_id=line.room_id, pk=message_id).first()
    if message is None:
        raise Refusal("not_found")
    return message_shape(
        message, message.position >= line.history_from or str(message.seat_id) == line.seat_id
    )


def _readable(line: Line) -> QuerySet[Message]:
    attended = Attendance.objects.filter(seat_id=line.seat_id).values("session_id")
    reach = Q(session_id__in=attended)
    if line.may_read:
        reach |= Q(position__gte=line.history_from)
    return Message.objects.filter(reach, room_id=line.room_id)
