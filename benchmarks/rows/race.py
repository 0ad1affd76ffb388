"""Two hundred people for ten seats, a hundred times, with kills; on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterator

from benchmarks import postgres
from benchmarks.house import House, house
from benchmarks.race import PEOPLE, SEATS, race
from benchmarks.table import Row

ROUNDS, KILL_EVERY = 100, 4
MUST = 3.0


def rows(seconds: float) -> Iterator[Row]:
    with house(seats=1) as here:
        yield _row("SQLite", here, seconds)
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.durable()).url()
        except SystemExit as missing:
            yield Row(_what("PostgreSQL"), "not measured", "0 oversold", False, str(missing))
            return
        yield _row("PostgreSQL", stack.enter_context(house(seats=1, DATABASE_URL=url)), seconds)


def _row(engine: str, here: House, seconds: float) -> Row:
    """A machine that is too slow for all rounds in these seconds has not shown what must hold."""
    seed = random.randrange(2**32)
    running = race(here, rounds=ROUNDS, kill_every=KILL_EVERY, chance=random.Random(seed), seconds=seconds)
    outcome = asyncio.run(running)
    print(f"{outcome.line(engine)}; seed {seed}", flush=True)
    return Row(
        _what(engine),
        f"{outcome.oversold} oversold, slowest answer {outcome.slowest:.2f} s",
        f"0 oversold, ≤{MUST:.0f} s",
        outcome.is_whole and outcome.slowest <= MUST and outcome.rounds == ROUNDS,
        f"{outcome.rounds} rounds, {outcome.kills} kills; {outcome.acked:,} answered, {outcome.lost} lost, {outcome.doubled} doubled, "
        f"{outcome.out_of_order} out of order",
    )


def _what(engine: str) -> str:
    return f"sign-up race, {PEOPLE} for {SEATS} seats × {ROUNDS} rounds, {engine}"
