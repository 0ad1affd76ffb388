import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.rate_limit import LIMITS, Limits, Pseudonyms


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits(clock)


def wait_of(limits: Limits, verb: str, key: object) -> int:
    with pytest.raises(Refusal) as caught:
        limits.take(verb, key)
    assert caught.value.retry_after is not None
    return caught.value.retry_after


def take_all(limits: Limits, verb: str, key: object, times: int) -> None:
    for _ in range(times):
        limits.take(verb, key)


def test_the_table_has_the_amounts_of_the_design() -> None:
    table = {verb: (limit.amount, limit.seconds, limit.by) for verb, limit in LIMITS.items()}
    assert table == {
        "enter": (5, 3600, "prefix"),
        "return": (5, 3600, "prefix"),
        "return_house": (100, 3600, "house"),
        "door": (20, 600, "person"),
        "phrase": (5, 600, "person"),
        "passphrase_person": (5, 600, "person"),
        "passphrase_room": (30, 600, "room"),
        "post": (5, 15, "seat"),
        "post_newcomer": (1, 20, "seat"),
        "change": (10, 60, "seat"),
        "ignore": (20, 60, "seat"),
        "fill": (1, 2, "line"),
        "older": (30, 60, "person"),
        "mail_stop": (30, 3600, "prefix"),
        "note_person": (3, 3600, "person"),
        "note_prefix": (10, 3600, "prefix"),
        "note_answer": (1, 86_400, "person"),
        "opinion": (5, 3600, "prefix"),
        "quiet_box_person": (3, 3600, "person"),
        "quiet_box_prefix": (10, 3600, "prefix"),
        "look": (30, 3600, "prefix"),
        "sign_up": (10, 3600, "prefix"),
        "helping": (3, 3600, "prefix"),
        "concern": (5, 600, "person"),
        "concern_room": (20, 600, "room"),
        "receipts": (10, 3600, "prefix"),
        "feeds": (30, 3600, "prefix"),
        "mail": (10, 3600, "prefix"),
        "reviews": (10, 3600, "prefix"),
        "poll": (20, 10, "seat"),
        "seen": (30, 60, "line"),
        "connect_person": (20, 60, "person"),
        "connect_desk": (60, 60, "person"),
        "connect_process": (200, 1, "process"),
        "keeper_login": (10, 3600, "account"),
        "keeper_passkey": (30, 600, "prefix"),
        "keeper_code": (10, 3600, "account"),
        "keeper_code_again": (1, 300, "account and code"),
        "frame": (20, 10, "line"),
        "flood": (10, 60, "line"),
        "idle_frame": (100, 10, "line"),
        "malformed": (19, 60, "line"),
    }
    assert (rate_limit.LINES_PER_SEAT, rate_limit.LINES_PER_PERSON, rate_limit.POLLS_PER_SEAT) == (3, 10, 3)


@pytest.mark.parametrize("verb", LIMITS)
def test_each_limit_holds_and_says_when_to_come_back(verb: str, clock: Clock, limits: Limits) -> None:
    take_all(limits, verb, "one", LIMITS[verb].amount)
    wait = wait_of(limits, verb, "one")
    limits.take(verb, "another")
    clock.now += wait - 1
    if wait > 1:
        assert wait_of(limits, verb, "one") == 1
    clock.now += 1
    limits.take(verb, "one")


def test_posts_come_back_one_by_one_after_a_burst(clock: Clock, limits: Limits) -> None:
    take_all(limits, "post", "seat", 5)
    assert wait_of(limits, "post", "seat") == 3
    clock.now += 3
    limits.take("post", "seat")
    assert wait_of(limits, "post", "seat") == 3
    clock.now += 15
    take_all(limits, "post", "seat", 5)


def test_a_window_counts_from_each_try(clock: Clock, limits: Limits) -> None:
    limits.take("return", "6a")
    clock.now += 1_800
    take_all(limits, "return", "6a", 4)
    assert wait_of(limits, "return", "6a") == 1_800
    clock.now += 1_800
    limits.take("return", "6a")
    assert wait_of(limits, "return", "6a") == 1_800


def test_a_refused_try_is_not_counted(clock: Clock, limits: Limits) -> None:
    take_all(limits, "return", "6a", 5)
    for _ in range(100):
        wait_of(limits, "return", "6a")
    clock.now += 3_600
    take_all(limits, "return", "6a", 5)


def test_beyond_its_amount_the_house_slows_and_never_locks(clock: Clock, limits: Limits) -> None:
    take_all(limits, "return_house", "house", 100)
    for _ in range(20):
        assert wait_of(limits, "return_house", "house") == 10
        clock.now += 10
        limits.take("return_house", "house")
    take_all(limits, "passphrase_room", "room", 30)
    assert wait_of(limits, "passphrase_room", "room") == 20


