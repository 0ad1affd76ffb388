"""The house dies or restarts while pages are open: nothing said is lost, nothing is shown twice."""

from __future__ import annotations

import signal

import pytest

from tests.browser.guests import Come, Place


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "restarted"])
def test_open_pages_come_back_to_exactly_what_was_said(
    come: Come, room: str, place: Place, ending: signal.Signals
) -> None:
    guests = [come().enter(), come().enter()]
    first, second = guests
    for guest in guests:
        guest.forgive("net::ERR", "WebSocket connection")
        guest.sit(room)
    first.write("まえの言葉")
    second.sees("まえの言葉")
    second.field.fill("書きかけ")

    first.write("そのときの言葉")
    place.house.end(ending)
    first.write("いないあいだの言葉")
    place.come_back()

    for guest in guests:
        guest.sees("そのときの言葉")
        guest.sees("いないあいだの言葉")
    second.send_button.click()
    first.sees("書きかけ")
    said = ["まえの言葉", "そのときの言葉", "いないあいだの言葉", "書きかけ"]
    assert place.stored(room) == said
    second.sees("書きかけ")
    for guest in guests:
        assert [row.split("|")[-2] for row in guest.view()] == said
        guest.has_the_same_view_as_the_loaded_page()
