"""手伝いたい方へ: what helping means, and the form. The answer carries the receipt's code, once."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ibasho.duty import actions
from ibasho.duty.queries.pledge import pledge_now, training_units
from ibasho.house import support_card
from ibasho.house.heeding import asked_context, heed
from ibasho.house.support_card import SupportCard
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.requests import prefix_of, session_of

_FORM, _TOLD = "duty/helping.html", "duty/helping_told.html"
_FIELDS = ("call_name", "contact", "why", "could")


@require_http_methods(["GET", "HEAD", "POST"])
def helping(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        if wants_json(request):
            get_token(request)
            return as_json(_as_dict(support_card.find(session_of(request), request.path)))
        return render(request, _FORM, _context(request))
    if request.POST.get("close") == "card":
        support_card.put_away(session_of(request), request.path)
        return done(request, _as_dict(None), to=request.path)
    sent = {name: request.POST.get(name, "") for name in _FIELDS}
    try:
        return _apply(request, sent)
    except Refusal as refusal:
        return _again(request, sent, refusal)


def _apply(request: HttpRequest, sent: dict[str, str]) -> HttpResponse:
    prefix = prefix_of(request)
    rate_limit.take("helping", prefix)
    try:
        _, code = actions.apply_to_help(**sent, as_is=request.POST.get("as_is") == "on")
    except Refusal:
        rate_limit.give_back("helping", prefix)
        raise
    card = support_card.offer(session_of(request), request.path, heed(_words(sent)))
    if wants_json(request):
        return as_json({"receipt": code} | _as_dict(card))
    return render(request, _TOLD, {"receipt": code, "card": card, "place": request.path})


def _again(request: HttpRequest, sent: dict[str, str], refusal: Refusal) -> HttpResponse:
    """The form with its words. Help is offered all the same."""
    is_flood = refusal.code == "too_fast"  # each card that is laid up is a row
    offer = support_card.show_once if is_flood else partial(support_card.offer, session_of(request))
    card = offer(request.path, heed(_words(sent)))
    context = _context(request) | sent | asked_context(refusal, **sent) | ({"card": card} if card else {})
    return form_again(request, _FORM, context, refusal)


def _words(sent: dict[str, str]) -> str:
    return actions.application_words(**{name: sent[name] for name in ("call_name", "why", "could")})


def _context(request: HttpRequest) -> dict[str, Any]:
    return {
        "pledge": pledge_now(),
        "units": [unit for unit in training_units() if unit.retired_on is None],
        "card": support_card.find(session_of(request), request.path),
        "place": request.path,
    }


def _as_dict(card: SupportCard | None) -> dict[str, Any]:
    return {"notices": [support_card.as_notice(card)] if card else []}
