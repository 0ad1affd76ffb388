"""Questions that come while the same is being asked already are put together, as one.

Nobody waits for company: whoever comes first is asked for at once, and only those who come
meanwhile share the next round.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from ibasho.lib import busy
from ibasho.lib.errors import Refusal

Q = TypeVar("Q")
A = TypeVar("A")
Answers = Sequence[A | Refusal]

logger = logging.getLogger(__name__)


class Gather(Generic[Q, A]):
    """`ask_all` answers many questions in their order; a `Refusal` among the answers is raised to its asker.

    `at_once`: so many rounds may be under way, so that one slow one does not hold up all.
    """

    def __init__(
        self, ask_all: Callable[[Sequence[Q]], Awaitable[Answers[A]]], *, most: int = 100, at_once: int = 2
    ) -> None:
        self._ask_all = ask_all
        self._most = most
        self._at_once = at_once
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queue[Q, A]] = WeakKeyDictionary()

    async def ask(self, question: Q) -> A:
        loop = asyncio.get_running_loop()
        queue = self._queues.setdefault(loop, _Queue())
        answer: asyncio.Future[A] = loop.create_future()
        queue.waiting.append((question, answer))
        if len(queue.rounds) < self._at_once:
            task = loop.create_task(self._go_rounds(queue))
            queue.rounds.add(task)
            task.add_done_callback(queue.rounds.discard)
        return await answer

    async def _go_rounds(self, queue: _Queue[Q, A]) -> None:
        try:
            while queue.waiting:
                await self._go_round(
                    [queue.waiting.popleft() for _ in range(min(self._most, len(queue.waiting)))]
                )
        finally:  # here, not only once the loop tells that this ended: whoever asks until then would wait for ever
            queue.rounds.discard(asyncio.current_task())

    async def _go_round(self, batch: list[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            await self._answer([one for one in batch if not one[1].done()])
        finally:  # nobody may wait for ever, not even behind a round that was cancelled
            for _, answer in batch:
                answer.cancel()

    async def _answer(self, batch: list[tuple[Q, asyncio.Future[A]]]) -> None:
        if not batch:
            return
        try:
            found = await self._ask_all([question for question, _ in batch])
        except Exception as error:
            await self._answer_apart(batch, error)
            return
        for (_, answer), one in zip(batch, found, strict=True):
            _give(answer, one)

    async def _answer_apart(self, batch: list[tuple[Q, asyncio.Future[A]]], error: Exception) -> None:
        """What one question brings about is not the others' fault; a busy database is nobody's."""
        if len(batch) == 1 or busy.as_refusal(error) is not None:
            for _, answer in batch:
                _give(answer, error)
            return
        logger.warning("a round of %s questions failed, each is asked alone", len(batch))
        for one in batch:
            await self._answer([one])


class _Queue(Generic[Q, A]):
    def __init__(self) -> None:
        self.waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self.rounds: set[asyncio.Task[Any] | None] = set()


def _give(answer: asyncio.Future[A], found: A | Exception) -> None:
    if answer.done():  # whoever asked has gone
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
