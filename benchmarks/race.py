"""Two hundred people for ten seats, through the doors of a real server that is killed among them.

Each keeps asking with the same form until it is answered, as a browser that reloads does. Then some who joined
withdraw at once, and the next in line are to be asked, in their order.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from benchmarks.house import House
from benchmarks.table import p99
from tests.wire import Answer, Browser

PEOPLE, SEATS, LEAVE = 200, 10, 5
PATIENCE_SECONDS = 180.0
AGAIN_SECONDS = 0.5


@dataclass
class Outcome:
    """What must not be, counted; and how long each answer took in the rounds without a kill."""

    rounds: int = 0
    kills: int = 0
    acked: int = 0
    oversold: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not (self.oversold or self.lost or self.doubled or self.out_of_order)

    @property
    def slowest(self) -> float:
        return max(self.seconds, default=0.0)

    def line(self, engine: str) -> str:
        took = f"answer p99 {p99(self.seconds):.2f} s, slowest {self.slowest:.2f} s" if self.seconds else ""
        return (
            f"race {self.rounds} × {PEOPLE} for {SEATS} seats, {engine}: kills {self.kills}, "
            f"acked {self.acked}, oversold {self.oversold}, lost {self.lost}, doubled {self.doubled}, "
            f"out of order {self.out_of_order}" + f", {took}" * bool(took)
        )

    def count(self, line: Sequence[Mapping[str, str]], told: Mapping[str, Mapping[str, Any]]) -> None:
        """The line as it stands in the table beside what each was told, by the id of the form."""
        turns = {row["request_id"]: int(row["turn"]) for row in line}
        self.lost += len(told.keys() - turns.keys())
        self.doubled += len(line) - len(told.keys() & turns.keys())
        joined = sum(answer["state"] == "joined" for answer in told.values())
        self.oversold += max(0, sum(int(row["seats"]) for row in line) - SEATS, joined - SEATS)
        if sorted(turns.values()) != list(range(1, len(line) + 1)):
            self.out_of_order += 1
        self.out_of_order += sum(
            answer.get("place", 0) != max(0, turns[form] - SEATS)
            for form, answer in told.items()
            if form in turns
        )
        states = [row["state"] for row in line]
        rest = ["offered"] * LEAVE + ["waiting"] * (len(line) - SEATS - LEAVE)
        first = ["joined"] * (SEATS - LEAVE) + ["withdrawn"] * LEAVE
        self.out_of_order += sorted(states[:SEATS]) != first or states[SEATS:] != rest


async def race(
    here: House, *, rounds: int, kill_every: int, chance: random.Random, seconds: float = math.inf
) -> Outcome:
    """`kill_every`: how often a round has a kill at some moment within it; 1 is each. After `seconds` no round
    begins.
    """
    outcome, ends = Outcome(), asyncio.get_running_loop().time() + seconds
    meetings: list[int] = await asyncio.to_thread(here.order, "plan_race", rounds, SEATS)
    people = [Browser(here.port) for _ in range(PEOPLE)]
    form = f"/events/{meetings[0]}/sign-up/"  # with its token
    await asyncio.gather(*(_answered(partial(browser.get, form)) for browser in people))
    for number, event_id in enumerate(meetings):
        if asyncio.get_running_loop().time() > ends:
            break
        kill_at = chance.randrange(1, PEOPLE + LEAVE) if number % kill_every == 0 else None
        await _Round(here, event_id, kill_at).run(people, chance, outcome)
    return outcome


@dataclass
class _Round:
    """`kill_at`: after so many answers the server is killed, and started again."""

    here: House
    event_id: int
    kill_at: int | None
    answers: int = 0
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    told_before: list[str] = field(default_factory=list)
    kill: asyncio.Task[None] | None = None

    async def run(self, people: list[Browser], chance: random.Random, outcome: Outcome) -> None:
        took = await asyncio.gather(*(self._sign_up(browser) for browser in people))
        joined = [answer["code"] for answer in self.told.values() if answer["state"] == "joined"]
        leaving = chance.sample(joined, min(LEAVE, len(joined)))
        await asyncio.gather(*map(self._withdraw, people, leaving))
        if self.kill is not None:
            await self.kill
            outcome.kills += 1
            found = await asyncio.gather(*map(self._is_there, people, self.told_before))
            outcome.lost += found.count(False)
        else:
            outcome.seconds += took
        outcome.rounds += 1
        outcome.acked += len(self.told) + len(leaving)
        line = await asyncio.to_thread(self.here.order, "line_of", self.event_id)
        outcome.count(line, self.told)

    async def _sign_up(self, browser: Browser) -> float:
        now = asyncio.get_running_loop().time
        form, began = str(uuid4()), now()
        fields = {"id": form, "call_name": "こもれび", "standpoint": "parent"}
        path = f"/events/{self.event_id}/sign-up/"
        answer = await _answered(partial(browser.post, path, fields, as_json=True))
        assert answer.status == HTTPStatus.CREATED, answer.text
        self.told[form] = answer.json()
        took = now() - began
        self._answered_one()
        return took

    async def _withdraw(self, browser: Browser, code: str) -> None:
        answer = await _answered(partial(browser.post, f"/sign-ups/{code}/withdrawal/", as_json=True))
        assert answer.json()["state"] == "withdrawn", answer.text
        self._answered_one()

    async def _is_there(self, browser: Browser, code: str) -> bool:
        answer = await _answered(partial(browser.post, "/sign-ups/", {"code": code}, as_json=True))
        return answer.status == HTTPStatus.OK and "state" in answer.json()

    def _answered_one(self) -> None:
        self.answers += 1
        if self.answers == self.kill_at:
            self.told_before = [answer["code"] for answer in self.told.values()]
            self.kill = asyncio.create_task(asyncio.to_thread(self._kill))

    def _kill(self) -> None:
        self.here.kill()
        self.here.serve()


async def _answered(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Asked again while nobody answers, or the table is busy. Raises TimeoutError where no answer ever comes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(OSError, EOFError):
                answer = await ask()
                if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    return answer
            await asyncio.sleep(random.uniform(0, AGAIN_SECONDS))
