"""The one counter where words are handed in, from the socket and from the form alike.

Whatever waits while the writer is busy goes into the next transaction together:
one commit to disk serves them all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from django.db import DatabaseError

from ibasho.duty.actions import note_there
from ibasho.lib import busy, pools
from ibasho.lib.errors import Refusal
from ibasho.rooms import actions, earlier, limits
from ibasho.rooms.actions.post import LockedOut
from ibasho.rooms.queries import first_answer, newcomer_until
from ibasho.rooms.shapes import Held, Line, Posted, Words

BATCH = 64
ANSWER_SECONDS = 2.4  # then whoever asks is told to ask again, also by a database that says nothing at all
TURNS_FOR_MORE = 4
FORGET_SECONDS = 60.0
ARRIVALS = 200  # in one transaction, behind which words may wait
P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["Held", "Posted", "Words", "amend", "amend_and_wait", "arrive", "post", "post_and_wait"]


async def post(words: Words) -> Posted | Held:
    """Answer when the words are on disk. Raises every `Refusal` of a post, and `Asked`."""
    await _unless_faulty(words)
    return await _unless_known(words, _counter().hand_in(words))


async def amend(words: Words) -> Posted:
    """Edit or withdraw; answers when it is on disk."""
    await _unless_faulty(words)
    answer = await _unless_known(words, _on_writer(_amend, words))
    if isinstance(answer, Held):  # an id of words that wait, used again for something else
        raise Refusal("id_reused")
    return answer


async def arrive(line: Line) -> None:
    """Note that the seat is in the present session, if `line.must_arrive`. A busy database stops nobody
    from reading: the next arrival, or the first words, note it. A keeper's is also a sign of being there.
    """
    try:
        if line.must_arrive:
            await _on_writer(actions.attend, line)
        if line.keeper_id is not None:
            await _on_writer(note_there, line.keeper_id)
    except Refusal as refusal:
        if refusal.code != "busy":
            raise


async def arrive_together(room_id: int, seat_ids: Sequence[str]) -> None:
    """Note that these seats are in the room's present session, which has just begun or ended."""
    for start in range(0, len(seat_ids), ARRIVALS):
        await _on_writer(actions.attend_all, room_id, seat_ids[start : start + ARRIVALS])


def post_and_wait(words: Words) -> Posted | Held:
    """`post` for a form."""
    return async_to_sync(post)(words)


def amend_and_wait(words: Words) -> Posted:
    """`amend` for a form."""
    return async_to_sync(amend)(words)


async def _unless_faulty(words: Words) -> None:
    """A known id comes before any other check, so here it is `id_reused`: what was taken had no fault."""
    if words.fault is not None:
        await pools.read(first_answer, words)
        raise words.fault


async def _unless_known(words: Words, answer: Awaitable[Posted | Held]) -> Posted | Held:
    """A known id is never refused for haste: it gets its first answer."""
    try:
        return await answer
    except Refusal as refusal:
        known = await pools.read(first_answer, words) if refusal.code == "too_fast" else None
        if known is None:
            raise
        return known


def is_busy() -> bool:
    """Whether words are being written, or wait for it."""
    return any(counter.is_busy for counter in _counters.values())


# On the writer, where one thing comes after the other: limits that were asked for on several
# threads would let a seat's later words pass its earlier ones.


_lockings = 0


