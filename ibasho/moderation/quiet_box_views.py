"""言いにくいことポスト, for who is inside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ibasho.house import support_card
from ibasho.house.heeding import asked_context, heed
from ibasho.lib import once, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.requests import person_of, prefix_of, session_of

_TEMPLATE = "moderation/quiet_box.html"


@require_http_methods(["GET", "HEAD", "POST"])
def quiet_box(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.POST.get("close") == "card":
        support_card.put_away(session_of(request), request.path)
        return done(request, {"notices": []}, to=request.path)
    if request.method == "POST":
        try:
            return _leave(request)
        except Refusal as refusal:
            text = request.POST.get("text", "")
            context = _context(request) | {"text": text} | asked_context(refusal, text=text)
            return form_again(request, _TEMPLATE, context, refusal)
    context = _context(request) | {"given": once.said(request) == "given"}
    if wants_json(request):
        get_token(request)
        return as_json(_as_dict(context))
    return render(request, _TEMPLATE, context)


def _leave(request: HttpRequest) -> HttpResponse:
    words = actions.quiet_words(request.POST.get("text", ""))
    rate_limit.take("quiet_box_person", person_of(request).pk)
    rate_limit.take("quiet_box_prefix", prefix_of(request))
    try:
        actions.leave_quiet_post(words, as_is=request.POST.get("as_is") == "on")
    except Refusal:  # who is asked first has given nothing yet
        rate_limit.give_back("quiet_box_person", person_of(request).pk)
        rate_limit.give_back("quiet_box_prefix", prefix_of(request))
        raise
    support_card.offer(session_of(request), request.path, heed(words))
    return done(request, _as_dict(_context(request)), to=request.path, said="given")


def _context(request: HttpRequest) -> dict[str, Any]:
    return {"card": support_card.find(session_of(request), request.path)}


def _as_dict(context: dict[str, Any]) -> dict[str, Any]:
    card = context["card"]
    return {"notices": support_card.as_notices(card)}
