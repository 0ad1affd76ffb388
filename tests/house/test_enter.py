from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.house import today as front_door
from ibasho.house.actions import Clause, acknowledge, draft_rules, publish_rules
from ibasho.house.models import HouseProfile, RulesAcknowledgement
from ibasho.house.queries import must_acknowledge
from ibasho.house.today import Today, TodayLine
from ibasho.lib import clock as clock_module
from ibasho.people.actions import next_facts
from ibasho.people.models import Person, Session, Standpoint
from tests.conftest import EnterAs

YES = {"rules_version": "1", "accept": "on", "standpoint": "person"}
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def no_room_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door, "_tellers", [lambda standpoint: Today()])


def test_who_says_yes_becomes_a_guest_with_a_standpoint_and_nothing_else(outsider: Client) -> None:
    answer = outsider.post("/enter/", YES)
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/")
    person = Person.objects.get()
    assert (person.standpoint, person.kind, person.phrase_hash) == ("person", "guest", None)
    assert RulesAcknowledgement.objects.get(person=person).version.number == 1
    assert Session.objects.get().person == person


@pytest.mark.parametrize("standpoint", Standpoint.values)
def test_every_standpoint_may_come_in(outsider: Client, standpoint: str) -> None:
    outsider.post("/enter/", YES | {"standpoint": standpoint})
    assert Person.objects.get().standpoint == standpoint


def test_the_page_asks_for_no_name(outsider: Client) -> None:
    page = outsider.get("/enter/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "まだ決めない" in text
    assert 'name="accept" value="on"' in text
    assert 'type="text"' not in text
    assert 'name="call_name"' not in text


def test_a_house_with_one_open_room_leads_straight_to_its_door(
    outsider: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_room(standpoint: str | None) -> Today:
        return Today(only_door="/rooms/engawa/" if standpoint == "sibling" else None)

    monkeypatch.setattr(front_door, "_tellers", [one_room])
    answer = outsider.post("/enter/", YES | {"standpoint": "sibling"})
    assert answer["Location"] == "/rooms/engawa/"


def test_next_leads_on(outsider: Client) -> None:
    assert (
        'name="next" value="/rooms/engawa/"' in outsider.get("/enter/?next=/rooms/engawa/").content.decode()
    )
    answer = outsider.post("/enter/", YES | {"next": "/rooms/engawa/"})
    assert answer["Location"] == "/rooms/engawa/"


@pytest.mark.parametrize(
    "evil",
    ["//evil.example", "javascript:alert(1)", "\\evil.example", "/\\evil.example", "https://evil.example/"],
)
def test_next_never_leads_out_of_the_house(outsider: Client, evil: str) -> None:
    assert "evil" not in outsider.get("/enter/", {"next": evil}).content.decode()
    assert outsider.post("/enter/", YES | {"next": evil})["Location"] == "/rooms/"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"accept": ""}, 400),
        ({"standpoint": "wizard"}, 400),
        ({"standpoint": ""}, 400),
        ({"rules_version": "x"}, 400),
        ({"rules_version": "9" * 5000}, 400),
        ({"rules_version": "2"}, 409),
    ],
)
def test_a_form_that_cannot_be_read_comes_back_kindly(
    outsider: Client, change: dict[str, str], status: int
) -> None:
    page = outsider.post("/enter/", YES | {"standpoint": "sibling", "next": "/rooms/engawa/"} | change)
    assert page.status_code == status
    text = page.content.decode()
    assert 'id="say"' in text
    assert 'value="/rooms/engawa/"' in text
    if "standpoint" not in change:
        assert 'value="sibling" checked' in text
    assert not Person.objects.exists()


def test_the_sixth_from_one_place_in_an_hour_hears_when_to_come_again(
    outsider: Client, clock: time_machine.Traveller
) -> None:
    from ibasho.lib import rate_limit

    for _ in range(rate_limit.LIMITS["enter"].amount):
        assert Client().post("/enter/", YES).status_code == 303
    late = Client().post("/enter/", YES)
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 0
    text = late.content.decode()
    assert 'value="person" checked' in text
    again = clock_module.tokyo(clock_module.now() + dt.timedelta(seconds=int(late["Retry-After"]) + 59))
    assert (
        f"いま、同じ回線から入る人がかさなっています。{again.hour}時{again.minute}分ごろ、また入れます。"
        in text
    )


