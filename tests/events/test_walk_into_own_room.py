"""From the page of a sign-up into the room: by text first, and an outside link only then and only there."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from ibasho.events.actions import keep_meeting_rooms, withdraw
from ibasho.events.models import Admission, Event, MeetingRoom, SignUp
from ibasho.lib import rate_limit
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import turn_sessions
from tests.conftest import EnterAs, KeeperClient
from tests.events.conftest import SATURDAY, Meeting, Sign, replan, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JSON = {"accept": "application/json"}
MINE = "/sign-ups/mine/"
LINK = "https://meet.example.org/asagao"
ENTER = "部屋に入る（文字だけでも だいじょうぶです）"
RULES = {"rules_version": "1", "accept": "on"}


@pytest.fixture
def event(meeting: Meeting) -> Event:
    made = meeting(link=LINK)
    keep_meeting_rooms()
    return made


def slug_of(event: Event) -> str:
    return MeetingRoom.objects.get(event=event).room.slug


def led_by_code(client: Client, event: Event, **wish: Any) -> SignUp:
    answer = signed(event, **wish)
    client.get(f"/sign-ups/{answer.code}/")
    return answer.sign_up


def shown(client: Client) -> str:
    return client.get(MINE).content.decode()


def test_the_page_says_when_and_from_then_on_has_the_room_first_and_the_link_second(
    outsider: Client, event: Event, clock: Any
) -> None:
    led_by_code(outsider, event)
    before = shown(outsider)
    assert "13:30</span> になると、ここから入れます。" in before
    assert (ENTER in before, "meet.example.org" in before) == (False, False)
    clock.move_to(SATURDAY)
    page = shown(outsider)
    assert 0 < page.index(ENTER) < page.index(f'href="{LINK}" rel="noreferrer noopener external"')
    assert "meet.example.org をひらく" in page
    assert outsider.get(MINE, headers=JSON).json()["own_room"] == {"link": LINK}
    clock.move_to(event.ends)
    assert (ENTER in shown(outsider), LINK in shown(outsider)) == (False, False)


def test_the_link_is_nowhere_else(
    event: Event, outsider: Client, parent: Person, sign: Sign, enter_as: EnterAs, clock: Any
) -> None:
    replan(event, capacity=1)
    mine = led_by_code(outsider, event)
    waiting = Client()
    led_by_code(waiting, event)
    browser = enter_as(Client(), parent)
    browser.post("/me/calendar/")
    clock.move_to(SATURDAY + dt.timedelta(minutes=1))
    assert LINK in shown(outsider)
    paths = (
        "/events/",
        f"/events/{event.pk}/",
        f"/events/{event.pk}/sign-up/",
        f"/events/{event.pk}.ics",
        "/events.ics",
        "/me/",
        "/me/download/",
        "/",
        MINE,
    )
    for client in (Client(), browser, waiting):
        for path in paths:
            assert "meet.example.org" not in client.get(path).content.decode(), path
    for path in paths[:-1]:
        assert "meet.example.org" not in outsider.get(path).content.decode(), path
    assert "own_room" not in waiting.get(MINE, headers=JSON).json()
    withdraw(mine.pk)
    assert "meet.example.org" not in shown(outsider)


@pytest.mark.parametrize(
    ("plan", "status"), [({"way": "place", "place": "公民館"}, 404), ({"called_off_at": SATURDAY}, 409)]
)
def test_where_there_is_no_room_there_is_no_door(
    outsider: Client,
    event: Event,
    parent: Person,
    enter_as: EnterAs,
    clock: Any,
    plan: dict[str, Any],
    status: int,
) -> None:
    answer = signed(event)
    outsider.get(f"/sign-ups/{answer.code}/")
    replan(event, **plan)
    clock.move_to(SATURDAY)
    keep_meeting_rooms()
    assert (ENTER in shown(outsider), LINK in shown(outsider)) == (False, False)
    of = {"of": answer.sign_up.pk}
    assert outsider.post(f"{MINE}room/", of).status_code == 404
    inside = enter_as(Client(), parent)
    inside.get(f"/sign-ups/{answer.code}/")
    assert inside.post(f"{MINE}room/", of).status_code == status
    assert not Admission.objects.exists()


def test_who_has_not_come_in_comes_in_first_and_that_one_sign_up_comes_along(
    outsider: Client, event: Event, meeting: Meeting, clock: Any
) -> None:
    other = led_by_code(outsider, meeting())
    row = led_by_code(outsider, event, call_name="あじさい")
    clock.move_to(SATURDAY)
    led = outsider.post(f"{MINE}room/", {"of": row.pk})
    assert (led.status_code, urlsplit(led["Location"]).path) == (303, "/enter/")
    assert parse_qs(urlsplit(led["Location"]).query) == {"next": [MINE]}
    assert str(row.pk) not in led["Location"]
    assert not Admission.objects.exists()
    inside = outsider.post("/enter/", {**RULES, "standpoint": "parent", "next": MINE})
    assert inside["Location"] == MINE
    turn_sessions()
    page = shown(outsider)
    assert ENTER in page
    assert str(other.pk) not in page
    door = outsider.post(f"{MINE}room/", {"of": row.pk})
    assert door["Location"] == f"/rooms/{slug_of(event)}/"
    assert "いまは、準備をしています。" in outsider.get(door["Location"]).content.decode()
    assert SignUp.objects.get(pk=row.pk).person is None, "the way in ties nothing to わたし"


def test_what_was_not_asked_for_and_what_is_half_an_hour_old_stays_behind_the_door(
    outsider: Client, event: Event, clock: Any
) -> None:
    row = led_by_code(outsider, event)
    clock.move_to(SATURDAY)
    outsider.post(f"{MINE}room/", {"of": row.pk})
    clock.shift(dt.timedelta(minutes=31))
    outsider.post("/enter/", {**RULES, "standpoint": "parent"})
    assert 'name="code"' in shown(outsider)
    unasked = Client()
    led_by_code(unasked, event)
    unasked.post("/enter/", {**RULES, "standpoint": "parent"})
    assert 'name="code"' in shown(unasked)


def test_somebody_of_another_standpoint_is_told_so_on_the_page(
    client: Client, meeting: Meeting, parent: Person, regular: Person, enter_as: EnterAs, clock: Any
) -> None:
    event = meeting(standpoints=["parent"])
    keep_meeting_rooms()
    answer = signed(event, person=parent)
    enter_as(client, regular).get(f"/sign-ups/{answer.code}/")
    clock.move_to(SATURDAY)
    refused = client.post(f"{MINE}room/", {"of": answer.sign_up.pk})
    assert refused.status_code == 409
    assert "いまの立場では、入れません" in refused.content.decode()
    assert not Admission.objects.exists()


def test_a_keeper_another_browser_and_a_guess_get_404_and_json_is_told_to_come_in(
    outsider: Client, event: Event, keeper: KeeperFacts, keeper_client: KeeperClient, clock: Any
) -> None:
    row = led_by_code(outsider, event)
    clock.move_to(SATURDAY)
    desk = keeper_client(keeper)
    desk.get(f"/sign-ups/{signed(event).code}/")
    for client in (Client(), desk):
        assert client.post(f"{MINE}room/", {"of": row.pk}).status_code == 404
    assert outsider.post("/sign-ups/AAAAA-AAAAA/room/").status_code == 404
    rate_limit.reset()
    assert outsider.post(f"{MINE}room/", {"of": row.pk}, headers=JSON).status_code == 401
    assert outsider.get(f"{MINE}room/").status_code == 405
