"""もう一度 見てほしい: the page for a code, and the button of a notice."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ibasho.house import support_card
from ibasho.house.heeding import asked_context, heed
from ibasho.house.today import today
from ibasho.lib import clock, code_tries, codes, once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.models import DUE_DAYS
from ibasho.moderation.queries import is_act_on, review_answer
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.requests import maybe_person, prefix_of, session_of

_TEMPLATE = "moderation/reviews.html"


@require_http_methods(["GET", "HEAD", "POST"])
def reviews(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.POST.get("close") == "card":
        support_card.put_away(session_of(request), request.path)
        return done(request, {"notices": []}, to=request.path)
    if request.method == "POST":
        try:
            return _ask(request)
        except Refusal as refusal:
            return _ask_again(request, refusal)
    if wants_json(request):
        get_token(request)
        return as_json(_as_dict(_context(request)))
    return render(request, _TEMPLATE, _context(request) | {"asked": once.said(request) == "asked"})


def _ask(request: HttpRequest) -> HttpResponse:
    session, words = session_of(request), request.POST.get("words", "")
    code, is_meant = request.POST.get("code", ""), request.POST.get("as_is") == "on"
    code_hash = codes.fingerprint(code)
    with _counted(request, code_hash):
        was_asked = review_answer(code_hash) is not None
        actions.ask_review(code, words, as_is=is_meant)
    card = support_card.offer(session, request.path, heed(words))
    context = _context(request) | {"card": card, "answer": review_answer(code_hash)}
    if not wants_json(request) and (was_asked or (card and session.away)):
        # what came of it is said at once: an address would carry the code
        return render(request, _TEMPLATE, context | {"asked": not was_asked})
    return done(request, {"asked": True} | _as_dict(context), to=request.path, said="asked")


def _counted(request: HttpRequest, code_hash: str) -> AbstractContextManager[None]:
    """The button of one's own letter is no guess, however many others guess at the same address."""
    person = maybe_person(request)
    if person is not None and is_act_on(code_hash, person.pk):
        return nullcontext()
    return code_tries.counted("reviews", prefix_of(request))


def _ask_again(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The form with its words. Help is offered also to who mistyped the code. Of a flood no words are looked at,
    and nothing is laid up: the page names 困ったとき to everybody.
    """
    sent = {name: request.POST.get(name, "") for name in ("code", "words")}
    is_flood = refusal.code == "too_many_tries"
    card = None if is_flood else support_card.offer(session_of(request), request.path, heed(sent["words"]))
    context = _context(request) | sent | asked_context(refusal, **sent) | ({"card": card} if card else {})
    return form_again(request, _TEMPLATE, context, refusal)


def _context(request: HttpRequest) -> dict[str, Any]:
    return {
        "card": support_card.find(session_of(request), request.path),
        "today": today(),
        "due_days": DUE_DAYS,
    }


def _as_dict(context: dict[str, Any]) -> dict[str, Any]:
    card, opening, answer = context["card"], context["today"].next_opening, context.get("answer")
    said = {"state": answer.state, "text": answer.text} if answer else {}
    return said | {
        "next_opening": clock.rfc3339(opening) if opening else None,
        "notices": support_card.as_notices(card),
    }
