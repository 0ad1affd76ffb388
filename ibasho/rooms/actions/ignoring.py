"""この人の書き込みを見ない: for oneself alone, and silently.

Nothing here is announced: no number, no letter, no byte on anybody's line.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.people.models import Kind
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import MOST_IGNORED, Ignoring, Message, Seat
from ibasho.rooms.queries.words import readable_words
from ibasho.rooms.shapes import Line


def ignore(line: Line, *, seat_id: str) -> None:
    """Leave the words of that seat out of this seat's own view. Twice is once.

    Refuses `too_fast`; `not_found` for a seat without words that this one reads, and to keepers, who
    read everything; `malformed` for one's own and for keepers' words; `full` beyond a hundred.
    """
    rate_limit.take("ignore", line.seat_id)
    whom = _uuid(seat_id)
    with transaction.atomic():
        # Whoever is erased locks every room first: behind the lock no name comes back that has gone.
        ledger.lock_rooms([line.room_id])
        _must_sit(line)
        names = _names_of(line, whom)
        mine = Ignoring.objects.filter(seat_id=line.seat_id)
        if mine.filter(whom_id=whom).exists():
            return
        if mine.count() >= MOST_IGNORED:
            raise Refusal("full", _ENOUGH)
        Ignoring.objects.create(seat_id=line.seat_id, whom_id=whom, **names)


def stop_ignoring(line: Line, *, seat_id: str) -> None:
    """Show them again. Who is not ignored stays so. Refuses `too_fast`, and `not_found` for what is no seat."""
    rate_limit.take("ignore", line.seat_id)
    whom = _uuid(seat_id)
    with transaction.atomic():
        Ignoring.objects.filter(seat_id=line.seat_id, whom_id=whom).delete()


def _must_sit(line: Line) -> None:
    """As it is behind the lock: a seat whose person was erased chooses nothing any more."""
    sits = Seat.objects.filter(pk=line.seat_id, person_id=line.person_id, left_at__isnull=True)
    if not sits.exclude(person__kind=Kind.KEEPER).exists():
        raise Refusal("not_found")


def _names_of(line: Line, whom: UUID) -> dict[str, str]:
    """The name this reader saw last over that seat's words; of one that was taken only what may come back."""
    if str(whom) == line.seat_id:
        raise Refusal("malformed", _OWN_WORDS)
    words = readable_words(line).filter(seat_id=whom).exclude(state=Message.State.ERASED)
    newest = words.select_related("seat__person").order_by("-position").first()
    if newest is None:
        raise Refusal("not_found")
    person = newest.seat.person
    if newest.keeper or (person is not None and person.kind == Kind.KEEPER):
        raise Refusal("malformed", _KEEPERS_WORDS)
    return {"taken_skeleton": newest.name_skeleton} if newest.unnamed else {"call_name": newest.call_name}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal("not_found") from None


_OWN_WORDS = "自分の書き込みは、いつも出ます。"
_KEEPERS_WORDS = "スタッフの書き込みは、いつも出ます。大事なことを、お知らせするためです。"
_ENOUGH = (
    f"見ないことにできるのは、{MOST_IGNORED}人までです。ひとりをまた見るようにすると、べつの人をえらべます。"
)
