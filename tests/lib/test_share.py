"""What several processes of one house share, through a real Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ibasho.lib import env, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.rate_limit import Limits, Pseudonyms
from ibasho.lib.shared_by_redis import SharedByRedis
from tests.redis import Redis, redis

SECONDS = 20.0
KEY = b"k" * 32


@pytest.fixture(scope="module")
def broker() -> Iterator[Redis]:
    with redis() as here:
        yield here


@pytest.fixture
def two(broker: Redis) -> Iterator[tuple[SharedByRedis, SharedByRedis]]:
    broker.ask("FLUSHALL")
    here, there = SharedByRedis(broker.url, "house", KEY), SharedByRedis(broker.url, "house", KEY)
    yield here, there
    here.close()
    there.close()


def limits_of(shared: SharedByRedis) -> Limits:
    return Limits(shared=lambda: shared)


def wait_of(limits: Limits, verb: str, key: object) -> int:
    with pytest.raises(Refusal) as caught:
        limits.take(verb, key)
    assert caught.value.retry_after is not None
    return caught.value.retry_after


def until(is_so: Callable[[], object]) -> None:
    ends = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < ends
        threading.Event().wait(0.02)


def test_tries_at_several_processes_are_counted_together(two: tuple[SharedByRedis, SharedByRedis]) -> None:
    here, there = map(limits_of, two)
    for limits in (here, there, here, there, here):
        limits.take("phrase", 1)
    assert 590 <= wait_of(there, "phrase", 1) <= 600
    assert 590 <= wait_of(here, "phrase", 1) <= 600
    there.take("phrase", 2)


def test_a_try_that_all_together_refuse_is_counted_by_nobody(
    two: tuple[SharedByRedis, SharedByRedis],
) -> None:
    here, there = map(limits_of, two)
    for _ in range(5):
        here.take("phrase", 1)
    for _ in range(5):
        wait_of(there, "phrase", 1)
    here.give_back("phrase", 1)
    there.take("phrase", 1)


def test_even_limits_come_back_one_by_one_for_all(two: tuple[SharedByRedis, SharedByRedis]) -> None:
    here, there = map(limits_of, two)
    for limits in (here, there, here, there, here):
        limits.take("post", "seat")
    assert wait_of(there, "post", "seat") == 3
    there.give_back("post", "seat")
    here.take("post", "seat")


def test_beyond_the_amount_one_at_a_time_is_let_through_for_all(
    two: tuple[SharedByRedis, SharedByRedis],
) -> None:
    here, there = map(limits_of, two)
    for number in range(30):
        (here if number % 2 else there).take("passphrase_room", 7)
    assert 15 <= wait_of(here, "passphrase_room", 7) <= 20
    assert 15 <= wait_of(there, "passphrase_room", 7) <= 20


def test_what_one_line_may_do_is_nobody_elses(two: tuple[SharedByRedis, SharedByRedis]) -> None:
    here, there = map(limits_of, two)
    here.take("fill", "line-1")
    there.take("fill", "line-1")


def test_a_code_is_used_once_whichever_process_is_asked(two: tuple[SharedByRedis, SharedByRedis]) -> None:
    here, there = map(limits_of, two)
    here.take("keeper_code_again", "3:123456")
    wait_of(there, "keeper_code_again", "3:123456")


def test_an_address_has_one_name_everywhere_and_another_on_another_day(
    broker: Redis, two: tuple[SharedByRedis, SharedByRedis]
) -> None:
    here, there = Pseudonyms(shared=lambda: two[0]), Pseudonyms(shared=lambda: two[1])
    name = here.of("203.0.113.77")
    assert there.of("203.0.113.77") == name
    broker.ask("DEL", "ibasho:house:day")
    assert Pseudonyms(shared=lambda: two[0]).of("203.0.113.77") != name


def test_a_redis_that_forgot_the_key_of_the_day_is_given_it_again(
    broker: Redis, two: tuple[SharedByRedis, SharedByRedis]
) -> None:
    now = [1_000.0]
    names = Pseudonyms(lambda: now[0], shared=lambda: two[0])
    name = names.of("203.0.113.77")
    broker.ask("FLUSHALL")
    now[0] += 31
    assert names.of("203.0.113.77") == name
    assert 86_300 <= int(broker.ask("TTL", "ibasho:house:day")) <= 86_370
    assert Pseudonyms(shared=lambda: two[1]).of("203.0.113.77") == name


def test_nobody_can_read_there_who_was_counted(
    broker: Redis, two: tuple[SharedByRedis, SharedByRedis]
) -> None:
    limits_of(two[0]).take("keeper_code_again", "3:123456")
    (name,) = broker.ask("KEYS", "*").split()
    assert "123456" not in name
    assert "keeper" not in name


def test_two_houses_on_one_redis_do_not_meet(broker: Redis, two: tuple[SharedByRedis, SharedByRedis]) -> None:
    stranger = SharedByRedis(broker.url, "another", KEY)
    here, other = limits_of(two[0]), limits_of(stranger)
    here.take("post_newcomer", "seat")
    other.take("post_newcomer", "seat")
    stranger.close()


def test_without_an_answer_each_counts_alone_and_nobody_waits(
    broker: Redis, two: tuple[SharedByRedis, SharedByRedis]
) -> None:
    here, there = map(limits_of, two)
    broker.pause()
    try:
        began = time.monotonic()
        for limits in (here, there):
            for _ in range(5):
                limits.take("phrase", 1)
            wait_of(limits, "phrase", 1)
        assert not two[0].is_well
        assert not two[1].is_well
        names = Pseudonyms(shared=lambda: two[0])
        assert names.of("203.0.113.77") == names.of("203.0.113.77")
        assert time.monotonic() - began < 5  # ten questions that each wait for an answer would take longer
    finally:
        broker.go_on()
    until(lambda: two[0].is_well and two[1].is_well)


def test_a_restart_is_noticed_and_said(broker: Redis, two: tuple[SharedByRedis, SharedByRedis]) -> None:
    returns: list[bool] = []
    two[0].at_return = lambda: returns.append(True)
    broker.kill()
    until(lambda: not two[0].is_well)
    broker.start()
    until(lambda: two[0].is_well and returns)
    limits_of(two[0]).take("phrase", 1)


def test_something_else_under_our_name_and_no_room_left_are_no_fault(
    broker: Redis, two: tuple[SharedByRedis, SharedByRedis]
) -> None:
    here = limits_of(two[0])
    here.take("phrase", 1)
    for name in broker.ask("KEYS", "*").split():
        broker.ask("SET", name, "no list")
    here.give_back("phrase", 1)
    broker.ask("RPUSH", "ibasho:house:day", "no text")
    here.take("phrase", 1)
    assert Pseudonyms(shared=lambda: two[0]).of("203.0.113.77")
    broker.ask("CONFIG", "SET", "maxmemory", "1")
    try:
        here.take("phrase", 1)
        here.take("phrase", 1)
        assert two[0].is_well
    finally:
        broker.ask("CONFIG", "SET", "maxmemory", "0")
    for _ in range(2):
        here.take("phrase", 1)
    wait_of(here, "phrase", 1)


@pytest.mark.parametrize("options", [("--save", "60 1"), ("--appendonly", "yes")])
def test_a_redis_that_writes_to_disk_is_refused(options: tuple[str, ...]) -> None:
    with redis(*options) as keeping, pytest.raises(env.Wrong, match="writes to disk"):
        SharedByRedis(keeping.url, "house", KEY)


def test_a_redis_that_begins_to_write_to_disk_gets_nothing_more(
    broker: Redis, two: tuple[SharedByRedis, SharedByRedis]
) -> None:
    broker.ask("CONFIG", "SET", "save", "3600 1")
    try:
        until(lambda: not two[0].is_well)
        limits_of(two[0]).take("phrase", 1)
        assert broker.ask("KEYS", "*") == ""
    finally:
        broker.ask("CONFIG", "SET", "save", "")
    until(lambda: two[0].is_well)


def test_a_redis_that_does_not_say_whether_it_writes_is_refused(broker: Redis) -> None:
    broker.ask("ACL", "SETUSER", "house", "on", ">word", "~*", "&*", "+@all", "-config")
    url = broker.url.replace("redis://", "redis://house:word@")
    with pytest.raises(env.Wrong, match="CONFIG GET"):
        SharedByRedis(url, "house", KEY)
    with pytest.raises(env.Wrong, match="password"):
        SharedByRedis(url.replace(":word@", ":other@"), "house", KEY)


def test_a_redis_that_is_not_there_yet_is_waited_for() -> None:
    with redis() as later:
        later.kill()
        here = SharedByRedis(later.url, "house", KEY)
        assert not here.is_well
        limits_of(here).take("phrase", 1)
        later.start()
        until(lambda: here.is_well)
        here.close()


def test_the_counts_of_the_house_are_the_shared_ones(
    two: tuple[SharedByRedis, SharedByRedis], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ibasho.lib import shared

    for number in range(5):
        monkeypatch.setattr(shared, "_current", two[number % 2])
        rate_limit.take("keeper_code_again", f"{number}:1")
    monkeypatch.setattr(shared, "_current", two[0])
    limits_of(two[1]).take("keeper_code_again", "9:1")
    with pytest.raises(Refusal):
        rate_limit.take("keeper_code_again", "9:1")
