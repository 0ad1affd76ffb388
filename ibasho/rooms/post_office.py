"""The one counter where words are handed in, from the socket and from the form alike.

Whatever waits while the writer is busy goes into the next transaction together:
one commit to disk serves them all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync

from ibasho.lib import pools
from ibasho.lib.errors import Refusal
from ibasho.rooms import actions, limits
from ibasho.rooms.queries import first_answer, newcomer_until
from ibasho.rooms.shapes import Line, Posted, Words

BATCH = 64

__all__ = ["Posted", "Words", "amend", "amend_and_wait", "arrive", "post", "post_and_wait"]


async def post(words: Words) -> Posted:
    """Answer when the words are on disk. Raises every `Refusal` of a post."""
    try:
        await _take_for_post(words)
    except Refusal as refusal:
        return await _known_or(refusal, words)
    return await _counter().hand_in(words)


async def amend(words: Words) -> Posted:
    """Edit or withdraw; answers when it is on disk."""
    try:
        limits.take_for_change(words)
    except Refusal as refusal:
        return await _known_or(refusal, words)
    return await pools.write(
        actions.edit_message if words.verb == "edit" else actions.withdraw_message, words
    )


async def arrive(line: Line) -> None:
    """Note that the seat is in the present session; does nothing unless `line.must_arrive`."""
    if line.must_arrive:
        await pools.write(actions.attend, line)


def post_and_wait(words: Words) -> Posted:
    """`post` for a form."""
    return async_to_sync(post)(words)


def amend_and_wait(words: Words) -> Posted:
    """`amend` for a form."""
    return async_to_sync(amend)(words)


async def _take_for_post(words: Words) -> None:
    until = None
    if not limits.is_settled(words.seat_id):
        until = await pools.read(newcomer_until, words.seat_id)
        if until is None:
            limits.settle(words.seat_id)
    limits.take_for_post(words, until)


async def _known_or(refusal: Refusal, words: Words) -> Posted:
    """A known id is never refused for haste: it gets its first answer."""
    known = await pools.read(first_answer, words)
    if known is None:
        raise refusal
    return known


class _Counter:
    """What waits on one event loop, and whether it is being taken to the writer."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Words, asyncio.Future[Posted]]] = deque()
        self._carrier: asyncio.Task[None] | None = None

    async def hand_in(self, words: Words) -> Posted:
        answer: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
        self._waiting.append((words, answer))
        if self._carrier is None:
            self._carrier = asyncio.create_task(self._carry())
        return await answer

    async def _carry(self) -> None:
        try:
            while self._waiting:
                await self._carry_batch()
        finally:
            self._carrier = None

    async def _carry_batch(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            results = await pools.write(actions.post_messages, [words for words, _ in batch])
        except BaseException as error:
            # nobody may wait for ever: a fault of ours reaches each writer's own edge
            for _, answer in batch:
                _give(answer, error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, answer), result in zip(batch, results, strict=True):
            _give(answer, result)


def _give(answer: asyncio.Future[Posted], result: Posted | BaseException) -> None:
    if answer.done():  # whoever asked has gone; the words are on disk all the same
        return
    if isinstance(result, Posted):
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
