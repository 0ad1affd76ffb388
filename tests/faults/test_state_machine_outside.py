"""The same orders of everything against real processes: two of one house, on PostgreSQL and Redis, behind two doors.

The processes run on through all examples, each a room of its own. What a keeper or the clock does to the room is
written into the tables as by an `ibasho tend` beside them, which also does all due work but the two pieces that open
lines wait for; hours pass by setting the clocks of all, which stand still otherwise. A kill is SIGKILL of one, of the
other, or of both; the next one begins at the same door while the others go on. No rule is left out.
FAULTS_EXAMPLES, FAULTS_STEPS and FAULTS_SEED as in test_state_machine.py; but which step meets which
moment of the processes is not the seed's to say.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import seed
from hypothesis import settings as Settings  # noqa: N812 - pytest has a fixture of that name
from hypothesis.stateful import get_state_machine_test
from pytest_django import DjangoDbBlocker

from ibasho.rooms import epoch
from tests.conftest import furnish
from tests.faults.beside import beside
from tests.faults.house import House
from tests.faults.houses import Houses
from tests.faults.processes import Processes
from tests.faults.test_state_machine import LENGTH, RoomMachine, seed_of_run
from tests.redis import redis

DOORS = 2
LENGTH_OUTSIDE = Settings(LENGTH, max_examples=int(os.environ.get("FAULTS_EXAMPLES", "3")))


@pytest.fixture
def processes(houses: Houses, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Processes]:
    folders = [tmp_path / f"{door}" for door in range(DOORS)]
    url = houses.cluster.url(houses.new_bare(*folders))
    with redis() as between, django_db_blocker.unblock(), beside(url):
        with transaction.atomic():
            furnish()
        here = Processes(tmp_path / "clock", folders, DATABASE_URL=url, REDIS_URL=between.url)
        try:
            yield here
        finally:
            here.end()
            epoch.forget()


def test_everybody_sees_the_same_room_by_whichever_door(
    processes: Processes, record_line: Callable[[str], None]
) -> None:
    class Machine(RoomMachine):
        def come_to_house(self) -> House:
            return processes

    number = seed_of_run()
    seed(number)(get_state_machine_test(Machine, settings=LENGTH_OUTSIDE))()
    record_line(
        f"state machine, two processes: {LENGTH_OUTSIDE.max_examples} x {LENGTH.stateful_step_count} steps, "
        f"FAULTS_SEED={number}"
    )
    assert "Traceback" not in processes.log
