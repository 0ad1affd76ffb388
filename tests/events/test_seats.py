"""The state machine of seats, without a database: who is joined, who is asked, in which order."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibasho.events.daytime import offer_until
from ibasho.events.seats import (
    HOLDS,
    Hall,
    Place,
    free_for,
    is_over,
    line_text,
    place_in_line,
    seats_open_to,
    settle,
    taken,
    with_steps,
    would_join,
)
from ibasho.lib.clock import TOKYO

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=TOKYO)
STARTS = dt.datetime(2026, 11, 28, 13, 30, tzinfo=TOKYO)
JUST_BEFORE = STARTS - dt.timedelta(hours=2)


def hall(capacity: int | None = 2, **fields: Any) -> Hall:
    usual: dict[str, Any] = {
        "newcomer_seats": 0,
        "vacancy": 0,
        "starts": STARTS,
        "ends": STARTS + dt.timedelta(hours=2),
    }
    return Hall(capacity=capacity, **usual | fields)


def place(turn: int, state: str = "waiting", **fields: Any) -> Place:
    seats = fields.get("party", 1) if state in HOLDS else 0
    usual: dict[str, Any] = {"party": 1, "seats": seats}
    return Place(turn, state, **usual | fields)


def steps(
    hall: Hall, places: list[Place], now: dt.datetime = NOON, fresh: int = 0
) -> list[tuple[int, str, int]]:
    """(turn, to, seats) of whoever is joined or asked."""
    found = settle(hall, places, now, fresh or None)
    return [(step.turn, step.to, step.seats) for step in found]


def test_who_signs_up_while_a_seat_is_free_joins_at_once() -> None:
    assert steps(hall(), [place(1)], fresh=1) == [(1, "joined", 1)]


def test_without_a_capacity_everybody_joins() -> None:
    line = [place(turn, "joined", party=4) for turn in range(1, 200)]
    assert steps(hall(None), [*line, place(200, party=4)], fresh=200) == [(200, "joined", 4)]


def test_who_signs_up_to_a_full_meeting_waits() -> None:
    assert steps(hall(1), [place(1, "joined"), place(2)], fresh=2) == []


def test_a_free_seat_is_offered_to_who_waits_longest() -> None:
    assert steps(hall(1), [place(3), place(2)]) == [(2, "offered", 1)]


def test_whoever_wished_it_so_joins_without_being_asked() -> None:
    assert steps(hall(1), [place(2, auto_accept=True), place(3)]) == [(2, "joined", 1)]


def test_who_comes_late_does_not_overtake_who_waits() -> None:
    assert steps(hall(1), [place(1), place(2)], fresh=2) == [(1, "offered", 1)]


def test_once_everybody_was_asked_about_a_seat_a_new_one_takes_it() -> None:
    assert steps(hall(1, vacancy=5), [place(1, asked_at=5), place(2)], fresh=2) == [(2, "joined", 1)]


def test_who_said_nothing_is_asked_again_about_the_next_seat() -> None:
    assert steps(hall(1, vacancy=6), [place(1, asked_at=5), place(2)]) == [(1, "offered", 1)]


def test_a_household_that_fits_in_part_is_asked_about_that_part() -> None:
    assert steps(hall(1), [place(1, party=2), place(2)]) == [(1, "offered", 1)]


def test_what_a_household_is_asked_about_grows_before_anybody_behind_is_asked() -> None:
    asked = place(1, "offered", party=2, seats=1)
    assert steps(hall(2), [asked, place(2)]) == [(1, "offered", 2)]
    assert steps(hall(3), [asked, place(2)]) == [(1, "offered", 2), (2, "offered", 1)]
    assert steps(hall(2), [asked._replace(auto_accept=True), place(2)]) == [(1, "joined", 2)]


def test_who_stands_before_a_household_is_asked_before_its_offer_grows() -> None:
    asked = place(2, "offered", party=2, seats=1)
    assert steps(hall(2), [place(1), asked]) == [(1, "offered", 1)]
    assert steps(hall(2, vacancy=5), [place(1, asked_at=5), asked]) == [(2, "offered", 2)]


def test_nothing_grows_in_the_last_three_hours_but_the_seats_of_who_comes() -> None:
    assert steps(hall(2), [place(1, "offered", party=2, seats=1)], JUST_BEFORE) == []
    assert steps(hall(2), [place(1, "joined", party=2, seats=1)], JUST_BEFORE) == [(1, "joined", 2)]


def test_the_rest_of_a_household_waits_at_its_turn_and_comes_without_a_question() -> None:
    rest = place(2, "joined", party=3, seats=1)
    assert steps(hall(2), [rest, place(3)]) == [(2, "joined", 2)]
    assert steps(hall(2), [place(1), rest]) == [(1, "offered", 1)]
    assert place_in_line([rest, place(3)], place(3)) == 2
    assert place_in_line([rest], rest) is None


def test_seats_for_newcomers_are_not_for_the_rest_of_others() -> None:
    rest, newcomer = place(1, "joined", party=2, seats=1), place(2, is_newcomer=True)
    assert steps(hall(2, newcomer_seats=1), [rest, newcomer]) == [(2, "offered", 1)]
    assert steps(hall(2, newcomer_seats=1), [rest], JUST_BEFORE) == [(1, "joined", 2)]


def test_all_or_none_waits_until_they_fit_and_others_are_asked_first() -> None:
    line = [place(1, party=2, all_or_none=True), place(2)]
    assert steps(hall(1), line) == [(2, "offered", 1)]
    assert steps(hall(2), line) == [(1, "offered", 2)]


def test_a_household_is_never_joined_in_part_without_being_asked() -> None:
    assert steps(hall(1), [place(1, party=2, auto_accept=True)]) == [(1, "offered", 1)]
    assert steps(hall(1), [place(1, party=2)], fresh=1) == [(1, "offered", 1)]


def test_seats_for_newcomers_wait_for_newcomers_until_three_hours_before() -> None:
    full_but_two = hall(3, newcomer_seats=2)
    regular, newcomer = place(2, auto_accept=True), place(3, auto_accept=True, is_newcomer=True)
    joined = place(1, "joined")
    assert steps(full_but_two, [joined, regular, newcomer]) == [(3, "joined", 1)]
    assert steps(full_but_two, [joined, regular], JUST_BEFORE) == [(2, "joined", 1)]


def test_newcomers_who_sit_use_up_the_seats_kept_for_them() -> None:
    newcomers = [place(1, "joined", is_newcomer=True), place(2, "joined", is_newcomer=True)]
    assert free_for(hall(4, newcomer_seats=2), newcomers, place(3, party=4), NOON) == 2


def test_nobody_is_asked_in_the_last_three_hours() -> None:
    assert steps(hall(2), [place(1)], JUST_BEFORE) == []
    assert steps(hall(2), [place(1), place(2)], JUST_BEFORE, fresh=2) == [(2, "joined", 1)]
    assert seats_open_to(hall(2), [place(1)], place(1), JUST_BEFORE) == 1


def test_a_seat_that_becomes_free_while_it_goes_on_still_passes_on() -> None:
    during = STARTS + dt.timedelta(minutes=10)
    assert steps(hall(1), [place(1, auto_accept=True)], during) == [(1, "joined", 1)]


@pytest.mark.parametrize("over", [hall(is_on=False), hall(ends=NOON)])
def test_nothing_is_given_once_it_is_called_off_or_over(over: Hall) -> None:
    assert steps(over, [place(1, auto_accept=True)], fresh=1) == []


def test_after_a_cut_nobody_is_sent_away_and_nobody_joins() -> None:
    line = [place(1, "joined", party=3), place(2, "offered"), place(3, auto_accept=True)]
    assert is_over(hall(2), line)
    assert not is_over(hall(4), line)
    assert not is_over(hall(None), line)
    assert steps(hall(2), line) == []


def test_the_place_is_counted_among_those_who_wait() -> None:
    line = [place(1), place(2, "joined"), place(3, "offered"), place(4)]
    assert place_in_line(line, line[0]) == 1
    assert place_in_line(line, line[3]) == 2
    assert place_in_line(line, line[1]) is None


def test_the_rule_of_the_line_says_what_a_household_must_know() -> None:
    assert len(line_text(place(1))) == 2
    assert "2席そろうまで" in line_text(place(1, party=2, all_or_none=True))[-1]
    assert "あいた分だけ" in line_text(place(1, party=2))[-1]


def test_whether_one_would_join_is_asked_without_anybody_joining() -> None:
    line = [place(1, "joined")]
    kept = hall(2, newcomer_seats=1)
    assert not would_join(kept, line, NOON, is_newcomer=False)
    assert would_join(kept, line, NOON, is_newcomer=True)
    assert not would_join(hall(2), [*line, place(2)], NOON, is_newcomer=False)


PLACES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    state=st.sampled_from(["waiting", "waiting", "joined", "offered"]),
    party=st.integers(1, 4),
    is_newcomer=st.booleans(),
    all_or_none=st.booleans(),
    auto_accept=st.booleans(),
    asked_at=st.sampled_from([None, 0, 1]),
    short=st.integers(0, 3),
)


def place_of(turn: int, state: str, short: int, **fields: Any) -> Place:
    """Who is asked or has joined may hold a part of their seats; all or none never does."""
    whole = place(turn, state, **fields)
    is_short = state in HOLDS and not whole.all_or_none
    return whole._replace(seats=max(1, whole.party - short)) if is_short else whole


def may_have_more(row: Place, room: Hall, now: dt.datetime) -> bool:
    if row.state == "joined":
        return True
    return offer_until(now, STARTS) is not None and (row.state == "offered" or row.asked_at != room.vacancy)


@given(
    st.lists(PLACES, max_size=12),
    st.integers(0, 12),
    st.integers(0, 12),
    st.sampled_from([NOON, JUST_BEFORE, STARTS, STARTS + dt.timedelta(hours=3)]),
)
def test_any_line_is_served_in_order_and_never_beyond_the_capacity(
    rows: list[dict[str, Any]], capacity: int, newcomers: int, now: dt.datetime
) -> None:
    line = [place_of(turn, **row) for turn, row in enumerate(rows, start=1)]
    room = hall(capacity, newcomer_seats=min(newcomers, capacity), vacancy=1)
    after = {row.turn: row for row in line}
    for step in settle(room, line, now):
        here = after[step.turn]
        passed = [row for row in after.values() if row.turn < here.turn and row.lacks]
        next_in_line = [row for row in passed if may_have_more(row, room, now)]
        assert all(seats_open_to(room, list(after.values()), row, now) == 0 for row in next_in_line)
        assert step.seats > here.seats
        after[step.turn] = here._replace(state=step.to, seats=step.seats)
    rest = list(after.values())
    assert rest == list(with_steps(line, settle(room, line, now)))
    assert taken(rest) <= max(capacity, taken(line))
    assert settle(room, rest, now) == []


def test_a_line_of_thousands_is_gone_through_once() -> None:
    """Twice as long takes twice as long, not four times."""

    def seconds(parties: int) -> float:
        line = [place(1, state="joined", seats=1), *(place(turn) for turn in range(2, parties))]
        times = []
        for _ in range(3):
            began = time.process_time()
            assert settle(hall(1), line, NOON) == []
            times.append(time.process_time() - began)
        return min(times)

    assert seconds(8_000) < 8 * seconds(2_000)
