"""Signing out, and drawing the curtain."""

import re
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client

from ibasho.people.actions import leaving
from ibasho.people.models import Person, Session
from ibasho.people.queries import facts_after, session_alive, visitor_of
from ibasho.people.sessions import SessionStore, hash_key, key_after
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db
_JSON = {"accept": "application/json"}


@pytest.fixture
def inside(client: Client, newcomer: Person, enter_as: EnterAs) -> Client:
    return enter_as(client, newcomer)


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def test_signing_out_ends_the_row_and_the_cookie_and_tells_the_lines(
    inside: Client, newcomer: Person
) -> None:
    newest, _ = facts_after(0)
    old = hash_key(key_of(inside))
    answer = inside.post("/me/sign-out/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert key_of(inside) == ""
    assert not Session.objects.exists()
    assert not session_alive(old)
    assert facts_after(newest)[1] == [newcomer.pk]
    assert inside.get("/me/").status_code == 302


def test_a_link_cannot_sign_anybody_out(inside: Client) -> None:
    assert inside.get("/me/sign-out/").status_code == 405
    assert Session.objects.exists()


def test_the_away_page_is_neutral_and_clears_the_cache(inside: Client) -> None:
    page = inside.get("/away/")
    html = page.content.decode()
    assert re.search(r"<title>\s*メモ\s*</title>", html)
    assert page["Clear-Site-Data"] == '"cache"'
    assert page["Cache-Control"] == "no-store"
    assert "みどりの家" not in html
    assert "つづける" not in html


def test_going_away_changes_the_key_and_ends_the_old_one(inside: Client, newcomer: Person) -> None:
    old = key_of(inside)
    newest, _ = facts_after(0)
    inside.get("/away/")
    assert key_of(inside) not in ("", old)
    assert visitor_of(old) is None
    visitor = visitor_of(key_of(inside))
    assert visitor is not None
    assert visitor.away
    assert not session_alive(visitor.session_hash)
    assert facts_after(newest)[1] == [newcomer.pk]


@pytest.mark.parametrize("path", ["/me/", "/rooms/", "/rooms/anything/", "/me/download/", "/enter/"])
def test_away_every_inside_page_is_only_the_front_with_go_on(inside: Client, path: str) -> None:
    inside.get("/away/")
    page = inside.get(path)
    html = page.content.decode()
    assert page.status_code == 200
    assert "つづける" in html
    assert 'action="/away/"' in html
    assert "わたしの記録" not in html
    assert inside.get(path, headers=_JSON).status_code == 401


def test_away_forms_do_nothing(inside: Client, newcomer: Person) -> None:
    inside.get("/away/")
    inside.post("/me/erasure/", {"sure": "on"})
    inside.post("/me/settings/", {"theme": "night"})
    newcomer.refresh_from_db()
    assert newcomer.theme == "system"


def test_away_the_public_pages_stay_open(inside: Client) -> None:
    inside.get("/away/")
    assert inside.get("/help/").status_code == 200
    assert "つづける" not in inside.get("/rules/").content.decode()


def test_going_on_opens_the_same_page_again_under_a_new_key(inside: Client) -> None:
    inside.get("/away/")
    away_key = key_of(inside)
    answer = inside.post("/away/", {"back": "on", "next": "/me/"})
    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    assert key_of(inside) != away_key
    assert visitor_of(away_key) is None
    assert "わたしの記録" in inside.get("/me/").content.decode()


def test_going_on_drops_what_pages_had_left_in_the_session(inside: Client) -> None:
    session = inside.session
    session["support"] = "card"
    session.save()
    inside.get("/away/")
    inside.post("/away/", {"back": "on"})
    assert "support" not in inside.session
    assert inside.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"},
        {"sec-fetch-site": "same-origin", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "none", "sec-purpose": "prefetch;prerender"},
    ],
)
def test_another_page_cannot_draw_the_curtain(inside: Client, headers: dict[str, str]) -> None:
    key = key_of(inside)
    assert inside.get("/away/", headers=headers).status_code == 200
    assert key_of(inside) == key
    assert not Session.objects.get().away


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "same-origin", "sec-fetch-dest": "document"}, {"sec-fetch-site": "none"}],
)
def test_a_plain_link_draws_it_in_old_and_new_browsers(inside: Client, headers: dict[str, str]) -> None:
    inside.get("/away/", headers=headers)
    assert Session.objects.get().away


