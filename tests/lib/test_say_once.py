"""What was just done is said once, by the page behind the form alone."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.house.models import HouseProfile
from ibasho.people.models import Person
from tests.conftest import EnterAs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
RECEIVED, CHANGED = "受けとりました", "見え方を変えました"


@pytest.fixture
def note(outsider: Client, house: HouseProfile) -> Client:
    """A note was left, and the page behind it is not loaded yet."""
    outsider.post("/note/", {"text": "ありがとう"})
    return outsider


def says(client: Client, page: str, words: str) -> bool:
    return words in client.get(page).content.decode()


def test_it_is_said_once_and_not_by_a_reload(note: Client) -> None:
    assert [says(note, "/note/", RECEIVED) for _ in range(3)] == [True, False, False]


def test_it_is_said_by_the_page_it_is_about_alone(note: Client) -> None:
    assert not says(note, "/reviews/", RECEIVED)
    assert says(note, "/note/", RECEIVED)


def test_an_address_says_nothing(note: Client) -> None:
    note.cookies.clear()
    for address in ("/note/?given=1", "/note/?said=given", "/note/?done=given"):
        assert not says(note, address, RECEIVED)


def test_the_word_lasts_a_minute_and_no_script_reads_it(note: Client) -> None:
    word = note.cookies["once"]
    assert (word["max-age"], word["httponly"], word["samesite"], word["path"]) == (60, True, "Lax", "/")


def test_a_form_that_is_refused_neither_says_it_nor_takes_it_back(note: Client) -> None:
    refused = note.post("/note/", {"text": ""})
    assert (refused.status_code, RECEIVED in refused.content.decode()) == (422, False)
    assert says(note, "/note/", RECEIVED)


def test_who_goes_away_leaves_no_word(note: Client) -> None:
    note.get("/away/")
    assert (note.cookies["once"].value, note.cookies["once"]["max-age"]) == ("", 0)


@pytest.mark.parametrize(
    "word", ["", "x", "%2Fnote%2F", "%2Fnote%2F%20", "%ff", "/note/ <b>", "%2Fnote%2F%20x" * 300]
)
def test_a_word_that_the_house_did_not_give_says_nothing(
    outsider: Client, house: HouseProfile, word: str
) -> None:
    outsider.cookies["once"] = word
    answer = outsider.get("/note/")
    assert (answer.status_code, RECEIVED in answer.content.decode(), "<b>" in answer.content.decode()) == (
        200,
        False,
        False,
    )


def test_settings_say_it_on_the_page_they_lead_to(
    outsider: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    client = enter_as(outsider, newcomer)
    client.post("/me/settings/", {"theme": "night", "next": "/me/settings/"})
    assert not says(client, "/me/", CHANGED)
    assert [says(client, "/me/settings/", CHANGED) for _ in range(2)] == [True, False]
