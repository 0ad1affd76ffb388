"""The log's door by HTTP: read older words, post, edit, take back."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST

from ibasho.house.queries import notices_for
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.requests import visitor_from
from ibasho.rooms import hygiene, post_office, queries
from ibasho.rooms.forms import TypedWords, fresh_id
from ibasho.rooms.shapes import Line, Posted
from ibasho.rooms.views.answers import position_from
from ibasho.rooms.views.room import room_page


def messages(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _post(request, queries.own_line(visitor_from(request), slug))
    line = queries.line_facts(visitor_from(request), slug)
    if not wants_json(request):
        return HttpResponseRedirect(f"/rooms/{slug}/?{request.GET.urlencode()}")
    before = position_from(request.GET.get("before"))
    if before is not None:
        rate_limit.take("older", line.seat_id)
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
    line = queries.own_line(visitor_from(request), slug)
    form = {"id": request.POST.get("id") or fresh_id()}
    words = hygiene.hear_form(line, "withdraw", form, message_id=str(message_id))
    return _done(request, line, post_office.amend_and_wait(words), status=200)


def _post(request: HttpRequest, line: Line) -> HttpResponse:
    try:
        posted = post_office.post_and_wait(hygiene.hear_form(line, "post", request.POST.dict()))
    except Refusal as refusal:
        return _refused(request, line, refusal)
    return _done(request, line, posted, status=201)


def _done(request: HttpRequest, line: Line, posted: Posted, *, status: int) -> HttpResponse:
    if not wants_json(request):
        return HttpResponseRedirect(f"/rooms/{line.slug}/#latest", status=303)
    answer = {"message": posted.message_id, "seq": posted.seq, "notices": notices_for(line.person_id)}
    return JsonResponse(answer, status=status)


def _refused(request: HttpRequest, line: Line, refusal: Refusal, *, edited: str = "") -> HttpResponse:
    if wants_json(request) or refusal.code in ("not_found", "removed", "suspended"):
        raise refusal
    typed = TypedWords.again(request.POST, refusal.text)
    return room_page(request, line, words=typed, edited=edited, refusal=refusal)
