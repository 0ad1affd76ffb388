"""Opening hours as arithmetic."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from ibasho.lib.clock import TOKYO
from ibasho.rooms.hours import Span, Timetable

SUNDAY_NIGHT = Span(6, 23 * 60 + 30, 24 * 60 + 30)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def test_a_span_across_midnight_belongs_to_the_day_it_begins_on() -> None:
    table = Timetable((SUNDAY_NIGHT,))
    opening = table.opening_at(at("2026-11-23T00:10"))
    assert opening is not None
    assert (opening.opens_at, opening.closes_at) == (at("2026-11-22T23:30"), at("2026-11-23T00:30"))
    assert table.opening_at(at("2026-11-23T00:30")) is None


def test_the_next_opening_is_the_first_one_after() -> None:
    table = Timetable((SUNDAY_NIGHT, Span(2, 780, 1320)))
    following = table.next_opening(at("2026-11-22T23:30"))
    assert following is not None
    assert following.opens_at == at("2026-11-25T13:00")


def test_a_room_may_rest_on_holidays() -> None:
    monday = Span(0, 780, 1320)  # 2026-11-23 is 勤労感謝の日
    rests = Timetable((monday,), rests_on_holidays=True)
    assert rests.opening_at(at("2026-11-23T14:00")) is None
    assert Timetable((monday,)).opening_at(at("2026-11-23T14:00")) is not None
    following = rests.next_opening(at("2026-11-22T00:00"))
    assert following is not None
    assert following.opens_at == at("2026-11-30T13:00")


def test_a_closed_day_is_left_out() -> None:
    table = Timetable((Span(0, 780, 1320),), closed_days=frozenset({dt.date(2026, 11, 30)}))
    found = [opening.opens_at for opening in table.openings(dt.date(2026, 11, 22), 28)]
    assert found == [at("2026-11-23T13:00"), at("2026-12-07T13:00"), at("2026-12-14T13:00")]


def test_a_room_without_hours_never_opens() -> None:
    assert Timetable(()).next_opening(at("2026-11-22T00:00")) is None


spans = st.builds(
    lambda day, opens, length: Span(day, opens, min(2880, opens + length)),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)


@given(st.lists(spans, max_size=4), st.integers(0, 60 * 24 * 30))
def test_an_opening_that_is_now_was_once_the_next(weekly: list[Span], minutes: int) -> None:
    table = Timetable(tuple(weekly))
    moment = at("2026-11-01T00:00") + dt.timedelta(minutes=minutes)
    now = table.opening_at(moment)
    if now is not None:
        assert now.opens_at <= moment < now.closes_at
        assert table.next_opening(now.opens_at - dt.timedelta(microseconds=1)) is not None
    following = table.next_opening(moment)
    assert (following is None) == (not weekly)
    assert following is None or following.opens_at > moment
