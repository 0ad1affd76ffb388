"""この場所への意見: what others asked and what the house said, and a form for anybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from ibasho.house import support_card
from ibasho.house.heeding import asked_context, heed
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.lib.paging import leaf_of
from ibasho.moderation import actions, queries
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.requests import prefix_of, session_of
from ibasho.rooms import hygiene

_TEMPLATE = "moderation/opinion_box.html"


@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    shown = leaf_of(queries.opinions_shown(), request.GET.get("page", ""))
    if wants_json(request):
        told = [{"question": post.question, "answer": post.answer} for post in shown.rows]
        return as_json({"opinions": told} | ({"next": shown.after} if shown.after else {}))
    return render(request, "moderation/opinions.html", {"shown": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def opinion_box(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.POST.get("close") == "card":
        support_card.put_away(session_of(request), request.path)
        return done(request, {"notices": []}, to=request.path)
    if request.method == "POST":
        try:
            return _leave(request)
        except Refusal as refusal:
            sent = {"text": request.POST.get("text", ""), "id": request.POST.get("id", "")}
            context = _context(request) | {"text": sent["text"]} | asked_context(refusal, **sent)
            return form_again(request, _TEMPLATE, context, refusal)
    if wants_json(request):
        get_token(request)
        return as_json({})
    return render(request, _TEMPLATE, _context(request))


def _leave(request: HttpRequest) -> HttpResponse:
    words = actions.quiet_words(request.POST.get("text", ""))
    request_id = UUID(hygiene.uuid_v4(request.POST.get("id")))
    prefix = prefix_of(request)
    rate_limit.take("opinion", prefix)
    try:
        _, code = actions.leave_opinion(words, request_id=request_id, as_is=request.POST.get("as_is") == "on")
    except Refusal:  # who is asked first has given nothing yet
        rate_limit.give_back("opinion", prefix)
        raise
    card = support_card.offer(session_of(request), request.path, heed(words))
    if wants_json(request):
        return as_json({"receipt": code, "notices": support_card.as_notices(card)})
    # not by a redirect: the code would stand in an address
    return render(request, _TEMPLATE, _context(request) | {"receipt": code, "card": card})


def _context(request: HttpRequest) -> dict[str, Any]:
    return {
        "form_id": uuid4(),
        "card": support_card.find(session_of(request), request.path),
    }
