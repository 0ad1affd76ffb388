"""What a seat wrote in the last minutes, so that pieces are read as a whole. Memory of one process.

The table is read where a seat is not known here, and again after some seconds: another process may have
taken its words. Texts that were only asked about are never written down: they are known here, and nowhere else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ibasho.lib import clock
from ibasho.rooms.queries.earlier import texts_since
from ibasho.rooms.shapes import Words
from ibasho.screening import Text

SPAN = timedelta(minutes=10)
AGAIN = timedelta(seconds=10)
MOST_TEXTS = 4  # each costs as much as a tenth of the reading of the text itself
LONGEST = 80  # of each its end: pieces are short, and what a text asks for stands last
_MOST_SEATS = 5_000
_NEVER = datetime.min.replace(tzinfo=UTC)


class Said(NamedTuple):
    """The end of a text. `is_asked`: its writer was asked about it, and may never have sent it."""

    at: datetime
    text: Text
    is_asked: bool = False


@dataclass(slots=True)
class _Seat:
    """`said` by the id it came with."""

    read_at: datetime = _NEVER
    said: OrderedDict[str, Said] = field(default_factory=OrderedDict)


_memory: OrderedDict[str, _Seat] = OrderedDict()  # whoever wrote last stands last


def read_up(seat_ids: Iterable[str]) -> None:
    """Learn of seats this process does not know well, in one question for all of them."""
    drop_old()
    now = clock.now()
    since = now - AGAIN
    strange = {one for one in seat_ids if one not in _memory or _memory[one].read_at < since}
    if not strange:
        return
    before = {one: _memory.setdefault(one, _Seat()).read_at for one in strange}
    for seat_id, request_id, at, text in texts_since(strange, now - SPAN, most=MOST_TEXTS):
        # the table knows the minute alone: what is new since the last look came after it
        _keep(_memory[seat_id], request_id, max(at, before[seat_id]), text)
    for seat_id in strange:
        _forget_first(_memory[seat_id], now)
        _memory[seat_id].read_at = now
        _memory.move_to_end(seat_id)
    while len(_memory) > _MOST_SEATS + len(strange):
        _memory.popitem(last=False)


def before(words: Words) -> Sequence[Said]:
    """The seat's texts of the last minutes, oldest first, but not what came under this very id."""
    seat = _memory.get(words.seat_id)
    if seat is None:
        return ()
    since = clock.now() - SPAN
    return [said for request, said in seat.said.items() if said.at >= since and request != words.request_id]


def remember(words: Words, text: Text, *, is_asked: bool) -> None:
    """Whether it was posted, held or only asked about. `text` as it was sent and read."""
    seat = _memory.setdefault(words.seat_id, _Seat())
    seat.said.pop(words.request_id, None)
    now = clock.now()
    seat.said[words.request_id] = Said(now, text if len(text) <= LONGEST else Text(text[-LONGEST:]), is_asked)
    _forget_first(seat, now)
    _memory.move_to_end(words.seat_id)


def rewrite(seat_id: str, request_id: str, text: str) -> None:
    """Other words stand now in the place of those that came under `request_id`."""
    if seat_id in _memory:
        _keep(_memory[seat_id], request_id, clock.now(), text)


def forget() -> None:
    """As a fresh process knows nobody."""
    _memory.clear()


def _keep(seat: _Seat, request_id: str, at: datetime, text: str) -> None:
    """At its place in the order of time."""
    known = seat.said.get(request_id)
    end = Text(text[-LONGEST:])
    if known and known.text == end:
        end = known.text  # it is read already
    seat.said[request_id] = Said(known.at if known else at, end)
    if known is None:
        seat.said = OrderedDict(sorted(seat.said.items(), key=lambda one: one[1].at))
    _forget_first(seat, clock.now())


def _forget_first(seat: _Seat, now: datetime) -> None:
    since = now - SPAN
    while len(seat.said) > MOST_TEXTS or (seat.said and next(iter(seat.said.values())).at < since):
        seat.said.popitem(last=False)


def drop_old() -> bool:
    """Nothing is known for longer than it is read together with the rest. Returns whether anything is left."""
    since = clock.now() - SPAN
    while _memory:
        seat_id, seat = next(iter(_memory.items()))
        if max(seat.read_at, *(said.at for said in seat.said.values()), _NEVER) >= since:
            break  # who wrote long ago stands first
        del _memory[seat_id]
    return bool(_memory)
