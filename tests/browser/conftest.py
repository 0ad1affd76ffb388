"""One house for all journeys, a browser, and a fresh room for each."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.guests import PHONE, Come, Guest, NewRoom, Place
from tests.browser.keepers import KeeperBrowser, sign_in
from tests.browser.tunnel import Tunnel
from tests.patience import PATIENCE_SECONDS

# Pictures are drawn when somebody wants to look at them: IBASHO_PICTURES=1 pytest tests/browser/test_draw_*.py
_DRAWING = [
    "test_draw_pictures.py",
    "test_draw_first_minutes.py",
    "test_draw_handbook_room.py",
    "test_draw_handbook_helping.py",
]
collect_ignore = [] if os.environ.get("IBASHO_PICTURES") else _DRAWING

_CHROMIUM = [
    "--headless",
    "--font-render-hinting=slight",  # as a desktop draws letters; the shell alone takes them a little narrower
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_ALLOWED = ["screen-wake-lock"]  # as browsers do by themselves; the shell waits to be told
# Rooms beside the one to try need keepers; this one is open because a row says so.
_OPEN_ROOM = """
from django.db import transaction
from django.utils import timezone
from ibasho.people.models import Standpoint
from ibasho.rooms.models import Room, RoomAudience, RoomSession

with transaction.atomic():
    room = Room.objects.create(slug="heya-{number}", title="部屋{number}", about="ためすための部屋です。", position=100)
    for standpoint in Standpoint.values:
        RoomAudience.objects.create(room=room, standpoint=standpoint)
    RoomSession.objects.create(
        room=room, state="open", opens_at=timezone.now(), first_position=1, first_seq=0
    )
"""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=1_000 * PATIENCE_SECONDS)
    # the shell draws the same pages for half the work: nobody sees the bars and menus that the whole program makes
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "Chromium is missing: sudo apt-get install -y chromium-headless-shell"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The sample house with limits lifted."""
    data = tmp_path_factory.mktemp("browser")
    place = Place(data, IBASHO_RATE_LIMITS="off")
    try:
        yield place
    finally:
        place.end()


@pytest.fixture(autouse=True)  # first of all: it outlasts the browsers
def nothing_stays(place: Place) -> Iterator[None]:
    """No test meets what another wrote."""
    with place.as_it_was():
        yield


@pytest.fixture
def new_room(place: Place) -> NewRoom:
    """`new_room()`: opens a room in which nobody has been; returns its slug."""
    numbers = itertools.count(1)

    def open_room() -> str:
        number = next(numbers)
        place.tell(_OPEN_ROOM.format(number=number))
        return f"heya-{number}"

    return open_room


@pytest.fixture
def room(new_room: NewRoom) -> str:
    return new_room()


@pytest.fixture
def come(browser: Browser, place: Place) -> Iterator[Come]:
    """`come(through_tunnel=False, **context options)`: somebody opens a browser of their own.

    Their clock is set to another place, because times are Tokyo's whatever a device believes.
    """
    guests: list[Guest] = []

    def arrive(at: Place = place, *, through_tunnel: bool = False, **options: Any) -> Guest:
        tunnel = Tunnel() if through_tunnel else None
        if tunnel:
            options["proxy"] = {"server": tunnel.address}
        usual = {
            "viewport": PHONE,
            "locale": "ja-JP",
            "timezone_id": "America/New_York",
            "permissions": _ALLOWED,
        }
        options = usual | options
        guest = Guest(browser.new_context(**options), at, tunnel)
        guests.append(guest)
        return guest

    yield arrive
    for guest in guests:
        guest.leave()
    troubles = list(itertools.chain.from_iterable(guest.unforgiven for guest in guests))
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def keeper_browser(come: Come, place: Place) -> KeeperBrowser:
    """`keeper_browser(duty_name, *roles)`: a keeper's browser, signed in with a second factor; a moderator if no role is named."""

    def sit_down(name: str, *roles: str, **options: Any) -> Guest:
        return sign_in(come(**options), place, name, *(roles or ("moderator",)))

    return sit_down
