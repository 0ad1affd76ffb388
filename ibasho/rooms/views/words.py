"""The log's door by HTTP: read older words, post, edit, take back."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from ibasho.house import support_card
from ibasho.house.queries import notices_for
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.doors import safe_next
from ibasho.people.requests import session_of, visitor_from
from ibasho.rooms import hygiene, post_office, queries
from ibasho.rooms.forms import TypedWords, fresh_id
from ibasho.rooms.held_words import Asked, held_frame
from ibasho.rooms.shapes import Held, Line, Posted
from ibasho.rooms.views.answers import fill_page, position_from
from ibasho.rooms.views.room import card_beside, room_page

_NO_SEAT = "この部屋の席は、いまはありません。言葉は、送られていません。"
_NO_MESSAGE = "その書き込みは、見つかりませんでした。言葉は、送られていません。"


@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return post_words(request, queries.own_line(visitor_from(request), slug))
    line = queries.line_facts(visitor_from(request), slug)
    if not wants_json(request):
        return HttpResponseRedirect(f"/rooms/{slug}/?{request.GET.urlencode()}")
    before = position_from(request.GET.get("before"))
    if before is not None:
        rate_limit.take("older", str(line.person_id))
    return JsonResponse(queries.page_of_words(line, before))


@require_POST
def edit(request: HttpRequest, slug: str, message_id: uuid.UUID) -> HttpResponse:
    line = queries.own_line(visitor_from(request), slug)
    try:
        words = hygiene.hear_form(line, "edit", request.POST.dict(), message_id=str(message_id))
        posted = post_office.amend_and_wait(words)
    except Refusal as refusal:
        return _refused(request, line, refusal, edited=str(message_id))
    return _done(request, line, posted, status=200)


@require_POST
def withdraw(request: HttpRequest, slug: str, message_id: uuid.UUID) -> HttpResponse:
    line = queries.own_line(visitor_from(request), slug, on_any_side=True)
    form = {"id": request.POST.get("id") or fresh_id()}
    words = hygiene.hear_form(line, "withdraw", form, message_id=str(message_id))
    posted = post_office.amend_and_wait(words)
    return _done(request, line, posted, status=200, to=safe_next(request.POST.get("next"), ""))


def post_words(request: HttpRequest, line: Line) -> HttpResponse:
    """The words of the composer's form, or that form again."""
    try:
        answer = post_office.post_and_wait(hygiene.hear_form(line, "post", request.POST.dict()))
    except Refusal as refusal:
        return _refused(request, line, refusal)
    if isinstance(answer, Held):
        return _held(request, line, answer)
    return _done(request, line, answer, status=201)


def _held(request: HttpRequest, line: Line, held: Held) -> HttpResponse:
    if not wants_json(request):
        return HttpResponseRedirect(f"/rooms/{line.slug}/#waiting", status=303)
    return JsonResponse({**held_frame(held), "notices": _notices(request, line)}, status=202)


def _done(request: HttpRequest, line: Line, posted: Posted, *, status: int, to: str = "") -> HttpResponse:
    if not wants_json(request):
        at = "card-title" if _brought_card(request, line) else "latest"
        return HttpResponseRedirect(to or f"/rooms/{line.slug}/#{at}", status=303)
    answer = {"message": posted.message_id, "seq": posted.seq, "notices": _notices(request, line)}
    return JsonResponse(answer, status=status)


def _brought_card(request: HttpRequest, line: Line) -> bool:
    """Whether a card answers these words; one that lay there before does not lead away from them."""
    card, before = card_beside(request, line), support_card.find(session_of(request), line.path)
    return card is not None and (before is None or before.id != card.id)


def _notices(request: HttpRequest, line: Line) -> list[dict[str, Any]]:
    """Letters to this person, and the card that waits for this browser."""
    return [*notices_for(line.person_id), *support_card.as_notices(card_beside(request, line))]


def _refused(request: HttpRequest, line: Line, refusal: Refusal, *, edited: str = "") -> HttpResponse:
    if wants_json(request) and isinstance(refusal, Asked):
        notices = _notices(request, line)
        beside = {"notices": notices} if notices else {}
        return JsonResponse(refusal.as_dict() | beside, status=refusal.status)
    if wants_json(request):
        raise refusal
    if isinstance(refusal, Asked):
        typed = TypedWords.asked_about(request.POST, refusal)
    else:
        typed = TypedWords.again(request.POST, refusal.text, asks_name=refusal.code == "name_taken")
    try:
        # asked again as for a reader: a known id is answered after leaving, too, but the room is not shown
        reader = queries.place_in(visitor_from(request), line.slug)
    except Refusal as barred:
        return _kept(request, typed, barred, _NO_SEAT)
    if refusal.code == "not_found" or queries.is_keeper(visitor_from(request)):
        return _kept(request, typed, refusal, _NO_MESSAGE)
    return room_page(request, reader, words=typed, edited=edited, refusal=refusal)


def _kept(request: HttpRequest, typed: TypedWords, refusal: Refusal, not_found: str) -> HttpResponse:
    """The words of somebody who once sat here, on a page without the room."""
    if not typed.text:
        raise refusal
    typed.say = not_found if refusal.code == "not_found" else refusal.text
    return fill_page(request, "rooms/kept.html", {"words": typed}, refusal)
