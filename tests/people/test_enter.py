import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.people.actions import enter
from ibasho.people.models import Kind, Person

pytestmark = pytest.mark.django_db


def test_a_newcomer_is_a_guest_with_a_standpoint_and_a_date(clock: time_machine.Traveller) -> None:
    person = enter("sibling")
    assert (person.kind, person.standpoint, person.side) == (Kind.GUEST, "sibling", "family")
    assert person.entered_on == person.last_seen_on == dt.date(2026, 11, 22)
    assert not person.has_phrase


@pytest.mark.parametrize("standpoint", ["", "mother", "PERSON", "person\x00"])
def test_an_unknown_standpoint_is_refused_and_nobody_comes_in(standpoint: str) -> None:
    with pytest.raises(Refusal) as refused:
        enter(standpoint)
    assert refused.value.code == "malformed"
    assert not Person.objects.exists()


@pytest.mark.parametrize("path", ["/rooms/", "/me/", "/me/settings/", "/no/such/page/"])
def test_a_stranger_is_shown_the_way_in_and_back_to_the_page(outsider: Client, path: str) -> None:
    answer = outsider.get(path, {"a": "b"})
    assert answer.status_code == 302
    assert answer["Location"] == "/enter/?next=" + path.replace("/", "%2F") + "%3Fa%3Db"


def test_a_stranger_who_sent_a_form_is_led_back_to_its_page(outsider: Client) -> None:
    answer = outsider.post("/rooms/evening/door/", {"mode": "observe"})
    assert answer["Location"] == "/enter/?next=%2Frooms%2Fevening%2F"


def test_a_stranger_asking_for_json_is_told_not_entered(outsider: Client) -> None:
    answer = outsider.get("/me/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_entered")


@pytest.mark.parametrize("path", ["/", "/rules/", "/help/", "/return/", "/away/", "/about/data/"])
def test_the_public_rooms_of_the_house_need_nothing(outsider: Client, path: str) -> None:
    assert outsider.get(path).status_code == 200
