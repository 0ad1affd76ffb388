"""F1: two hundred people for ten seats, and the server is killed among them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterator

import pytest

from benchmarks.house import house
from benchmarks.race import LEAVE, PEOPLE, race
from tests.postgres import postgres

ROUNDS = 3


@contextlib.contextmanager
def database(engine: str) -> Iterator[str]:
    if engine == "SQLite":
        yield ""
    else:
        with postgres() as url:
            yield url


@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
def test_kills_among_many_for_few_seats_oversell_lose_double_and_reorder_nothing(
    engine: str, record_line: Callable[[str], None]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    with database(engine) as url, house(seats=1, DATABASE_URL=url) as here:
        outcome = asyncio.run(race(here, rounds=ROUNDS, kill_every=1, chance=random.Random(seed)))
    record_line(outcome.line(engine))
    assert outcome.is_whole, outcome
    assert (outcome.rounds, outcome.kills) == (ROUNDS, ROUNDS)
    assert outcome.acked == ROUNDS * (PEOPLE + LEAVE)
