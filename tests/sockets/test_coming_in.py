"""Many who come back together get what each of them would get alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ibasho.house.actions import Clause, acknowledge, draft_rules, give_notice, publish_rules
from ibasho.house.queries import current_rules
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions import enter
from ibasho.people.models import Person, Session
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import epoch
from ibasho.rooms.actions import leave_duty, leave_room, post_messages
from ibasho.rooms.hygiene import hear
from ibasho.rooms.models import Room, RoomAudience, RoomSession, Seat
from ibasho.rooms.queries import Behind, CatchUp, Line
from ibasho.rooms.queries.catching_up import forget_readings
from ibasho.sockets.doorway import line_for, lines_for, read_all_up
from tests.conftest import KeeperClient, OpenRoom, SeatFor
from tests.rooms.conftest import OnDuty, evening, on_duty
from tests.sockets.kit import cookie_of

__all__ = ["evening", "on_duty"]
pytestmark = pytest.mark.django_db
Ask = tuple[str | None, str]


def key_of(person: Person) -> str:
    return cookie_of(person).partition("=")[2]


class Crowd:
    """Guests who sit in rooms, each with a browser, and the doors they ask at."""

    def __init__(self, seat_for: SeatFor) -> None:
        self._seat_for = seat_for
        self.asked: list[Ask] = []

    def sit(self, room: Room, mode: str = "speak") -> tuple[Person, Seat, str]:
        person = enter("person")
        acknowledge(person, current_rules().number)
        seat, key = self._seat_for(person, room, mode=mode), key_of(person)
        self.asked.append((key, room.slug))
        return person, seat, key


def as_code(answer: object) -> object:
    return (type(answer).__name__, answer.code) if isinstance(answer, Refusal) else answer


def alone(ask: Callable[[Sequence[Any]], Sequence[object]], asked: Sequence[Any]) -> list[object]:
    return [as_code(answer) for one in asked for answer in ask([one])]


def together(ask: Callable[[Sequence[Any]], Sequence[object]], asked: Sequence[Any]) -> list[object]:
    return [as_code(answer) for answer in ask(asked)]


@pytest.fixture
def crowd(
    clock: object,
    evening: Room,
    on_duty: OnDuty,
    open_room: OpenRoom,
    seat_for: SeatFor,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> Crowd:
    """Everybody of whom something else is true, in two rooms that are open and one that has closed."""
    on_duty(evening)
    crowd, other, closed = Crowd(seat_for), open_room(), open_room(keepers_needed=2)
    for client in (keeper_client(keeper), keeper_client(second_keeper)):
        crowd.asked.append((client.cookies["sessionid"].value, evening.slug))
        crowd.asked.append((client.cookies["sessionid"].value, other.slug))
    for room in (evening, other, closed):
        for mode in ("speak", "observe"):
            _, _, key = crowd.sit(room, mode)
            crowd.asked.append((key, "nowhere"))
    crowd.asked += [(None, evening.slug), ("unknown", evening.slug)]
    stranger = enter("person")  # has never said yes
    crowd.asked.append((key_of(stranger), evening.slug))
    RoomSession.objects.filter(room=closed).update(state="closed", closes_at=house_clock.now())
    with transaction.atomic():
        Seat.objects.filter(person=crowd.sit(other)[0]).update(
            active_at=house_clock.now() - dt.timedelta(hours=1)
        )
    for person, seat, key in [crowd.sit(evening), crowd.sit(other)]:
        give_notice(person, "test", "お手紙です。")
        words = [
            hear(line_for(key, seat.room.slug), "post", {"id": word_id, "text": "こんばんは。"})
            for word_id in IDS
        ]
        post_messages(words[:1])
        post_messages(words[1:])
    return crowd


IDS = ["0a0a0a0a-0000-4000-8000-000000000001", "0a0a0a0a-0000-4000-8000-000000000002"]


def befall(crowd: Crowd, evening: Room, second_keeper: KeeperFacts) -> list[Callable[[], object]]:
    """What may become of a guest whose line was open, one after the other."""
    later = house_clock.now() + dt.timedelta(days=1)
    people = {
        name: crowd.sit(evening) for name in ("removed", "suspended", "away", "left", "other", "resting")
    }
    person = {name: found[0].pk for name, found in people.items()}
    return [
        lambda: Seat.objects.filter(person=person["removed"]).update(removed_until=later),
        lambda: Person.objects.filter(pk=person["suspended"]).update(suspended_until=later),
        lambda: Session.objects.filter(person=person["away"]).update(away=True),
        lambda: leave_room(people["left"][0], evening),
        lambda: Person.objects.filter(pk=person["other"]).update(standpoint="parent"),
        lambda: Seat.objects.filter(person=person["resting"]).update(resting_until=later),
        lambda: leave_duty(second_keeper),
        lambda: RoomAudience.objects.filter(room=evening, standpoint="parent").delete(),
        lambda: publish_rules(draft_rules([Clause("listen", "いるとき", "人の話を、さいごまで 聞きます。")])),
    ]


def test_together_they_get_what_each_gets_alone(
    crowd: Crowd, evening: Room, second_keeper: KeeperFacts
) -> None:
    events = befall(crowd, evening, second_keeper)
    lines = [line for line in lines_for(crowd.asked) if isinstance(line, Line)]
    assert len(lines) > len(events)
    behind = [
        Behind(line, epoch.current() if since is not None else None, since)
        for line in lines
        for since in (None, 0, 1, 99)
    ]
    assert any(isinstance(one, CatchUp) and one.events and one.notices for one in read_all_up(behind))
    for event in [lambda: None, *events]:
        with transaction.atomic():
            event()
        assert together(lines_for, crowd.asked) == alone(lines_for, crowd.asked)
        forget_readings()
        at_once = together(read_all_up, behind)
        forget_readings()
        assert at_once == alone(read_all_up, behind)
    assert {answer for answer in at_once if isinstance(answer, tuple)} == {
        ("Refusal", "removed"),
        ("Refusal", "suspended"),
        ("Refusal", "not_entered"),
        ("Left", "not_found"),
        ("Refusal", "not_found"),
    }


def test_many_cost_as_many_queries_as_one(room: Room, seat_for: SeatFor) -> None:
    crowd = Crowd(seat_for)
    for _ in range(12):
        crowd.sit(room)
    one: list[str] = []
    asked: list[str] = []
    for group in (crowd.asked[:1], crowd.asked):
        with CaptureQueriesContext(connection) as found:
            lines = [line for line in lines_for(group) if isinstance(line, Line)]
            read_all_up([Behind(line, epoch.current(), 0) for line in lines])
        assert len(lines) == len(group)
        one, asked = asked, [query["sql"] for query in found.captured_queries]
    assert len(asked) <= len(one)
