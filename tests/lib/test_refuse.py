"""How a refusal looks from outside: JSON or a page, with status and Retry-After."""

import gzip
import json
import sys
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import Settings

from ibasho.lib.errors import CODES, Refusal
from ibasho.lib.middleware import wants_json

ID = "3f2b8c1e-5a77-4b10-9d4e-0c7a6f1e2d3b"
_raised: list[Exception] = []


def raising(request: HttpRequest) -> HttpResponse:
    raise _raised[-1]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ここに いても いい。" * 100)


urlpatterns = [path("raising/", raising), path("page/", page)]


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.ROOT_URLCONF = sys.modules[__name__]
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    settings.MIDDLEWARE = ["ibasho.lib.middleware.PageSize", "ibasho.lib.middleware.Refusals"]
    pages = {
        "refusal.html": "{{ refusal.code }}: {{ refusal.text }}",
        "404.html": "ありません",
        "400.html": "読めません",
    }
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", pages)]},
        }
    ]
    return Client(raise_request_exception=False)


Ask = Callable[..., HttpResponseBase]


def ask(client: Client, error: Exception, *, accept: str = "text/html,*/*", **fields: str) -> HttpResponse:
    _raised.append(error)
    return client.post("/raising/", fields, headers={"accept": accept})  # type: ignore[return-value]


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_refusal_has_the_same_status_as_page_and_as_json(client: Client, code: str) -> None:
    refusal = Refusal(code)
    as_page = ask(client, refusal)
    as_json = ask(client, refusal, accept="application/json", id=ID)
    assert as_page.status_code == as_json.status_code == refusal.status
    found = json.loads(as_json.content)
    assert found == {"type": "refused", "id": ID, "code": code, "text": refusal.text}
    expected = "ありません" if code == "not_found" else f"{code}: {refusal.text}"
    assert as_page.content.decode() == expected
    if refusal.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        assert as_page.headers["Retry-After"] == as_json.headers["Retry-After"] == "5"
    else:
        assert "Retry-After" not in as_page.headers


def test_a_wait_is_told_in_the_header_and_in_the_frame(client: Client) -> None:
    response = ask(client, Refusal("too_fast", retry_after=17), accept="application/json")
    assert response.headers["Retry-After"] == "17"
    assert json.loads(response.content)["retry_after"] == 17


@pytest.mark.parametrize("wrong_id", ["", "x", ID.upper(), ID + "\n", "<b>"])
def test_an_id_that_is_none_is_not_given_back(client: Client, wrong_id: str) -> None:
    response = ask(client, Refusal("pace"), accept="application/json", id=wrong_id)
    assert "id" not in json.loads(response.content)


def test_not_found_and_not_allowed_are_one(client: Client) -> None:
    pages = [ask(client, error) for error in (Http404(), PermissionDenied(), Refusal("not_found"))]
    pages.append(client.get("/no/such/page/"))  # type: ignore[arg-type]
    assert {(page.status_code, page.content) for page in pages} == {(404, "ありません".encode())}


def test_what_was_never_there_is_json_for_those_who_ask(client: Client) -> None:
    for response in (
        client.get("/no/such/page/", headers={"accept": "application/json"}),
        ask(client, Http404(), accept="application/json"),
    ):
        assert response.status_code == 404
        assert json.loads(response.content)["code"] == "not_found"


def test_a_body_that_is_too_large_is_malformed(client: Client) -> None:
    _raised.append(Refusal("empty"))
    response = client.post("/raising/", {"text": "あ" * 2_000}, headers={"accept": "application/json"})
    assert response.status_code in (400, 422)
    assert "id" not in json.loads(response.content)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        OperationalError("database or disk is full"),
        InterfaceError("closed"),
    ],
)
def test_a_database_that_cannot_now_is_busy(client: Client, error: Exception) -> None:
    response = ask(client, error, accept="application/json")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert json.loads(response.content)["code"] == "busy"


@pytest.mark.parametrize(
    "error", [OperationalError("no such table: word"), ProgrammingError("x"), ValueError("x")]
)
def test_a_fault_of_ours_is_not_called_busy(client: Client, error: Exception, settings: Settings) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    with pytest.raises(type(error)):
        ask(client, error)


@pytest.mark.parametrize(
    ("accept", "is_wanted"),
    [
        ("application/json", True),
        ("text/html, application/json;q=0.9", True),
        ("Application/JSON", True),
        ("*/*", False),
        ("application/*", False),
        ("text/html", False),
        ("", False),
        ("application/json;q=0", False),
        ("application/jsonlines", False),
    ],
)
def test_json_is_for_those_who_name_it(accept: str, is_wanted: bool) -> None:
    assert wants_json(RequestFactory().get("/", headers={"accept": accept})) is is_wanted


def test_the_length_of_a_page_tells_little(client: Client) -> None:
    pages = [client.get("/page/", headers={"accept-encoding": "gzip"}) for _ in range(20)]
    assert {gzip.decompress(page.content) for page in pages} == {("ここに いても いい。" * 100).encode()}
    assert len({len(page.content) for page in pages}) > 5
    assert all("Accept-Encoding" in page.headers["Vary"] for page in pages)
