import threading
from collections.abc import Callable

import pytest

from ibasho.lib.sqlite.turns import GAP_SECONDS, TooLong, Turns, turns_for
from tests.patience import PATIENCE_SECONDS

SOON = PATIENCE_SECONDS


def in_thread(func: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=func)
    thread.start()
    return thread


def wait_for_queue(turns: Turns, length: int) -> None:
    for _ in range(1_000_000):
        with turns._guard:
            if len(turns._queue) == length:
                return
    raise AssertionError("nobody queued")


def test_who_comes_first_is_served_first() -> None:
    turns = Turns()
    served: list[int] = []
    mine = turns.take(SOON)

    def write(number: int) -> None:
        token = turns.take(SOON)
        served.append(number)
        turns.give_back(token)

    threads = []
    for number in range(8):
        threads.append(in_thread(lambda number=number: write(number)))  # type: ignore[misc]
        wait_for_queue(turns, number + 1)
    turns.give_back(mine)
    for thread in threads:
        thread.join(SOON)
    assert served == list(range(8))


def test_waiting_ends_in_time_and_leaves_no_trace() -> None:
    turns = Turns()
    mine = turns.take(SOON)
    with pytest.raises(TooLong):
        turns.take(0.02)
    assert not turns._queue
    turns.give_back(mine)
    turns.give_back(turns.take(0.02))


def test_giving_back_twice_takes_the_turn_from_nobody() -> None:
    turns = Turns()
    mine = turns.take(SOON)
    turns.give_back(mine)
    theirs = turns.take(SOON)
    turns.give_back(mine)
    with pytest.raises(TooLong):
        turns.take(0.02)
    turns.give_back(theirs)


def test_a_thread_that_died_holding_its_turn_stops_nobody() -> None:
    turns = Turns()
    in_thread(lambda: turns.take(SOON)).join(SOON)
    turns.give_back(turns.take(SOON))


def test_a_thread_that_dies_while_others_wait_stops_nobody() -> None:
    turns = Turns()
    may_die = threading.Event()
    has_turn = threading.Event()

    def hold_and_die() -> None:
        turns.take(SOON)
        has_turn.set()
        may_die.wait(SOON)

    holder = in_thread(hold_and_die)
    assert has_turn.wait(SOON)
    waiter = in_thread(lambda: turns.give_back(turns.take(SOON)))
    wait_for_queue(turns, 1)
    may_die.set()
    holder.join(SOON)
    waiter.join(SOON)
    assert not waiter.is_alive()


def test_unbroken_writing_pauses_for_other_processes() -> None:
    now = [100.0]
    gaps: list[float] = []

    def pause(seconds: float) -> None:
        gaps.append(now[0])
        now[0] += seconds

    turns = Turns(clock=lambda: now[0], sleep=pause)

    def write_for(seconds: float) -> None:
        token = turns.take(SOON)
        now[0] += seconds
        turns.give_back(token)

    for _ in range(100):
        write_for(0.010)
    assert len(gaps) == 4
    assert gaps[0] == pytest.approx(100.2, abs=0.011)
    now[0] += 1
    before = len(gaps)
    for _ in range(100):
        write_for(0.010)
        now[0] += 2 * GAP_SECONDS
    assert len(gaps) == before, "a writer that rests by itself needs no further gap"


def test_each_file_has_one_queue() -> None:
    assert turns_for("/one") is turns_for("/one")
    assert turns_for("/one") is not turns_for("/other")