def test_no_standpoint_is_chosen_for_anybody(outsider: Client) -> None:
    text = outsider.get("/enter/?standpoint=person").content.decode()
    assert " checked" not in text
    assert text.count('name="standpoint"') == text.count(" required>") == len(Standpoint.values)
    again = outsider.post("/enter/", YES | {"standpoint": "", "next": "/rooms/engawa/"})
    assert again.status_code == 400
    text = again.content.decode()
    assert "立場をひとつえらんでください。迷うときは「まだ決めない」で大丈夫です。" in text
    assert 'value="/rooms/engawa/"' in text
    twin = outsider.post("/enter/", YES | {"standpoint": ""}, headers=JSON)
    assert (twin.status_code, twin.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(("standpoint", "onward"), [("person", "/rooms/engawa/"), ("parent", "/rooms/")])
def test_the_door_on_the_front_leads_in_whom_it_is_for(
    outsider: Client, monkeypatch: pytest.MonkeyPatch, standpoint: str, onward: str
) -> None:
    line = TodayLine("縁側の部屋", "/rooms/engawa/", "open", "あいています", "22:00まで。")

    def doors(who: str | None) -> Today:
        return Today(lines=[line] if who in (None, "person") else [])

    monkeypatch.setattr(front_door, "_tellers", [doors])
    assert 'href="/enter/?next=/rooms/engawa/"' in outsider.get("/").content.decode()
    answer = outsider.post("/enter/", YES | {"standpoint": standpoint, "next": "/rooms/engawa/"})
    assert answer["Location"] == onward


def test_a_person_inside_only_says_yes_again(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    publish_rules(draft_rules([Clause("listen", "いるとき", "人の話を、さいごまで 聞きます。")]))
    page = client.get("/enter/").content.decode()
    assert "人の話を、さいごまで聞きます。" in page
    assert "なくなったところ" in page
    assert 'name="standpoint"' not in page
    answer = client.post(
        "/enter/", {"rules_version": "2", "accept": "on", "standpoint": "parent", "next": "/rooms/a/"}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/a/")
    assert not must_acknowledge(newcomer.pk)
    assert Person.objects.get().standpoint == "person"


def test_the_json_twin_says_the_same(outsider: Client) -> None:
    rules = outsider.get("/enter/", headers=JSON).json()
    assert rules["rules_version"] == 1
    assert rules["must_acknowledge"] is True
    assert len(rules["rules"]) == 3
    assert outsider.get("/rules/", headers=JSON).json()["hash"] == rules["hash"]
    refused = outsider.post("/enter/", {}, headers=JSON)
    assert refused.status_code == 400
    assert refused.json()["type"] == "refused"
    assert refused.json()["code"] == "malformed"
    done = outsider.post("/enter/", YES, headers=JSON)
    assert done.status_code == 200
    assert done.json() == {"next": "/rooms/"}
    assert settings.SESSION_COOKIE_NAME in outsider.cookies


def test_a_form_without_its_token_is_not_taken(house: HouseProfile) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post("/enter/", YES)
    assert page.status_code == 403
    assert "もう一度" in page.content.decode()
    twin = client.post("/enter/", YES, headers=JSON)
    assert twin.status_code == 403
    assert twin.json()["type"] == "refused"
    assert not Person.objects.exists()


def test_a_house_without_rules_lets_nobody_in_and_says_why(db: None) -> None:
    assert "準備しています" in Client().get("/enter/").content.decode()
    assert Client().post("/enter/", YES).status_code == 404
    assert not Person.objects.exists()


def test_the_number_of_facts_is_taken_before_the_yes_is_written(outsider: Client) -> None:
    outsider.post("/enter/", YES)
    person = Person.objects.get()
    next_facts()  # from now on there is a row to count in
    RulesAcknowledgement.objects.all().delete()
    for numbers in (1, 0):
        with CaptureQueriesContext(connection) as queries:
            acknowledge(person, 1)
        said = [query["sql"].split(" SET ")[0].split(" (")[0] for query in queries]
        assert said.count('UPDATE "people_factsclock"') == numbers
        if numbers:
            yes = said.index('INSERT INTO "house_rulesacknowledgement"')
            assert said.index('UPDATE "people_factsclock"') < yes
