"""What one process commits is heard in another: two hubs with a real Redis between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from ibasho.lib import shared
from ibasho.lib.shared_by_redis import SharedByRedis
from ibasho.live import others, topics
from ibasho.live.hub import Hub
from ibasho.live.relay import Relay
from ibasho.live.rounds import Rounds
from tests.live.hearing import ROOM, Ear, Standing, Table, change, hub_of, settle, sit, until
from tests.redis import Redis, redis

SECONDS = 20.0


@pytest.fixture(scope="module")
def broker() -> Iterator[Redis]:
    with redis() as here:
        yield here


@pytest.fixture
def speaking(broker: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedByRedis]:
    """Another process of the house, which has committed something."""
    here = SharedByRedis(broker.url, "house", b"k" * 32)
    monkeypatch.setattr(shared, "_current", here)
    yield here
    here.close()


class Listening:
    def __init__(self, hub: Hub, relay: Relay, mine: SharedByRedis) -> None:
        self.hub, self.relay, self.mine = hub, relay, mine

    async def until_subscribed(self, broker: Redis, count: int = 1) -> None:
        name = f"{self.mine.prefix}{topics.room(ROOM)}"
        await until(lambda: broker.ask("PUBSUB", "NUMSUB", name).split() == [name, str(count)], SECONDS)


@asynccontextmanager
async def listening(broker: Redis, table: Table) -> AsyncIterator[Listening]:
    # by the clock nothing: whatever comes, the relay brought
    hub = hub_of(table, compare=3600, facts=3600, sessions=3600, beat=3600)
    mine = SharedByRedis(broker.url, "house", b"k" * 32)
    rounds = Rounds(hub)
    rounds.start()
    relay = Relay(hub, mine, rounds.compare)
    relay.start()
    try:
        yield Listening(hub, relay, mine)
    finally:
        await relay.stop()
        await rounds.stop()
        await asyncio.to_thread(mine.close)


def seated(here: Listening, seq: int) -> Ear:
    line, ear = sit(here.hub)
    settle(here.hub, line, seq)
    return ear


async def test_words_of_another_process_are_shown_in_their_order(
    broker: Redis, speaking: SharedByRedis
) -> None:
    async with listening(broker, Table(pulses={ROOM: Standing(seq=0)})) as here:
        ear = seated(here, 0)
        await here.until_subscribed(broker)
        others.tell_changes([change(2)])
        others.tell_changes([change(1), change(3)])
        await until(lambda: ear.seqs == [1, 2, 3], SECONDS)
        assert change(1).event in ear.frames


async def test_what_this_process_says_itself_comes_from_its_own_hub_alone(broker: Redis) -> None:
    async with listening(broker, Table(pulses={ROOM: Standing(seq=0)})) as here:
        ear = seated(here, 0)
        await here.until_subscribed(broker)
        here.mine.say(topics.room(ROOM), b"no words of another")
        here.mine.say(topics.HOUSE, others.LOOK)
        stranger = SharedByRedis(broker.url, "house", b"k" * 32)
        stranger.say(topics.room(ROOM), others._written([change(1)]))
        await until(lambda: ear.seqs == [1], SECONDS)
        await asyncio.to_thread(stranger.close)


async def test_a_room_that_nobody_reads_here_is_not_heard(broker: Redis, speaking: SharedByRedis) -> None:
    async with listening(broker, Table(pulses={ROOM: Standing(seq=0)})) as here:
        await here.until_subscribed(broker, 0)
        line, _ = sit(here.hub)
        await here.until_subscribed(broker)
        here.hub.leave(line)
        await here.until_subscribed(broker, 0)


async def test_what_was_said_before_the_subscription_is_read_from_the_table(
    broker: Redis, speaking: SharedByRedis
) -> None:
    table = Table(pulses={ROOM: Standing(seq=2)}, changes=[change(1), change(2)])
    async with listening(broker, table) as here:
        ear = seated(here, 1)
        await until(lambda: ear.seqs == [2], SECONDS)


async def test_who_waits_without_a_line_is_woken_from_another_process(
    broker: Redis, speaking: SharedByRedis
) -> None:
    async with listening(broker, Table(pulses={ROOM: Standing(seq=1)})) as here:
        watch = here.hub.watch(ROOM)
        watch.since = 1
        await here.until_subscribed(broker)
        others.tell_changes([change(2)])
        async with asyncio.timeout(SECONDS):
            await watch.woken


async def test_an_act_elsewhere_hurries_facts_and_desks(broker: Redis, speaking: SharedByRedis) -> None:
    table = Table()
    async with listening(broker, table) as here:
        name = here.mine.prefix + topics.HOUSE
        await until(lambda: broker.ask("PUBSUB", "NUMSUB", name).split() == [name, "1"], SECONDS)
        await until(lambda: len(table.asked_after) >= 2, SECONDS)  # at its start, and when it began to hear
        here.hub.desk_hurried.clear()
        others.tell_house(others.DESK)
        await until(here.hub.desk_hurried.is_set, SECONDS)
        before = len(table.asked_after)
        others.tell_house(others.FACTS)
        await until(lambda: len(table.asked_after) > before, SECONDS)


@pytest.mark.parametrize("what", ["CLIENT KILL TYPE pubsub", "restart"])
async def test_after_a_cut_the_rooms_are_held_against_the_table(broker: Redis, what: str) -> None:
    table = Table(pulses={ROOM: Standing(seq=0)})
    async with listening(broker, table) as here:
        ear = seated(here, 0)
        await here.until_subscribed(broker)
        table.pulses, table.changes = {ROOM: Standing(seq=1)}, [change(1)]
        if what == "restart":
            await asyncio.to_thread(broker.restart)
        else:
            await asyncio.to_thread(broker.ask, *what.split())
        await until(lambda: ear.seqs == [1], SECONDS)
        await here.until_subscribed(broker)


async def test_while_nothing_is_heard_the_table_is_asked_every_second(broker: Redis) -> None:
    table = Table(pulses={ROOM: Standing(seq=0)})
    async with listening(broker, table) as here:
        ear = seated(here, 0)
        await here.until_subscribed(broker)
        broker.pause()
        try:
            await until(lambda: here.relay.is_in_doubt, SECONDS)
            for seq in (1, 2):
                table.pulses, table.changes = {ROOM: Standing(seq=seq)}, [change(seq)]
                await until(lambda: ear.seqs[-1:] == [seq], SECONDS)  # noqa: B023 - asked before the next
        finally:
            broker.go_on()
        await until(lambda: not here.relay.is_in_doubt, SECONDS)
        await here.until_subscribed(broker)


async def test_who_could_not_say_something_has_the_others_look(
    broker: Redis, speaking: SharedByRedis
) -> None:
    table = Table(pulses={ROOM: Standing(seq=0)})
    async with listening(broker, table) as here:
        ear = seated(here, 0)
        await here.until_subscribed(broker)
        await until(lambda: not here.hub.compare_hurried.is_set(), SECONDS)
        table.pulses, table.changes = {ROOM: Standing(seq=1)}, [change(1)]
        assert here.mine.at_return is not None
        here.mine.at_return()  # says so by whoever speaks
        await until(lambda: ear.seqs == [1], SECONDS)


async def test_what_none_of_ours_has_written_is_passed_over(broker: Redis, speaking: SharedByRedis) -> None:
    async with listening(broker, Table(pulses={ROOM: Standing(seq=0)})) as here:
        ear = seated(here, 0)
        await here.until_subscribed(broker)
        name = f"{here.mine.prefix}{topics.room(ROOM)}"
        for words in ("not of ours", "12345678", "12345678{}", "12345678[[1,2]]"):
            broker.ask("PUBLISH", name, words)
        await here.until_subscribed(broker)
        others.tell_changes([change(1)])
        await until(lambda: ear.seqs == [1], SECONDS)
