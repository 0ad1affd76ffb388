"""How much the doors of a sign-up ask of the table: a bound, however many have signed up and wait."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.events.actions import Signed
from ibasho.events.models import Event
from tests.events.conftest import Meeting, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JSON = {"accept": "application/json"}
FEW, MANY = 3, 60


def asked(client: Client, path: str, *, as_json: bool = True, **fields: str) -> int:
    """How many questions and writes one form costs, without a transaction's begin and end, and without the house's own
    words, which are read every few seconds.
    """
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(path, fields, headers=JSON if as_json else {})
    assert answer.status_code in (200, 201, 303), answer.content
    return sum(not re.search("SAVEPOINT|screeningword", query["sql"]) for query in queries)


def filled(meeting: Meeting, people: int) -> tuple[Event, list[Signed]]:
    """Two seats, and the others wait."""
    event = meeting(capacity=2)
    return event, [signed(event) for _ in range(people)]


def sign_up(client: Client, event: Event, **how: Any) -> int:
    form: dict[str, Any] = {
        "id": str(uuid4()),
        "call_name": "こもれび",
        "standpoint": "parent",
        "another": "1",
    }
    return asked(client, f"/events/{event.pk}/sign-up/", **form | how)


@pytest.mark.parametrize("people", [FEW, MANY])
def test_signing_up_asks_the_same_beside_few_and_many(
    outsider: Client, meeting: Meeting, people: int
) -> None:
    event, _ = filled(meeting, people)
    assert [sign_up(outsider, event) for _ in range(3)] == [9, 10, 10]
    assert sign_up(outsider, event, as_json=False) == 10


def test_who_signs_up_for_another_meeting_is_asked_about_the_first_in_one_question(
    outsider: Client, meeting: Meeting
) -> None:
    assert sign_up(outsider, meeting(capacity=2), another="") == 10
    assert sign_up(outsider, meeting(capacity=2), another="") == 12


def test_a_seat_costs_one_write_more_than_a_turn(outsider: Client, meeting: Meeting) -> None:
    assert sign_up(outsider, meeting(capacity=2)) == 10


@pytest.mark.parametrize("people", [FEW, MANY])
def test_withdrawing_and_answering_ask_the_same_beside_few_and_many(
    outsider: Client, meeting: Meeting, people: int
) -> None:
    _, line = filled(meeting, people)
    assert asked(outsider, f"/sign-ups/{line[0].code}/withdrawal/") == 28
    assert asked(outsider, f"/sign-ups/{line[2].code}/offer/", answer="yes") == 11
