"""What a seat wrote in the last minutes, so that pieces are read as a whole. Memory of one process.

A seat that is not known here is read from the table once. Texts that were only asked about are never
written down: they are known here, and nowhere else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ibasho.lib import clock
from ibasho.rooms.queries.earlier import texts_since
from ibasho.rooms.shapes import Words

MINUTES = 10
MOST_TEXTS = 4  # each costs as much as a tenth of the reading of the text itself
LONGEST = 80  # of each its end: pieces are short, and what a text asks for stands last
_MOST_SEATS = 5_000
_Said = OrderedDict[str, tuple[datetime, str]]  # by the id it came with
_memory: OrderedDict[str, _Said] = OrderedDict()


def read_up(seat_ids: Iterable[str]) -> None:
    """Learn of seats this process does not know yet, in one question for all of them."""
    strange = {seat_id for seat_id in seat_ids if seat_id not in _memory}
    if not strange:
        return
    for seat_id in strange:
        _memory[seat_id] = OrderedDict()
    for seat_id, request_id, at, text in texts_since(strange, clock.now() - timedelta(minutes=MINUTES)):
        _keep(_memory[seat_id], request_id, at, text)
    while len(_memory) > _MOST_SEATS + len(strange):
        _memory.popitem(last=False)


def before(words: Words) -> Sequence[str]:
    """The seat's texts of the last minutes, oldest first, but not what came under this very id."""
    said = _memory.get(words.seat_id)
    if not said:
        return ()
    since = clock.now() - timedelta(minutes=MINUTES)
    return [text for request_id, (at, text) in said.items() if at >= since and request_id != words.request_id]


def remember(words: Words) -> None:
    """Whether it was posted, held or only asked about. `words.text` as it was sent."""
    said = _memory.setdefault(words.seat_id, OrderedDict())
    _keep(said, words.request_id, clock.now(), words.text)
    _memory.move_to_end(words.seat_id)


def forget() -> None:
    """As a fresh process knows nobody."""
    _memory.clear()


def _keep(said: _Said, request_id: str, at: datetime, text: str) -> None:
    said.pop(request_id, None)
    said[request_id] = (at, text[-LONGEST:])
    while len(said) > MOST_TEXTS:
        said.popitem(last=False)
