"""The cast, and what every test may rely on: no network but loopback, limits fresh, time to travel in."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import daphne.server  # noqa: F401 - first of all: it chooses the reactor, and whatever imports Twisted would
import hypothesis
import pytest
import pytest_django
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client, TransactionTestCase

from ibasho.events import card_pot
from ibasho.house import own_words
from ibasho.house.actions import acknowledge, publish_rules
from ibasho.house.models import Helpline, HelplineHours, HouseProfile, HouseRule, HouseRulesVersion
from ibasho.lib import aside, pools, rate_limit
from ibasho.lib import clock as house_clock
from ibasho.moderation import triggers
from ibasho.people.actions import enter
from ibasho.people.models import Keeper, KeeperRole, Kind, Person, Role, Standpoint
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms import earlier
from ibasho.rooms.actions.seats import take_seat
from ibasho.rooms.actions.trial import ensure_trial_room
from ibasho.rooms.models import Room, RoomAudience, RoomSession, Seat
from ibasho.rooms.queries import audience
from ibasho.rooms.queries.catching_up import forget_readings

OpenRoom = Callable[..., Room]
EnterAs = Callable[[Client, Person], Client]
KeeperClient = Callable[[KeeperFacts], Client]
SeatFor = Callable[..., Seat]
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
EVENING = dt.datetime(2026, 11, 22, 11, 2, tzinfo=dt.UTC)  # a Sunday, 20:02 in Tokyo
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)  # wherever a test travels, and whenever it runs

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is nobody's fault
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who travels sets out before anybody comes in, whatever the order in which a test names its fixtures."""
    for item in items:
        names = getattr(item, "fixturenames", [])
        names.sort(key=lambda name: name != "clock")


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """The log is guarded as by the migration that tests do without, but for the moment that empties all tables."""

    def empty_tables(self: TransactionTestCase) -> None:
        triggers.lift(connection)
        # without the types and permissions that Django then lays down anew, ten times the work; nobody asks for them
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        triggers.install(connection)

    with django_db_blocker.unblock():
        triggers.install(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield
    # PostgreSQL drops no database that somebody still holds
    pools.shutdown()
    asyncio.run(sync_to_async(connections.close_all)())  # the thread of whatever a test did off its loop


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
    aside.go_on()
    forget_readings()
    earlier.forget()
    audience.forget()
    own_words.forget()
    card_pot.POT.forget()
    cache.clear()
    yield
    rate_limit.reset()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still at a Sunday evening, 20:02 in Tokyo; `.shift(timedelta)` and `.move_to()` travel."""
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(db: None) -> HouseProfile:
    """A small house: a name plate, three promises in force, one helpline for day and night."""
    # the cast is also used without a transaction around the test, and a write never goes without one
    with transaction.atomic():
        return furnish()


def furnish() -> HouseProfile:
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
    publish_rules(rules, effective_from=LONG_AGO)
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


@pytest.fixture
def keeper(house: HouseProfile) -> KeeperFacts:
    """見守り役「みどり」, who also facilitates."""
    return new_keeper("みどり", "midori", Role.MODERATOR, Role.FACILITATOR)


@pytest.fixture
def second_keeper(house: HouseProfile) -> KeeperFacts:
    return new_keeper("すすき", "susuki", Role.MODERATOR)


@pytest.fixture
def steward(house: HouseProfile) -> KeeperFacts:
    """家の番「かじか」, who may do everything."""
    return new_keeper("かじか", "kajika", *Role)


@pytest.fixture
def keeper_client() -> KeeperClient:
    """`keeper_client(keeper)`: a browser signed in, with the second factor shown."""

    def sign_in(keeper: KeeperFacts) -> Client:
        client = Client()
        client.force_login(Person.objects.get(pk=keeper.person_id))
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "mfa", "type": "totp", "at": house_clock.now().timestamp()}
        ]
        session["account_authentication_methods_user"] = str(keeper.person_id)
        session.save()
        return client

    return sign_in


KEEPERS_PASSWORD = "つゆくさの みちを あるく"  # of every keeper in the cast
KEEPERS_TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def new_keeper(duty_name: str, login_name: str, *roles: Role) -> KeeperFacts:
    today = house_clock.today()
    with transaction.atomic():
        person = Person.objects.create(
            kind=Kind.KEEPER, password=_hashed_password(), entered_on=today, last_seen_on=today
        )
        keeper = Keeper.objects.create(
            person=person, login_name=login_name, duty_name=duty_name, began_on=today
        )
        for role in roles:
            KeeperRole.objects.create(keeper=keeper, role=role, given_on=today)
        TOTP.activate(person, KEEPERS_TOTP_SECRET)
    return facts_of(keeper)


@functools.cache
def _hashed_password() -> str:
    return make_password(KEEPERS_PASSWORD)


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
        is_paused = state == RoomSession.State.PAUSED
        RoomSession.objects.create(
            room=room,
            state=state,
            paused_why=RoomSession.Pause.BY_HAND if is_paused else "",
            paused_at=house_clock.now() if is_paused else None,
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
