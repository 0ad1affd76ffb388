"""Questions asked at the same moment go together; whoever is alone waits for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from django.db import OperationalError

from ibasho.lib.errors import Refusal
from ibasho.lib.gather import Gather
from tests.patience import PATIENCE_SECONDS


class Counter:
    """Answers with the double, in its own time; keeps which were asked together."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.may_go_on = asyncio.Event()

    async def ask_all(self, numbers: Sequence[int]) -> Sequence[int | Refusal]:
        self.rounds.append(list(numbers))
        await self.may_go_on.wait()
        if 13 in numbers:
            raise ValueError("thirteen")
        if 99 in numbers:
            raise OperationalError("database is locked")
        return [Refusal("not_found") if number < 0 else number * 2 for number in numbers]


async def ask(gather: Gather[int, int], *numbers: int) -> list[int | BaseException]:
    return await asyncio.gather(*(gather.ask(number) for number in numbers), return_exceptions=True)


async def test_whoever_comes_first_is_asked_for_at_once() -> None:
    counter = Counter()
    gather = Gather(counter.ask_all, at_once=1)
    first = asyncio.create_task(gather.ask(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert counter.rounds == [[1]]
    rest = asyncio.create_task(ask(gather, 2, 3, 4))
    await asyncio.sleep(0)
    counter.may_go_on.set()
    assert await first == 2
    assert await rest == [4, 6, 8]
    assert counter.rounds == [[1], [2, 3, 4]]


async def test_whoever_asks_just_as_the_last_round_ends_is_not_forgotten() -> None:
    counter = Counter()
    counter.may_go_on.set()
    gather = Gather(counter.ask_all, at_once=1)

    async def ask_again_at_once() -> int:
        return await gather.ask(await gather.ask(1))

    assert await asyncio.wait_for(ask_again_at_once(), PATIENCE_SECONDS) == 4
    assert counter.rounds == [[1], [2]]


async def test_a_slow_round_does_not_hold_up_the_next() -> None:
    counter = Counter()
    gather = Gather(counter.ask_all, at_once=2)
    slow = asyncio.create_task(gather.ask(1))
    await asyncio.sleep(0.01)
    other = asyncio.create_task(gather.ask(2))
    await asyncio.sleep(0.01)
    assert counter.rounds == [[1], [2]]
    counter.may_go_on.set()
    assert [await slow, await other] == [2, 4]


async def test_a_round_has_its_bound() -> None:
    counter = Counter()
    counter.may_go_on.set()
    gather = Gather(counter.ask_all, most=2, at_once=1)
    assert await ask(gather, 1, 2, 3, 4, 5) == [2, 4, 6, 8, 10]
    assert max(map(len, counter.rounds)) == 2


async def test_a_refusal_is_for_its_own_asker() -> None:
    counter = Counter()
    counter.may_go_on.set()
    good, refused = await ask(Gather(counter.ask_all), 1, -1)
    assert good == 2
    assert isinstance(refused, Refusal)


async def test_a_fault_of_one_is_not_the_others() -> None:
    counter = Counter()
    counter.may_go_on.set()
    good, faulty, also_good = await ask(Gather(counter.ask_all, at_once=1), 1, 13, 2)
    assert (good, also_good) == (2, 4)
    assert isinstance(faulty, ValueError)


async def test_a_busy_database_is_asked_once_for_all() -> None:
    counter = Counter()
    counter.may_go_on.set()
    answers = await ask(Gather(counter.ask_all, at_once=1), 1, 99, 2)
    assert all(isinstance(answer, OperationalError) for answer in answers)
    assert len(counter.rounds) == 1


async def test_whoever_has_gone_is_not_asked_for() -> None:
    counter = Counter()
    gather = Gather(counter.ask_all, at_once=1)
    first = asyncio.create_task(gather.ask(1))
    await asyncio.sleep(0.01)
    gone, stays = asyncio.create_task(gather.ask(2)), asyncio.create_task(gather.ask(3))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    counter.may_go_on.set()
    assert [await first, await stays] == [2, 6]
    assert counter.rounds == [[1], [3]]
    with pytest.raises(asyncio.CancelledError):
        await gone
