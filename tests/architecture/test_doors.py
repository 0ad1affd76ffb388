"""Every door of the URL map, walked by a stranger and by somebody inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from ibasho.house.models import HouseProfile
from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.rooms.models import Room
from tests.conftest import EnterAs, SeatFor
from tests.events.conftest import new_meeting

NOBODYS = "00000000-0000-4000-8000-000000000000"
SLUG = "tameshi"


def _doors(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, here)
        else:
            yield _filled_in(here)


def _filled_in(path: str) -> str:
    path = re.sub(r"<uuid:\w+>", NOBODYS, path.replace("<slug:slug>", SLUG))
    return re.sub(r"<(?:str|slug):\w+>", "nothing", re.sub(r"<id:\w+>", "1", path))


def _names(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


ALL = pytest.mark.parametrize("path", sorted(_doors(get_resolver().url_patterns)))
PUBLIC = (
    "/enter/",
    "/return/",
    "/rules/",
    "/help/",
    "/note/",
    "/receipts/",
    "/reviews/",
    "/away/",
    "/about/",
    "/events/",
    "/sign-ups/",
    "/events.ics",
    "/favicon.ico",
)
# A code of nothing; its forms answer to nobody who only looks.
OF_NO_CODE = "/sign-ups/nothing/"
FORGETTING = "/sign-ups/mine/forgetting/"
# The one way in for keepers; whatever else is theirs does not exist for anybody else.
PASSKEY = "/keepers/sign-in/passkey/"  # a form of the sign-in page, and leads back to it
SIGN_IN = ("/keepers/sign-in/", PASSKEY)
KEEPERS = ("/keepers/", "/desk/")
# Whoever has not been told the secret finds nothing.
SECRET = ("/feeds/",)
# Mail programs end mails without a page; whoever does it for others has been told their secret.
WITHOUT_TOKEN = "/sign-ups/mail/nothing/"


@pytest.fixture(autouse=True)
def first_meeting(house: HouseProfile) -> None:
    """The meeting that `/events/1/` is about."""
    new_meeting(pk=1, starts=clock.now() + timedelta(days=1))


def _is_public(path: str) -> bool:
    return path == "/" or path in SIGN_IN or path.startswith(PUBLIC)


def test_no_two_doors_have_the_same_name() -> None:
    names = list(_names(get_resolver().url_patterns))
    assert sorted(set(names)) == sorted(names)


def _is_hidden(path: str) -> bool:
    return path.startswith((*KEEPERS, *SECRET)) and path not in SIGN_IN


def _text(response: HttpResponseBase) -> str:
    return b"".join(response).decode()


@ALL
def test_a_stranger_sees_the_front_and_is_led_to_the_rules_elsewhere(
    path: str, trial_room: Room, outsider: Client
) -> None:
    response = outsider.get(path)
    if path.startswith((OF_NO_CODE, FORGETTING)):
        assert response.status_code == (404 if path == OF_NO_CODE else 405)
        return
    if _is_public(path):
        assert response.status_code == (303 if path == PASSKEY else 200)
    elif _is_hidden(path):
        assert response.status_code == 404
    else:
        assert (response.status_code, urlsplit(response["Location"]).path) == (302, "/enter/")
    as_json = outsider.get(path, headers={"accept": "application/json"})
    assert (
        as_json.status_code == (200 if _is_public(path) else 404 if _is_hidden(path) else 401)
        or path == PASSKEY
    )


@ALL
def test_a_stranger_changes_nothing_inside(path: str, trial_room: Room, outsider: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        response = outsider.post(path, {"text": "こんにちは"})
    if not _is_public(path):
        only_read = path.startswith(SECRET)
        assert response.status_code == (405 if only_read else 404 if _is_hidden(path) else 302)
        assert _writes(asked) == []


@ALL
def test_a_guest_finds_nothing_of_the_keepers(
    path: str, trial_room: Room, newcomer: Person, client: Client, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    if path.startswith(KEEPERS):
        for ask in (client.get, client.post):
            with CaptureQueriesContext(connection) as asked:
                response = ask(path)
            assert (response.status_code, _writes(asked)) == (404, []) or path in SIGN_IN


@ALL
def test_a_form_without_its_token_is_refused(path: str, trial_room: Room, newcomer: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(newcomer)
    if path != WITHOUT_TOKEN:
        assert strict.post(path, {"text": "こんにちは"}).status_code in (403, 405)


@ALL
def test_looking_changes_nothing(
    path: str, trial_room: Room, newcomer: Person, client: Client, enter_as: EnterAs, seat_for: SeatFor
) -> None:
    seat_for(newcomer, trial_room)
    enter_as(client, newcomer)
    client.get(path)  # the very first look of a process may note the epoch
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    assert response.status_code in (200, 302, 303, 404, 405)
    if path != "/away/":  # the one page that marks: it has to work as a plain link
        assert _writes(asked) == []


@ALL
def test_a_page_is_whole_and_its_title_tells_nothing(
    path: str,
    house: HouseProfile,
    trial_room: Room,
    newcomer: Person,
    client: Client,
    enter_as: EnterAs,
    seat_for: SeatFor,
) -> None:
    seat = seat_for(newcomer, trial_room)
    enter_as(client, newcomer)
    response = client.get(path)
    if not response.get("Content-Type", "").startswith("text/html") or response.status_code in (
        302,
        303,
        405,
    ):
        return
    page = _text(response)
    assert '<html lang="ja"' in page
    assert len(re.findall(r"<h1\b", page)) == 1
    assert len(re.findall(r"<main\b", page)) == 1
    assert 'href="/favicon.ico"' in page
    (title,) = re.findall(r"<title>(.*?)</title>", page, re.S)
    assert trial_room.title not in title
    assert seat.call_name not in title
    assert title == {"/": f"玄関 – {house.name}", "/away/": "メモ"}.get(path, title)
    assert path in ("/", "/away/") or title.endswith(f" – {house.name}")
    assert len(ids := re.findall(r'\sid="([^"]+)"', page)) == len(set(ids))
    for link in re.findall(r"<a\b[^>]*href=\"https?://[^>]*>", page):
        assert "noreferrer" in link
    assert not re.search(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(?:https?:)?//", page)


def _writes(asked: CaptureQueriesContext) -> list[str]:
    ours = [query["sql"] for query in asked.captured_queries]
    return [sql for sql in ours if re.match(r"\s*(?:insert|update|delete|replace)\b", sql, re.I)]