async def _on_writer(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await _in_time(pools.write(_unless_locked, _lockings, lambda: func(*args, **kwargs)))


async def _in_time(answer: Awaitable[T]) -> T:
    """What has not begun by then never will. What has may still be written: the same id is answered with it."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS) as patience:
            return await answer
    except TimeoutError:
        if patience.expired():
            raise LockedOut from None
        raise


def _unless_locked(lockings: int, func: Callable[[], T]) -> T:
    """Who stood in line while the database was found locked has waited two seconds, and not two more."""
    _refuse_who_waited(lockings)
    try:
        return func()
    except DatabaseError as error:
        if busy.as_refusal(error) is not None:
            _note_locking()
            raise LockedOut from error
        raise


def _refuse_who_waited(lockings: int) -> None:
    if lockings != _lockings:
        raise LockedOut


def _note_locking() -> None:
    global _lockings  # written by the writer alone
    _lockings += 1


def _post(batch: Sequence[tuple[Words, int]]) -> list[Posted | Held | Refusal]:
    refused = [_haste(words, lockings) for words, lockings in batch]
    in_time = [words for (words, _), no in zip(batch, refused, strict=True) if no is None]
    results = actions.post_messages(in_time) if in_time else []
    if any(isinstance(result, LockedOut) for result in results):
        _note_locking()
    for words, result in zip(in_time, results, strict=True):
        if isinstance(result, Refusal):
            limits.give_back(words)
    written = iter(results)
    return [no or next(written) for no in refused]


def _haste(words: Words, lockings: int) -> Refusal | None:
    try:
        _refuse_who_waited(lockings)
        limits.take_for_post(words, _newcomer_until(words.seat_id))
    except Refusal as refusal:
        return refusal
    return None


def _amend(words: Words) -> Posted:
    limits.take_for_change(words)
    return actions.edit_message(words) if words.verb == "edit" else actions.withdraw_message(words)


def _newcomer_until(seat_id: str) -> datetime | None:
    if limits.is_settled(seat_id):
        return None
    until = newcomer_until(seat_id)
    if until is None:
        limits.settle(seat_id)
    return until


class _Counter:
    """What waits on one event loop, and whether it is being taken to the writer."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Words, int, asyncio.Future[Posted | Held]]] = deque()
        self._carrier: asyncio.Task[None] | None = None
        self._is_lively = False  # whether the last words that went to the writer were several
        self._forgetting: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        return self._carrier is not None

    async def hand_in(self, words: Words) -> Posted | Held:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Posted | Held] = loop.create_future()
        self._waiting.append((words, _lockings, answer))
        if self._carrier is None:
            self._carrier = asyncio.create_task(self._carry())
        # not `_in_time`: under load its context took a thirtieth of a post
        patience = loop.call_later(ANSWER_SECONDS, _lose, answer)
        try:
            return await answer
        finally:
            patience.cancel()

    async def _carry(self) -> None:
        try:
            while self._waiting:
                await self._carry_batch()
        finally:
            self._carrier = None
            if self._forgetting is None:
                self._forgetting = asyncio.create_task(self._forget())

    async def _forget(self) -> None:
        """In a house that falls silent nobody's next words would drop what was remembered of the last ones."""
        try:
            is_left = True
            while is_left:
                await asyncio.sleep(FORGET_SECONDS)
                is_left = await pools.write(earlier.drop_old)
        finally:
            self._forgetting = None

    async def _carry_batch(self) -> None:
        if self._is_lively:  # what was read together with the first shares its commit
            for _ in range(TURNS_FOR_MORE):
                await asyncio.sleep(0)
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        batch = [one for one in batch if not one[2].done()]  # nobody waits for the others any more
        self._is_lively = len(batch) > 1
        try:
            results = await pools.write(_post, [(words, lockings) for words, lockings, _ in batch])
        except BaseException as error:
            # nobody may wait for ever: a fault of ours reaches each writer's own edge
            for *_, answer in batch:
                _give(answer, error)
            if not isinstance(error, Exception):
                raise
            return
        for (*_, answer), result in zip(batch, results, strict=True):
            _give(answer, result)


def _lose(answer: asyncio.Future[Posted | Held]) -> None:
    _give(answer, LockedOut())


def _give(answer: asyncio.Future[Posted | Held], result: Posted | Held | BaseException) -> None:
    if answer.done():  # whoever asked has gone; the words are on disk all the same
        return
    if isinstance(result, Posted | Held):
        answer.set_result(result)
    elif isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.cancel()


_counters: WeakKeyDictionary[asyncio.AbstractEventLoop, _Counter] = WeakKeyDictionary()


def _counter() -> _Counter:
    loop = asyncio.get_running_loop()
    if loop not in _counters:
        _counters[loop] = _Counter()
    return _counters[loop]
