"""Who was asked to rest a little writes again when the time has come, on the same page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.guests import Come, Place

_REST = """
import datetime as dt
from django.db import transaction
from ibasho.lib import clock
from ibasho.rooms.models import Seat

with transaction.atomic():
    seats = Seat.objects.filter(room__slug={slug!r})
    assert seats.update(resting_until=clock.now() + dt.timedelta(seconds=8)) == 1
"""


def test_a_rest_ends_by_itself_without_a_reload(come: Come, place: Place, room: str) -> None:
    guest = come().enter()
    guest.send(f"/rooms/{room}/door/", mode="speak", call_name="ゆうぐれ")
    place.tell(_REST.format(slug=room))
    page = guest.open(f"/rooms/{room}/")
    guest.wait_for_line()
    line = page.locator("[data-room-state]")
    expect(line).to_have_text(re.compile("^いまは、書くことをお休みしています。"))
    expect(guest.field).to_be_hidden()
    expect(line).to_be_hidden()
    guest.write("休んだあとの言葉です。")
    guest.sees("休んだあとの言葉です。")
