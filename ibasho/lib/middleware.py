"""The HTTP edge: what a refusal looks like, and how large a page seems from outside."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.views.defaults import page_not_found

from ibasho.lib import busy
from ibasho.lib.errors import Refusal

GetResponse = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger(__name__)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What Django answers before any view has run, for those who asked for JSON.
_CODES = {400: "malformed", 404: "not_found"}
_RETRY_SECONDS = 5  # for a refusal that asks to wait and does not know how long


class PageSize(GZipMiddleware):
    """gzip with up to 128 random bytes, so that a length on the wire tells little of a page.

    A server at one's side can count bytes through TLS; with compression it could even
    guess at a token by what it makes a page repeat (BREACH).
    """

    max_random_bytes = 128


def wants_json(request: HttpRequest) -> bool:
    """Whether Accept names `application/json` itself; `*/*` is a browser, not a wish."""
    for entry in request.headers.get("Accept", "").lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if name == "application/json":
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as JSON or as a page, with its status and Retry-After."""
    if wants_json(request):
        response: HttpResponse = JsonResponse(
            refusal.as_dict(_request_id(request)),
            status=refusal.status,
            json_dumps_params={"ensure_ascii": False},
        )
    elif refusal.status == HTTPStatus.NOT_FOUND:
        # Not found and not allowed are one page, whoever found out.
        response = page_not_found(request, Http404())
    else:
        response = render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
    if refusal.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response["Retry-After"] = str(refusal.retry_after or _RETRY_SECONDS)
    return response


def _request_id(request: HttpRequest) -> str | None:
    if request.method != "POST":
        return None
    try:
        value = request.POST.get("id", "")
    except (SuspiciousOperation, UnreadablePostError):
        return None
    return value if _UUID.fullmatch(value) else None


class Forms:
    """Lets through only forms that say what they seem to: UTF-8 to the last byte, within Django's limits.

    Django would put U+FFFD for what it cannot read, and answer the rest with a traceback in the log.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and not _is_readable(request):
            request.POST = QueryDict()
            return refusal_response(request, Refusal("malformed"))
        return self.get_response(request)


def _is_readable(request: HttpRequest) -> bool:
    charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
    if charset.lower() not in ("utf-8", "utf8"):
        return False
    try:
        body = request.body
        is_form = request.content_type == "application/x-www-form-urlencoded"
        (unquote_to_bytes(body) if is_form else body).decode()
        request.POST  # noqa: B018 - it is read here, where its limits can be answered kindly
    except (
        UnicodeDecodeError,
        SuspiciousOperation,
        UnreadablePostError,
        MultiPartParserError,
        TooManyFilesSent,
    ):
        return False
    return True


class Refusals:
    """Renders what actions raise. Views catch a `Refusal` only to show their form again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not wants_json(request):
            return _with_page(request, response)
        code = _CODES.get(response.status_code)
        if code is None or "json" in response.headers.get("Content-Type", "") or not wants_json(request):
            return response
        return refusal_response(request, Refusal(code))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = _as_refusal(error)
        return None if refusal is None else refusal_response(request, refusal)


def _with_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """405 as a page: who reloads the address of a form should not stand before an empty screen."""
    context = {"is_of_desk": request.path_info.startswith("/desk/")}
    page = render(request, "405.html", context, status=response.status_code)
    page["Allow"] = response["Allow"]
    return page


def _as_refusal(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, PermissionDenied):
        return Refusal("not_found")
    refusal = busy.as_refusal(error)
    if refusal is not None:
        logger.warning("the database was busy: %s", type(error).__name__)
    return refusal
