"""A month on paper: few sheets, and a name or a place keeps its line."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.browser.guests import Come, Place
from tests.browser.looks import barriers, what_sticks_out
from tests.browser.paper import sheets_of

_MONTH = """
from datetime import timedelta
from django.db import transaction
from ibasho.events.models import Event, EventAudience
from ibasho.lib import clock
from ibasho.people.models import Standpoint

first = clock.tokyo(clock.now() + timedelta(days=32)).replace(day=1, hour=13, minute=30, second=0, microsecond=0)
with transaction.atomic():
    for number in range(45):
        starts = first + timedelta(days=number % 28, hours=5 * (number // 28))
        event = Event.objects.create(
            title="きょうだいのお茶の会", kind="sibling_meeting", way="place", place="つばめ坂センター 2階の和室",
            starts=starts, ends=starts + timedelta(minutes=90), published_on=clock.today(), is_short=number % 3 == 0,
        )
        for standpoint in Standpoint.values:
            EventAudience.objects.create(event=event, standpoint=standpoint)
"""
_BROKEN = """() => Array.from(document.querySelectorAll('.sheet__things strong, .sheet__hours'), (it) => it)
  .filter((it) => it.getClientRects().length > 1 && !it.querySelector('ruby')).map((it) => it.textContent)"""


@pytest.fixture
def month(place: Place) -> str:
    place.tell(_MONTH)
    soon = datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(days=32)
    return f"{soon:%Y-%m}"


@pytest.mark.parametrize("furigana", ["", "on"])
def test_a_month_with_many_meetings_comes_out_on_two_sheets(come: Come, month: str, furigana: str) -> None:
    page = come().open(f"/events/print/?month={month}&furigana={furigana}")
    assert page.locator(".sheet__things > li").count() >= 45
    assert sheets_of(page) == 2
    page.set_viewport_size({"width": 703, "height": 1000})  # what A4 leaves between its margins
    page.emulate_media(media="print")
    assert page.evaluate(_BROKEN) == []


def test_a_month_for_paper_can_be_looked_at_on_every_screen(come: Come, month: str) -> None:
    page = come().open(f"/events/print/?month={month}&furigana=on")
    assert not [*barriers(page), *what_sticks_out(page)]