def test_a_verb_may_have_two_limits(clock: Clock, limits: Limits) -> None:
    for _ in range(10):
        limits.take("fill", "seat")
        clock.now += 2
    assert wait_of(limits, "fill", "seat") == 40


def test_homes_behind_one_v4_address_get_five_times_the_amount(limits: Limits) -> None:
    take_all(limits, "enter", "4abc", 25)
    wait_of(limits, "enter", "4abc")
    take_all(limits, "enter", "6abc", 5)
    wait_of(limits, "enter", "6abc")
    take_all(limits, "door", "4", 20)
    wait_of(limits, "door", "4")


def test_only_some_limits_can_be_lifted(clock: Clock) -> None:
    lifted = Limits(clock, are_lifted=lambda: True)
    stays = {verb for verb, limit in LIMITS.items() if limit.stays}
    assert stays == {
        "return",
        "return_house",
        "passphrase_person",
        "passphrase_room",
        "malformed",
        "idle_frame",
        "keeper_login",
        "keeper_code",
        "keeper_code_again",
    }
    for verb, limit in LIMITS.items():
        take_all(lifted, verb, "one", limit.amount)
        if verb in stays:
            wait_of(lifted, verb, "one")
        else:
            take_all(lifted, verb, "one", 100)


def test_the_house_setting_lifts_them(settings: Settings) -> None:
    rate_limit.reset()
    settings.RATE_LIMITS = False
    for _ in range(20):
        rate_limit.take("post", "seat")
    settings.RATE_LIMITS = True
    for _ in range(5):
        rate_limit.take("post", "seat")
    with pytest.raises(Refusal):
        rate_limit.take("post", "seat")
    rate_limit.reset()
    rate_limit.take("post", "seat")


def test_memory_is_bounded_and_the_least_used_is_forgotten_first(clock: Clock) -> None:
    limits = Limits(clock, keys_per_verb=10)
    take_all(limits, "enter", "6busy", 5)
    for number in range(100):
        limits.take("enter", f"6{number}")
        wait_of(limits, "enter", "6busy")
    assert sum(len(counts) for counts in limits._counts.values()) == 10
    clock.now += 3_600
    limits.take("enter", "6new")
    assert sum(len(counts) for counts in limits._counts.values()) == 1


@given(st.lists(st.floats(0, 30), max_size=60))
def test_no_window_ever_holds_more_than_its_amount(pauses: list[float]) -> None:
    clock = Clock()
    limits = Limits(clock)
    granted: list[float] = []
    for pause in pauses:
        clock.now += pause
        try:
            limits.take("change", "seat")
        except Refusal:
            continue
        granted.append(clock.now)
        assert sum(1 for moment in granted if moment > clock.now - 60) <= 10


def test_threads_together_get_no_more_than_one_would(clock: Clock, limits: Limits) -> None:
    granted: list[int] = []

    def try_often() -> None:
        for _ in range(50):
            try:
                limits.take("older", "person")
            except Refusal:
                continue
            granted.append(1)

    threads = [threading.Thread(target=try_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 30


def test_a_pseudonym_is_of_a_home_and_not_of_an_address(clock: Clock) -> None:
    names = Pseudonyms(clock)
    assert names.of("2001:db8:1:2::3") == names.of("2001:db8:1:2:ffff::9")
    assert names.of("2001:db8:1:2::3") != names.of("2001:db8:1:3::3")
    assert names.of("203.0.113.77") == names.of("::ffff:203.0.113.77")
    assert names.of("203.0.113.77") != names.of("203.0.113.78")
    assert names.of("203.0.113.77").startswith("4")
    assert names.of("2001:db8::1").startswith("6")
    assert "203" not in names.of("203.0.113.77")[1:4]
    assert names.of("") == names.of("")  # a unix socket has none


def test_a_pseudonym_ends_with_its_day(clock: Clock) -> None:
    names = Pseudonyms(clock)
    first = names.of("203.0.113.77")
    clock.now += 86_399
    assert names.of("203.0.113.77") == first
    clock.now += 86_400 + 3_600
    assert names.of("203.0.113.77") != first


def test_nobody_escapes_a_limit_by_waiting_for_the_new_key(clock: Clock) -> None:
    names = Pseudonyms(clock)
    unseen = names.of("203.0.113.1")
    clock.now += 86_000
    recent = names.of("203.0.113.77")
    clock.now += 500
    assert names.of("203.0.113.77") == recent
    assert names.of("203.0.113.1") != unseen
    clock.now += 3_600
    assert names.of("203.0.113.77") != recent
