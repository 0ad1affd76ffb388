"""Only hours from nine to nine count, and nobody is asked outside them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibasho.events.daytime import add_daytime, is_daytime, next_daytime, offer_until
from ibasho.lib.clock import TOKYO

NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 4 * 366 * 86_400).map(lambda seconds: NEW_YEAR + dt.timedelta(seconds=seconds))


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of November 2026 in Tokyo; the 23rd is a Monday."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(23, 9), at(23, 9)),
        (at(23, 20, 59), at(23, 20, 59)),
        (at(23, 21), at(24, 9)),
        (at(23, 8, 59), at(23, 9)),
        (at(23, 0), at(23, 9)),
        (at(30, 23), dt.datetime(2026, 12, 1, 9, tzinfo=TOKYO)),
    ],
)
def test_the_night_waits_for_nine_o_clock(moment: dt.datetime, expected: dt.datetime) -> None:
    assert next_daytime(moment) == expected


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        (at(23, 10), 24, at(25, 10)),
        (at(23, 22), 24, at(25, 21)),
        (at(23, 9), 12, at(23, 21)),
        (at(23, 20), 2, at(24, 10)),
        (at(23, 3), 1, at(23, 10)),
    ],
)
def test_only_hours_of_the_day_count(moment: dt.datetime, hours: int, expected: dt.datetime) -> None:
    assert add_daytime(moment, hours) == expected


def test_an_offer_ends_three_hours_before_the_start_at_the_latest() -> None:
    assert offer_until(at(23, 10), at(24, 10)) == at(24, 7)
    assert offer_until(at(23, 10), at(29, 10)) == at(25, 10)


def test_nobody_is_asked_when_no_time_is_left() -> None:
    assert offer_until(at(23, 10), at(23, 13)) is None
    assert offer_until(at(23, 10), at(23, 13, 1)) is not None
    assert offer_until(at(23, 10), at(22, 13)) is None


@given(MOMENTS, st.integers(1, 60))
def test_any_hours_end_by_day_and_take_at_least_as_long(moment: dt.datetime, hours: int) -> None:
    end = add_daytime(moment, hours)
    begins = next_daytime(moment)
    assert is_daytime(begins)
    assert is_daytime(end - dt.timedelta(microseconds=1))
    nights = (end.astimezone(TOKYO).date() - begins.astimezone(TOKYO).date()).days
    assert end - begins == dt.timedelta(hours=hours + 12 * nights)
