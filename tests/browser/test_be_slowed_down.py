"""With the limits as they are in a real house: hasty words wait a little, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Place

_NO_LONGER_NEW = """
import datetime as dt
from django.db import transaction
from ibasho.rooms.models import Seat

with transaction.atomic():
    Seat.objects.update(post_count=50, first_entered_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
"""


@pytest.fixture(scope="module")
def strict_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("strict"))
    yield place
    place.end()


def test_words_written_too_fast_wait_and_go_out_by_themselves(come: Come, strict_place: Place) -> None:
    writer, reader = come(strict_place).enter(), come(strict_place).enter()
    page = writer.sit("tameshi")
    reader.sit("tameshi")
    strict_place.tell(_NO_LONGER_NEW)
    words = [f"{number}つめの言葉" for number in range(1, 7)]  # five at once, then one in three seconds
    writer.say_many("tameshi", words[:5])
    writer.write(words[5])
    expect(writer.field).to_have_value("")
    expect(page.locator(".room-composer__say")).not_to_be_empty()  # it says that they wait
    expect(reader.row(words[-1])).to_have_count(1)
    assert strict_place.stored("tameshi") == words
    expect(page.locator(".room-composer__say")).to_be_empty()
    writer.has_the_same_view_as_the_loaded_page()


def test_a_newcomers_haste_is_met_kindly_and_the_words_stay(come: Come, strict_place: Place) -> None:
    newcomer = come(strict_place).enter()
    page = newcomer.sit("tameshi")
    newcomer.write("はじめまして")
    newcomer.sees("はじめまして")
    newcomer.write("つづけて、ふたつめ")
    expect(page.locator(".room-composer__say")).not_to_be_empty()
    assert "つづけて、ふたつめ" not in strict_place.stored("tameshi")
    assert any("つづけて、ふたつめ" in kept for kept in page.evaluate("Object.values(sessionStorage)"))
