"""The keepers' pages, walked from the URL map: for guests and strangers there are none but the sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.hashers import is_password_usable
from django.core import mail
from django.test import Client
from django.urls import URLResolver, get_resolver

from ibasho.people.accounts.adapters import Account
from ibasho.people.actions import make_keeper_link
from ibasho.people.models import Kind, Person, Role
from ibasho.people.queries import KeeperFacts
from tests.conftest import KEEPERS_PASSWORD, EnterAs, KeeperClient
from tests.people.keeping import GOOD, SIGN_IN

pytestmark = pytest.mark.django_db
OPEN = {"/keepers/sign-in/", "/keepers/sign-in/passkey/"}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
FORM = {
    **dict.fromkeys(("password", "password1", "password2", "password_again", "newpassword"), GOOD),
    "login": "midori",
    "username": "midori",
    "login_name": "new",
    "duty_name": "new",
    "email": "a@house.example",
    "code": "123456",
    "name": "key",
    "credential": "{}",
}


def _doors(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, here)
        else:
            yield re.sub(r"<id:\w+>", "1", here.replace("<str:token>", "nobodys"))


KEEPERS = sorted(path for path in _doors(get_resolver().url_patterns) if path.startswith("/keepers/"))


def _usable_passwords_of_others() -> list[Person]:
    others = Person.objects.exclude(kind=Kind.KEEPER)
    return [person for person in others if person.password and is_password_usable(person.password)]


def test_there_are_doors_to_walk() -> None:
    assert len(KEEPERS) >= 15
    assert set(KEEPERS) > OPEN
    beyond = ("signup", "email", "password", "social", "inactive", "trust", "phone")
    names = [pattern.name or "" for pattern in _patterns(get_resolver().url_patterns)]
    assert [
        name for name in names if name.startswith(("account_", "mfa_")) and any(b in name for b in beyond)
    ] == []


def _patterns(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        yield from _patterns(pattern.url_patterns) if isinstance(pattern, URLResolver) else (pattern,)


@pytest.mark.parametrize("who", ["stranger", "guest", "guest who went away"])
def test_nobody_but_a_keeper_finds_them_and_nothing_comes_of_trying(
    who: str, keeper: KeeperFacts, newcomer: Person, client: Client, enter_as: EnterAs
) -> None:
    if who != "stranger":
        enter_as(client, newcomer)
    if who == "guest who went away":
        client.get("/away/")
    before = Person.objects.count(), Authenticator.objects.count()
    for path in KEEPERS:
        for method in METHODS:
            answer = getattr(client, method)(path, FORM if method == "post" else None)
            expected = {200, 302, 303, 405, 429} if path in OPEN else {404}
            assert answer.status_code in expected, (who, method, path)
            if answer.status_code in (302, 303):
                assert answer["Location"].startswith(SIGN_IN), (who, method, path)
    assert (Person.objects.count(), Authenticator.objects.count()) == before
    assert not EmailAddress.objects.exists()
    assert not EmailConfirmation.objects.exists()
    assert not Authenticator.objects.exclude(user__kind=Kind.KEEPER).exists()
    assert _usable_passwords_of_others() == []
    assert mail.outbox == []


def test_a_keeper_half_way_finds_only_the_next_step_and_the_way_back(
    keeper: KeeperFacts, client: Client
) -> None:
    client.post(SIGN_IN, {"login": "midori", "password": KEEPERS_PASSWORD})
    for path in KEEPERS:
        expected = {"/keepers/sign-in/code/": 200, "/keepers/sign-out/": 302} | dict.fromkeys(OPEN, 302)
        assert client.get(path).status_code == expected.get(path, 404), path


def test_a_keeper_finds_them_all(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client = keeper_client(keeper)
    nowhere = {"/keepers/link/nobodys/", "/keepers/passkeys/1/removal/", "/keepers/sign-in/code/"}
    nowhere |= {"/keepers/spare-codes/"}  # made with the first second factor, and this one had none
    for path in KEEPERS:
        status = client.get(path).status_code
        assert (status == 404) == (path in nowhere), path


def test_anothers_passkey_is_not_there(
    keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    theirs = Authenticator.objects.get(user_id=second_keeper.person_id)
    client = keeper_client(keeper)
    for method in ("get", "post"):
        assert getattr(client, method)(f"/keepers/passkeys/{theirs.pk}/removal/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_nobody_signs_up(house: object, client: Client) -> None:
    request = client.get(SIGN_IN).wsgi_request
    assert Account(request).is_open_for_signup(request) is False
    assert not apps.is_installed("allauth.socialaccount")
    assert not apps.is_installed("django.contrib.sites")


def test_a_page_of_the_link_leaves_no_trace_of_where_it_was(house: object, client: Client) -> None:
    answer = client.get(f"/keepers/link/{make_keeper_link(None, roles=[Role.MODERATOR])}/")
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert not re.search(r'(?:href|src)="(?:https?:)?//', page)


def test_a_keepers_record_names_everything_and_offers_neither_phrase_nor_erasure(
    keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    page = client.get("/me/").content.decode()
    for words in ("midori", "みどり", "見守り役", "進行役", "アプリの数字"):
        assert words in page
    assert "合言葉" not in page
    assert "立場" not in page
    assert client.get("/me/phrase/").status_code == 404
    assert client.post("/me/phrase/").status_code == 404
    assert client.post("/me/settings/", {"standpoint": "parent"}).status_code == 404
    assert client.post("/me/settings/", {"theme": "night", "text_size": "125"}).status_code == 303
    assert "先に、家の番の人に" in client.get("/me/erasure/").content.decode()
    assert client.post("/me/erasure/", {"sure": "on"}).status_code == 409
    unsure = client.post("/me/erasure/")
    assert unsure.status_code == 400
    assert "先に、家の番の人に" in unsure.content.decode()
    assert "ぜんぶ消します" not in unsure.content.decode()
    person = Person.objects.get(pk=keeper.person_id)
    assert (person.theme, person.standpoint, person.phrase_hash) == ("night", "undecided", None)
    assert "スタッフの入り方" in client.get("/about/data/").content.decode()
