"""Ways back to a sign-up: わたし, the recovery phrase, and the page of receipts."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.events.actions import tie, untie, withdraw
from ibasho.people.actions import give_phrase
from ibasho.people.models import Person
from tests.conftest import EnterAs
from tests.events.conftest import Meeting, Sign, signed, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def me(client: Client) -> str:
    return client.get("/me/").content.decode()


def test_what_is_tied_stands_in_my_page_and_nothing_else(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting, sign: Sign
) -> None:
    row = sign(meeting(title="朝の会"))
    sign(meeting(title="夜の会"))
    tie(row.pk, parent)
    text = me(enter_as(client, parent))
    assert f'href="/sign-ups/mine/?of={row.pk}"' in text
    assert "11月28日（土） 13:30〜15:00\u00a0 席を、とってあります" in text
    assert "夜の会" not in text
    untie(row.pk)
    assert "朝の会" not in me(client)


def test_an_offer_stands_first_and_asks(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting, sign: Sign
) -> None:
    later = sign(meeting(title="朝の会"))
    full = meeting(title="夜の会", capacity=1)
    first, asked = sign(full), sign(full)
    for row in (later, asked):
        tie(row.pk, parent)
    enter_as(client, parent)
    assert "data-asks" not in me(client)
    withdraw(first.pk)
    text = me(client)
    assert "席があきました。11月24日（火） 20:02 まで、とっておきます。" in text
    assert text.index("夜の会") < text.index("朝の会")
    client.post("/sign-ups/mine/offer/", {"of": asked.pk, "answer": "later"})
    assert "data-asks" not in me(client)


def test_the_phrase_leads_back_to_what_is_tied(
    outsider: Client, parent: Person, meeting: Meeting, sign: Sign
) -> None:
    row = sign(meeting(), call_name="あじさい")
    tie(row.pk, parent)
    outsider.post("/return/", {"phrase": give_phrase(parent)})
    assert f"of={row.pk}" in me(outsider)
    assert "あじさい" in outsider.get("/sign-ups/mine/").content.decode()


def test_the_page_of_receipts_tells_how_it_stands_and_leads_on(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1)
    sign(event)
    answer = signed(event, call_name="あじさい")
    text = outsider.post("/receipts/", {"code": answer.code}).content.decode()
    assert "順番を待っています。いまの順番は、1番めです。" in text
    assert 'action="/sign-ups/"' in text
    assert "あじさい" not in text
    assert outsider.post("/sign-ups/", {"code": answer.code}).status_code == 303


def test_it_is_withdrawn_there_as_well(outsider: Client, meeting: Meeting) -> None:
    answer = signed(meeting())
    told = outsider.post(
        "/receipts/", {"code": answer.code, "take_back": "on"}, headers={"accept": "application/json"}
    )
    assert (told.json()["kind"], told.json()["state"]) == ("sign_up", "withdrawn")
    assert state_of(answer.sign_up) == "withdrawn"


@pytest.mark.parametrize(
    ("way", "words"),
    [("undecided", "席を、とってあります"), ("text", "参加します"), ("listen", "参加します")],
)
def test_who_has_not_decided_is_not_told_that_they_come(
    outsider: Client, meeting: Meeting, way: str, words: str
) -> None:
    answer = signed(meeting(), participation=way)
    outsider.get(f"/sign-ups/{answer.code}/")
    page = outsider.get("/sign-ups/mine/").content.decode()
    assert f'<h2 id="state-title">{words}</h2>' in page
    assert ("参加します" in page) == (words == "参加します")
