"""What was just done is said once: by the page behind the form, and not again when that page is reloaded or gone back to.

The word for it goes along in a cookie of a minute, which the page takes back. So no address tells of it: addresses stay
in the history of a browser that others use.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ibasho.lib import cookies

_SECONDS = 60
_ASKED_AGAIN = "X-Again"
_AGAIN = "said"
_SAID = "ibasho.said"


def say(response: HttpResponseBase, word: str, *, at: str) -> None:
    """Let the page `at` say this `word` once."""
    cookies.put(response, settings.ONCE, quote(f"{urlsplit(at).path} {word}", safe=""), seconds=_SECONDS)


def said(request: HttpRequest) -> str:
    """The word for this page; once more where the page itself asks what changed, so that it is not lost from under a hand."""
    if _ASKED_AGAIN in request.headers:
        return request.GET.get(_AGAIN, "")
    place, _, word = unquote(request.COOKIES.get(settings.ONCE, "")).partition(" ")
    if request.method != "GET" or place != request.path_info:
        return ""
    request.META[_SAID] = word
    return word


def page_again(request: HttpRequest) -> str:
    """Where this page asks what changed, if it has said something; otherwise empty."""
    word = request.META.get(_SAID)
    if not word:
        return ""
    query = request.GET.copy()
    query[_AGAIN] = word
    return f"{request.path}?{query.urlencode()}"


def take_back(request: HttpRequest, response: HttpResponseBase) -> None:
    """Whoever goes away leaves no word of what they did."""
    if settings.ONCE in request.COOKIES:
        cookies.drop(response, settings.ONCE)


class Once:
    """Takes back the word that a page has said."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.META.get(_SAID) and response.status_code < HTTPStatus.BAD_REQUEST:
            cookies.drop(response, settings.ONCE)
        return response