def test_a_stranger_sees_the_page_and_leaves_no_trace(outsider: Client) -> None:
    page = outsider.get("/away/")
    assert page.status_code == 200
    assert "sessionid" not in page.cookies
    assert outsider.post("/away/", {"back": "on"}).status_code == 303
    assert not Session.objects.exists()


def test_drawing_it_twice_changes_nothing_more(inside: Client) -> None:
    inside.get("/away/")
    key = key_of(inside)
    inside.get("/away/")
    assert key_of(inside) == key


def test_a_second_tap_with_the_old_key_finds_the_browser_again(inside: Client, newcomer: Person) -> None:
    old = key_of(inside)
    inside.get("/away/")
    lost = key_of(inside)  # of an answer that never arrived
    inside.cookies["sessionid"] = old
    page = inside.get("/away/")
    assert page.status_code == 200
    assert page.cookies["sessionid"].value == lost
    assert "つづける" in inside.get("/me/").content.decode()
    inside.post("/away/", {"back": "on"})
    assert inside.get("/me/").status_code == 200
    assert Person.objects.filter(pk=newcomer.pk, sessions__away=False).exists()


def test_even_if_no_answer_ever_arrived_going_on_is_possible_with_the_old_key(inside: Client) -> None:
    old = key_of(inside)
    inside.get("/away/")
    for _ in range(2):
        inside.cookies["sessionid"] = old
        front = inside.get("/me/")
        assert "わたしの記録" not in front.content.decode()
        assert "つづける" in front.content.decode()
    assert visitor_of(old) is None, "no line opens by it"
    inside.cookies["sessionid"] = old
    inside.post("/away/", {"back": "on"})
    assert key_of(inside) != old
    assert "わたしの記録" in inside.get("/me/").content.decode()


def test_after_going_on_neither_key_opens_anything(inside: Client) -> None:
    old = key_of(inside)
    inside.get("/away/")
    behind = key_of(inside)
    inside.post("/away/", {"back": "on"})
    for key in (old, behind):
        browser = Client()
        browser.cookies["sessionid"] = key
        assert browser.get("/me/").status_code == 302


def test_the_next_key_cannot_be_told_from_the_old_one_alone(
    inside: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    old = key_of(inside)
    assert re.fullmatch("[0-9a-z]{32}", key_after(old))
    inside.get("/away/")
    assert key_of(inside) == key_after(old)
    settings.HOUSE_SECRET = "0" * 64
    assert key_of(inside) != key_after(old)


def test_a_key_that_follows_one_still_inside_is_not_taken_for_it(inside: Client) -> None:
    old = key_of(inside)
    inside.get("/away/")
    with transaction.atomic():
        Session.objects.update(away=False)
    assert SessionStore(key_of(inside)).person is not None
    assert SessionStore(old).person is None


def test_the_neutral_page_comes_while_the_table_is_locked_and_the_browser_forgets(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(leaving, "bump_facts", locked)
    page = inside.get("/away/")
    html = page.content.decode()
    assert page.status_code == 200
    assert re.search(r"<title>\s*メモ\s*</title>", html)
    assert "みどりの家" not in html
    assert (page["Cache-Control"], page["Clear-Site-Data"]) == ("no-store", '"cache"')
    assert page.cookies["sessionid"]["max-age"] == 0
    assert inside.get("/me/").status_code == 302


def test_a_browser_that_is_away_keeps_its_cookie_while_nothing_can_be_read(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    inside.get("/away/")
    monkeypatch.setattr(leaving, "bump_facts", locked)
    assert "sessionid" not in inside.get("/away/").cookies
    assert inside.post("/away/", {"back": "on"}).status_code == 503
    assert key_of(inside) != ""


def test_the_neutral_page_needs_nothing_that_must_be_read(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(store: SessionStore, key: str | None) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(SessionStore, "_find", gone)
    inside.raise_request_exception = False
    page = inside.get("/away/")
    assert page.status_code == 200
    assert "牛乳" in page.content.decode()
