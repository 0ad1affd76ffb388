"""A flood of sign-ins takes neither the machine's memory nor the keepers' way in."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from ibasho.lib import pools
from ibasho.lib.errors import Refusal
from ibasho.people.accounts import hashing, passwords
from ibasho.people.models import Session
from ibasho.people.queries import KeeperFacts
from tests.people.keeping import GOOD, SECOND_STEP, give_password

pytestmark = pytest.mark.django_db
PASSKEY = "/keepers/sign-in/passkey/"


def test_a_password_costs_no_more_than_a_small_server_has() -> None:
    memory = re.search(r"m=(\d+)", make_password(GOOD))
    assert memory
    assert int(memory[1]) * hashing.AT_ONCE <= 128 * 1024


def test_only_a_few_passwords_are_hashed_at_once(keeper: KeeperFacts, client: Client) -> None:
    assert hashing.AT_ONCE + hashing.WAITING < pools.PAGES, "no thread would be left for pages"
    with ExitStack() as places:
        for _ in range(hashing.AT_ONCE):
            places.enter_context(hashing.one_of_few())
        for _ in range(hashing.WAITING):
            places.enter_context(hashing.queue)
        answer = give_password(client)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        with pytest.raises(Refusal) as refused:
            passwords.hash_chosen(GOOD, ())
        assert refused.value.code == "busy"
    assert give_password(client)["Location"] == SECOND_STEP


def test_a_password_of_many_marks_is_not_taken_and_then_unknown() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    fits = family * 60 + "あめの日は"
    assert passwords.is_right(fits, passwords.hash_chosen(fits, ()))
    for too_long in (family * 150 + "あめの日は", "\ufdfa" * 60_000):
        with pytest.raises(Refusal, match="malformed"):
            passwords.hash_chosen(too_long, ())


def test_asking_for_passkeys_fills_no_table(house: object, client: Client) -> None:
    answers = [Client().get(PASSKEY, headers={"accept": "application/json"}).status_code for _ in range(160)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert Session.objects.count() <= 150


@pytest.mark.parametrize("sent", ["[" * 20_000, "{", "null", '{"response": {"userHandle": 1}}', "9" * 5_000])
def test_what_is_no_passkey_is_told_kindly(keeper: KeeperFacts, client: Client, sent: str) -> None:
    client.get(PASSKEY, headers={"accept": "application/json"})
    answer = client.post(PASSKEY, {"credential": sent})
    assert (answer.status_code, answer["Location"]) == (303, "/keepers/sign-in/")
    give_password(client)
    assert client.post(SECOND_STEP, {"credential": sent}).status_code == 200
