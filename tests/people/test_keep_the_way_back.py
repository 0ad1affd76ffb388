"""A keeper whose session ended by itself is led to sign in again; for everybody else the desk stays no page."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.people.models import Keeper, Person, Session
from ibasho.people.queries import KeeperFacts
from tests.conftest import KEEPERS_PASSWORD, EnterAs
from tests.people.keeping import SECOND_STEP, SIGN_IN, code_now, give_password, sign_in

pytestmark = pytest.mark.django_db
_NEXT_CODE = dt.timedelta(minutes=1)
PAGES = ("/desk/", "/desk/rooms/engawa/", "/desk/there-is-none/", "/keepers/")


@pytest.fixture
def ended(keeper: KeeperFacts, client: Client) -> Client:
    """みどり signed in with both factors; the session is over, the browser is not."""
    sign_in(client)
    _end_sessions()
    return client


def _end_sessions() -> None:
    with transaction.atomic():
        Session.objects.all().delete()


def _is_as_for_a_stranger(client: Client) -> bool:
    mine, theirs = ([browser.get(path) for path in PAGES] for browser in (client, Client()))
    return all(
        (answer.status_code, answer.content, answer.headers) == (404, other.content, other.headers)
        for answer, other in zip(mine, theirs)
    )


def test_the_way_leads_to_the_sign_in_and_back(ended: Client, clock: time_machine.Traveller) -> None:
    for path in PAGES:
        answer = ended.get(path)
        assert answer.status_code == 303
        assert answer["Location"] == f"{SIGN_IN}?next={path.replace('/', '%2F')}"
    page = ended.get(answer["Location"].replace("keepers%2F", "desk%2F")).content.decode()
    assert ("時間がたったので" in page, "とどいていません" in page) == (True, False)
    assert 'name="next" value="/desk/"' in page
    assert ended.post("/desk/handover/", {"facts": "x"})["Location"].endswith("next=%2Fdesk%2F")
    clock.shift(_NEXT_CODE)
    assert sign_in(ended)["Location"] == "/desk/"
    assert ended.get("/desk/").status_code == 200


def test_a_form_leads_back_to_the_page_it_stood_on_and_says_that_nothing_was_kept(
    ended: Client, clock: time_machine.Traveller
) -> None:
    page = "/desk/meetings/inbox/?show=all"
    typed = {"words": "カナリアの言葉"}
    answer = ended.post("/desk/figures/words/", typed, headers={"referer": f"http://testserver{page}"})
    shown = [ended.get(answer["Location"]).content.decode() for _ in range(2)]
    assert ["書いた言葉も、残っていません" in one for one in shown] == [True, False]
    assert f'name="next" value="{page}"' in shown[0]
    clock.shift(_NEXT_CODE)
    ended.post(SIGN_IN, {"login": "midori", "password": KEEPERS_PASSWORD, "next": page})
    assert ended.post(SECOND_STEP, {"code": code_now()})["Location"] == page
    assert not Session.objects.filter(data__contains="カナリア").exists()


@pytest.mark.parametrize(
    "before",
    [
        "https://evil.example/desk/handover/",
        "http://testserver//evil.example/desk/",
        "http://testserver/rooms/engawa/",
        "http://testserver/desk/" + "x" * 600,
        "http://[",
        "",
    ],
)
def test_it_leads_to_pages_of_the_desk_alone(ended: Client, before: str) -> None:
    answer = ended.post("/desk/figures/words/", {"words": "x"}, headers={"referer": before})
    assert answer["Location"] == f"{SIGN_IN}?next=%2Fdesk%2F"


def test_a_session_that_was_not_used_for_long_ends_so_too(
    keeper: KeeperFacts, client: Client, clock: time_machine.Traveller
) -> None:
    sign_in(client)
    clock.shift(dt.timedelta(days=9))
    assert client.get("/desk/").status_code == 303
    clock.shift(dt.timedelta(days=60))
    assert client.get("/desk/").status_code == 303  # the clock of the house; a browser drops it after a month


def test_it_is_kept_in_a_browser_no_longer_than_a_session_is(keeper: KeeperFacts, client: Client) -> None:
    sign_in(client)
    assert client.cookies["mark"]["max-age"] == client.cookies["sessionid"]["max-age"] == ""
    client.post("/me/settings/", {"keep": "on"})
    assert client.cookies["mark"]["max-age"] == client.cookies["sessionid"]["max-age"] == 30 * 86_400
    client.post("/me/settings/", {"theme": "night"})
    assert client.cookies["mark"]["max-age"] == client.cookies["sessionid"]["max-age"] == ""


@pytest.mark.parametrize("way_out", ["/keepers/sign-out/", "/me/sign-out/", "/away/"])
def test_who_goes_after_the_session_has_ended_leaves_nothing_behind_either(
    ended: Client, way_out: str
) -> None:
    ended.post(way_out)
    assert (ended.cookies["mark"].value, ended.cookies["mark"]["max-age"]) == ("", 0)
    ended.cookies.clear()
    assert _is_as_for_a_stranger(ended)


def test_behind_the_curtain_nothing_tells_of_a_keeper_when_the_session_has_ended(
    keeper: KeeperFacts, client: Client, clock: time_machine.Traveller
) -> None:
    sign_in(client)
    client.post("/away/")
    assert client.cookies["mark"].value == ""
    client.post("/away/", {"back": "on"})
    assert client.cookies["mark"].value == ""
    clock.shift(_NEXT_CODE)
    client.post("/keepers/again/code/", {"code": code_now()})
    assert client.cookies["mark"].value != ""


def test_what_the_page_itself_asks_for_is_a_plain_404(ended: Client) -> None:
    assert ended.get("/desk/", headers={"accept": "application/json"}).status_code == 404
    assert ended.get("/desk/", headers={"x-again": "1"}).status_code == 404


def test_who_signs_out_leaves_nothing_behind(
    keeper: KeeperFacts, client: Client, clock: time_machine.Traveller
) -> None:
    for way_out in ("/keepers/sign-out/", "/me/sign-out/"):
        sign_in(client)
        client.post(way_out)
        clock.shift(_NEXT_CODE)
        assert client.cookies["mark"].value == ""
        del client.cookies["mark"], client.cookies["sessionid"]
    client.cookies.clear()
    assert _is_as_for_a_stranger(client)


def test_a_guest_in_that_browser_finds_the_same_as_every_guest(
    ended: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    mark = ended.cookies["mark"].value
    guest = enter_as(Client(), newcomer)
    plain = [guest.get(path) for path in PAGES]
    guest.cookies["mark"] = mark
    assert [guest.get(path).content for path in PAGES] == [answer.content for answer in plain]
    assert {answer.status_code for answer in plain} == {404}


def test_only_the_second_factor_gives_a_mark_and_no_guest_ever_has_one(
    keeper: KeeperFacts, client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    give_password(client)
    assert "mark" not in client.cookies
    guest = enter_as(Client(), newcomer)
    guest.get("/me/")
    guest.post("/me/sign-out/")
    assert "mark" not in guest.cookies
    sign_in(client)
    given = client.cookies["mark"]
    assert given["httponly"]
    assert given["samesite"] == "Lax"
    assert Person.objects.get(pk=keeper.person_id).key not in given.value


@pytest.mark.parametrize("mark", ["", "0" * 64, "é", "../"])
def test_a_mark_that_the_house_did_not_give_leads_nowhere(keeper: KeeperFacts, mark: str) -> None:
    client = Client()
    client.cookies["mark"] = mark
    assert _is_as_for_a_stranger(client)


def test_it_ends_with_another_password_the_last_role_and_the_account(
    ended: Client, keeper: KeeperFacts
) -> None:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    roles, password = list(row.roles.all()), row.person.password
    with transaction.atomic():
        row.person.set_password("べつの言葉を ならべる")
        row.person.save()
    assert _is_as_for_a_stranger(ended)
    with transaction.atomic():
        Person.objects.filter(pk=row.person_id).update(password=password)
    assert ended.get("/desk/").status_code == 303
    with transaction.atomic():
        row.roles.all().delete()
    assert _is_as_for_a_stranger(ended)
    with transaction.atomic():
        for role in roles:
            row.roles.create(role=role.role, given_on=role.given_on)
        Keeper.objects.filter(pk=row.pk).update(ended_on=row.began_on)
    assert _is_as_for_a_stranger(ended)


def test_signing_out_from_the_desk_after_the_session_ended_leaves_no_word_of_a_desk(outsider: Client) -> None:
    answer = outsider.post("/me/sign-out/", HTTP_REFERER="http://testserver/desk/rooms/engawa/")
    assert answer["Location"] == "/enter/?next=%2Fme%2F"
