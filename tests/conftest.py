"""The cast, and what every test may rely on: no network but loopback, limits fresh, time to travel in."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import daphne.server  # noqa: F401 - first of all: it chooses the reactor, and whatever imports Twisted would
import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.house.actions import acknowledge, publish_rules
from ibasho.house.models import Helpline, HelplineHours, HouseProfile, HouseRule, HouseRulesVersion
from ibasho.lib import clock as house_clock
from ibasho.lib import rate_limit
from ibasho.people.actions import enter
from ibasho.people.models import Person, Standpoint
from ibasho.rooms.actions.seats import take_seat
from ibasho.rooms.actions.trial import ensure_trial_room
from ibasho.rooms.models import Room, RoomAudience, RoomSession, Seat

OpenRoom = Callable[..., Room]
EnterAs = Callable[[Client, Person], Client]
SeatFor = Callable[..., Seat]
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """The network is forbidden: whoever reaches beyond this machine fails loudly."""

    def check(address: Any) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test reached for the network: {address[0]}")

    def connect(self: socket.socket, address: Any) -> None:
        check(address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return _connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Nobody is too fast because of the test before."""
    rate_limit.reset()
    yield
    rate_limit.reset()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still at a Sunday evening, 20:02 in Tokyo; `.shift(timedelta)` and `.move_to()` travel."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 11, 2, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(db: None) -> HouseProfile:
    """A small house: a name plate, three promises in force, one helpline for day and night."""
    # the cast is also used without a transaction around the test, and a write never goes without one
    with transaction.atomic():
        return _furnish()


def _furnish() -> HouseProfile:
    profile = HouseProfile.objects.create(
        name="みどりの家",
        welcome="いるだけで\nいい場所",
        lead="文字だけの 部屋が あります。",
        about="名前も メールも いりません。",
        run_by="みどりの会",
        staff_hours="毎日 13時〜21時",
    )
    rules = HouseRulesVersion.objects.create(number=1)
    for position, (key, text) in enumerate(_RULES, start=1):
        HouseRule.objects.create(version=rules, position=position, key=key, group="この場所では", text=text)
    publish_rules(rules)
    line = Helpline.objects.create(
        name="よるの電話",
        way=Helpline.Way.CALL,
        number="0120-000-000",
        hours_text="毎日 24時間",
        source_url="https://helpline.example/",
        checked_on=house_clock.today(),
    )
    HelplineHours.objects.bulk_create(
        HelplineHours(helpline=line, weekday=day, opens=0, closes=1440) for day in range(7)
    )
    return profile


_RULES = [
    ("listen", "人の ｜話《はなし》を、そのまま 聞きます。"),
    ("own_pace", "話しても、だまっていても いいです。"),
    ("stay_here", "ここで 聞いたことは、外で 話しません。"),
]


@pytest.fixture
def newcomer(house: HouseProfile) -> Person:
    """Just came in, has said yes to the rules, holds no seat."""
    return _person(Standpoint.PERSON)


@pytest.fixture
def regular(house: HouseProfile) -> Person:
    return _person(Standpoint.PERSON, days_here=30)


@pytest.fixture
def other_regular(house: HouseProfile) -> Person:
    return _person(Standpoint.PERSON, days_here=30)


@pytest.fixture
def parent(house: HouseProfile) -> Person:
    return _person(Standpoint.PARENT, days_here=30)


@pytest.fixture
def sibling(house: HouseProfile) -> Person:
    return _person(Standpoint.SIBLING, days_here=30)


@pytest.fixture
def outsider(house: HouseProfile) -> Client:
    """A browser without a session."""
    return Client()


def _person(standpoint: Standpoint, *, days_here: int = 0) -> Person:
    person = enter(standpoint)
    acknowledge(person, HouseRulesVersion.objects.latest("number").number)
    if days_here:
        person.entered_on -= dt.timedelta(days=days_here)
        with transaction.atomic():
            person.save(update_fields=["entered_on"])
    return person


@pytest.fixture
def enter_as() -> EnterAs:
    """`enter_as(client, person)`: the browser is now theirs."""

    def go_in(client: Client, person: Person) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return go_in


@pytest.fixture
def trial_room(house: HouseProfile) -> Room:
    """「ためしの部屋」: open to every standpoint, no keeper, no pace, never closes."""
    ensure_trial_room()
    return Room.objects.get(is_trial=True)


@pytest.fixture
def open_room(house: HouseProfile) -> OpenRoom:
    """`open_room(standpoints=[...], closes_at=..., **fields)`: a new room with a session that is open now.

    The house allows one room without keepers; the rooms after it need two, and their
    session is open because a row says so.
    """

    @transaction.atomic
    def make(
        *,
        standpoints: list[str] | None = None,
        state: str = RoomSession.State.OPEN,
        closes_at: dt.datetime | None = None,
        **fields: Any,
    ) -> Room:
        number = Room.objects.count() + 1
        is_trial = "keepers_needed" not in fields and not Room.objects.filter(is_trial=True).exists()
        fields = {"is_trial": is_trial, "keepers_needed": 0 if is_trial else 2} | fields
        fields = {
            "slug": f"room-{number}",
            "title": f"部屋{number}",
            "about": "ためすための部屋です。",
        } | fields
        room = Room.objects.create(position=number, **fields)
        for standpoint in standpoints or list(Standpoint.values):
            RoomAudience.objects.create(room=room, standpoint=standpoint)
        RoomSession.objects.create(
            room=room,
            state=state,
            opens_at=house_clock.now() - dt.timedelta(hours=1),
            closes_at=closes_at,
            first_position=room.last_position + 1,
            first_seq=room.seq,
        )
        return room

    return make


@pytest.fixture
def seat_for() -> SeatFor:
    """`seat_for(person, room, mode="speak", name="")`: takes a seat as the door does; no name is おまかせ."""

    def sit_down(person: Person, room: Room, mode: str = Seat.Mode.SPEAK, name: str = "") -> Seat:
        return take_seat(person, room, mode=mode, call_name=name)

    return sit_down
