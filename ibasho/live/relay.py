"""Hears through Redis what the other processes of the house say: one subscription for each room that is read here.

Redis only hurries. A room is held against the table when its subscription begins, when one begins again, and, while
nothing at all is heard, every second; `live.rounds` does so every five seconds in any case.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from ibasho.lib.seldom import Seldom
from ibasho.lib.shared import Shared
from ibasho.live import others, topics
from ibasho.live.hub import Hub

logger = logging.getLogger(__name__)
seldom = Seldom(logger)

TICK_SECONDS = 1.0
DOUBT_SECONDS = 1.5  # a beat and a half without an answer
GIVE_UP_SECONDS = 3.0
AGAIN_SECONDS = 0.1
TOGETHER_SECONDS = 0.01  # rooms that are opened or left at once


class Relay:
    """Belongs to the loop of its hub. `compare` holds some rooms against the table."""

    def __init__(
        self, hub: Hub, shared: Shared, compare: Callable[[Collection[int]], Awaitable[None]]
    ) -> None:
        self._hub = hub
        self._shared = shared
        self._compare = compare
        self._wanted: set[str] = {topics.HOUSE, *(topics.room(room.id) for room in hub.rooms)}
        self._had: set[str] = set()
        self._changed = asyncio.Event()
        self._heard_at = -GIVE_UP_SECONDS
        self._begun_at = hub.loop.time()
        self._listening: asyncio.Task[None] | None = None
        self._fresh: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._hub.follower = self
        self._shared.at_return = self._tell_that_some_is_lost
        self._spawn(self._listen_again_and_again())
        self._spawn(self._tick())

    async def stop(self) -> None:
        self._hub.follower = None
        self._shared.at_return = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # The hub's rooms.

    def opened(self, room_id: int) -> None:
        self._wanted.add(topics.room(room_id))
        self._changed.set()

    def emptied(self, room_id: int) -> None:
        self._wanted.discard(topics.room(room_id))
        self._changed.set()

    @property
    def is_in_doubt(self) -> bool:
        """Where this process cannot say anything, others may not be able to either."""
        return not self._shared.is_well or self._hub.loop.time() - self._heard_at > DOUBT_SECONDS

    @staticmethod
    def _tell_that_some_is_lost() -> None:
        others.tell_house(others.LOOK)

    async def _tick(self) -> None:
        """Whatever is not heard must be looked for, and a line that says nothing is given up."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            if self.is_in_doubt:
                self._look()
            now = self._hub.loop.time()
            if self._listening is not None and now - max(self._heard_at, self._begun_at) > GIVE_UP_SECONDS:
                self._listening.cancel()

    def _look(self) -> None:
        self._hub.compare_hurried.set()
        self._hub.hurried.set()
        self._hub.desk_hurried.set()

    async def _listen_again_and_again(self) -> None:
        while True:
            self._begun_at = self._hub.loop.time()
            self._listening = self._hub.loop.create_task(self._listen())
            try:
                await asyncio.wait([self._listening])
            finally:
                self._listening.cancel()
            if not self._listening.cancelled() and (error := self._listening.exception()) is not None:
                seldom.warning(f"other processes are not heard: {type(error).__name__}")
            self._had.clear()
            await asyncio.sleep(AGAIN_SECONDS if not self.is_in_doubt else TICK_SECONDS)

    async def _listen(self) -> None:
        client = Redis.from_url(
            self._shared.url, socket_timeout=None, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0)
        )
        async with client, client.pubsub() as line:
            await self._follow_rooms(line)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(line))
                group.create_task(self._follow(line))
                group.create_task(self._beat(line))

    async def _beat(self, line: PubSub) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await line.ping()

    async def _follow(self, line: PubSub) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(TOGETHER_SECONDS)
            await self._follow_rooms(line)

    async def _follow_rooms(self, line: PubSub) -> None:
        self._changed.clear()
        new, gone = self._wanted - self._had, self._had - self._wanted
        self._had = set(self._wanted)
        prefix = self._shared.prefix
        if new:
            await line.subscribe(*(prefix + topic for topic in new))
        if gone:
            await line.unsubscribe(*(prefix + topic for topic in gone))

    async def _hear(self, line: PubSub) -> None:
        while True:
            message = await line.get_message(timeout=None)
            if message is not None:
                self._heard_at = self._hub.loop.time()
                self._take_or_pass_over(message)

    def _take_or_pass_over(self, message: dict[str, Any]) -> None:
        try:
            self._take(message)
        except (ValueError, TypeError) as error:
            seldom.warning(f"no words of this house, or of another version: {type(error).__name__}")
            self._look()

    def _take(self, message: dict[str, Any]) -> None:
        topic = (message.get("channel") or b"").decode().removeprefix(self._shared.prefix)
        if message["type"] == "subscribe":
            self._has_begun(topic)
        elif message["type"] == "message" and not message["data"].startswith(self._shared.me):
            self._take_words(topic, message["data"][len(self._shared.me) :])

    def _take_words(self, topic: str, words: bytes) -> None:
        room = topics.room_of(topic)
        if room is not None:
            self._hub.take(others.read_changes(room, words))
        elif words == others.FACTS:
            self._hub.hurried.set()
        elif words == others.DESK:
            self._hub.desk_hurried.set()
        else:
            self._look()

    def _has_begun(self, topic: str) -> None:
        """What was said before came to nobody here."""
        room = topics.room_of(topic)
        if room is None:
            self._look()
        else:
            if not self._fresh:
                self._hub.loop.call_soon(lambda: self._spawn(self._compare_fresh()))
            self._fresh.add(room)

    async def _compare_fresh(self) -> None:
        rooms, self._fresh = self._fresh, set()
        try:
            await self._compare(rooms)
        except Exception:
            logger.exception("rooms could not be compared")  # the next round does it

    def _spawn(self, work: Any) -> None:
        task = self._hub.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
