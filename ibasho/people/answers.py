"""Answers that several pages give."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json


class SeeOther(HttpResponseRedirect):
    """After a form: the next page is a GET, and reloading it sends nothing twice. It says the word `said` once."""

    status_code = 303

    def __init__(self, to: str, said: str = "") -> None:
        super().__init__(to)
        if said:
            once.say(self, said, at=to)


def done(request: HttpRequest, data: dict[str, Any], *, to: str, said: str = "") -> HttpResponse:
    """Done: the facts as JSON, or the next page, which says the word `said`."""
    return as_json(data) if wants_json(request) else SeeOther(to, said)


def as_json(data: dict[str, Any], **options: Any) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, **options})


def form_again(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal
) -> HttpResponse:
    """The form with its words and a kind sentence; raises the Refusal on for JSON."""
    if wants_json(request):
        raise refusal
    page = render(request, template, context | {"say": refusal.text}, status=refusal.status)
    if refusal.retry_after:
        page["Retry-After"] = str(refusal.retry_after)
    return page
