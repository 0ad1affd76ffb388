"""A house that is tried on one's own machine answers to each of that machine's names, without a word in the console."""

from __future__ import annotations

import copy

import pytest

from tests.browser.guests import Come, Place


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_talking_works_under_every_name_of_this_machine(
    come: Come, room: str, place: Place, host: str
) -> None:
    there = copy.copy(place)
    there.url = f"http://{host}:{place.house.port}"
    guest, other = come(there).enter(), come().enter()
    guest.sit(room)
    other.sit(room)
    guest.write("ここにいます")
    other.sees("ここにいます")
    assert [frame["type"] for frame in guest.said] == ["post"]
