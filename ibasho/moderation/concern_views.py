"""スタッフに知らせる: from words, or from a room. The answer carries the receipt's code, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ibasho.house import support_card
from ibasho.house.heeding import asked_context, heed
from ibasho.house.staff_here import staff_here
from ibasho.house.today import today
from ibasho.lib import clock, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.models import TAKE_BACK_MINUTES, Concern
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.requests import person_of, session_of, visitor_from
from ibasho.rooms import queries
from ibasho.rooms.models import Room
from ibasho.rooms.shapes import message_shape
from ibasho.rooms.views.answers import rooms_found, to_desk
from ibasho.rooms.views.shown import ShownMessage, show_message

_FORM, _TOLD = "moderation/concern.html", "moderation/concern_told.html"


@dataclass(frozen=True, slots=True)
class _Matter:
    """What it is about. `line` are the words, for who may still read them."""

    room: Room
    path: str
    message_id: UUID | None = None
    line: ShownMessage | None = None

    @property
    def card_place(self) -> str:
        """One place a room, so that no browser keeps which words it was about."""
        return f"/rooms/{self.room.slug}/concern/"


@require_http_methods(["GET", "HEAD", "POST"])
def about_room(request: HttpRequest, slug: str) -> HttpResponse:
    if (desk := to_desk(request, slug)) is not None:
        return desk
    room = queries.room_to_tell_of(visitor_from(request), slug, rooms_found(request))
    return _answer(request, _Matter(room, request.path))


@require_http_methods(["GET", "HEAD", "POST"])
def about_message(request: HttpRequest, slug: str, message_id: UUID) -> HttpResponse:
    if (desk := to_desk(request, slug)) is not None:
        return desk
    return _answer(request, _words_of_others(request, slug, message_id))


def _words_of_others(request: HttpRequest, slug: str, message_id: UUID) -> _Matter:
    """Words this seat reads, or read while it was here. Who may not come in any more tells, and reads nothing."""
    visitor = visitor_from(request)
    line = queries.own_line(visitor, slug)
    message = queries.read_by(line, message_id)
    if str(message.seat_id) == line.seat_id:
        raise Refusal("not_found")
    try:
        queries.place_in(visitor, slug)
        shown = show_message(message_shape(message), line.seat_id, message.seq)
    except Refusal:
        shown = None
    return _Matter(Room.objects.get(pk=line.room_id), request.path, message.pk, shown)


def _answer(request: HttpRequest, matter: _Matter) -> HttpResponse:
    if request.method == "POST" and request.POST.get("close") == "card":
        support_card.put_away(session_of(request), matter.card_place)
        return done(request, {"notices": []}, to=matter.path)
    if request.method == "POST":
        try:
            return _tell(request, matter)
        except Refusal as refusal:
            return _again(request, matter, refusal)
    context = _context(request, matter)
    if wants_json(request):
        get_token(request)
        return as_json({"reasons": dict(Concern.Reason.choices)} | _as_dict(context))
    return render(request, _FORM, context)


def _tell(request: HttpRequest, matter: _Matter) -> HttpResponse:
    person, reason, words = person_of(request), request.POST.get("reason", ""), request.POST.get("words", "")
    rate_limit.take("concern", person.pk)
    try:
        concern, code = actions.tell_keepers(
            person,
            matter.room,
            matter.message_id,
            reason=reason,
            words=words,
            as_is=request.POST.get("as_is") == "on",
        )
    except Refusal:
        rate_limit.give_back("concern", person.pk)
        raise
    support_card.offer(session_of(request), matter.card_place, heed(words))
    until = concern.at + timedelta(minutes=TAKE_BACK_MINUTES)
    context = _context(request, matter) | {"receipt": code, "until": until, "concern": concern}
    if wants_json(request):
        return as_json({"receipt": code, "take_back_until": clock.rfc3339(until)} | _as_dict(context))
    return render(request, _TOLD, context)


def _again(request: HttpRequest, matter: _Matter, refusal: Refusal) -> HttpResponse:
    """The form with its words. Help is offered all the same."""
    sent = {name: request.POST.get(name, "") for name in ("reason", "words")}
    support_card.offer(session_of(request), matter.card_place, heed(sent["words"]))
    context = _context(request, matter) | sent | asked_context(refusal, **sent)
    return form_again(request, _FORM, context, refusal)


def _context(request: HttpRequest, matter: _Matter) -> dict[str, Any]:
    return {
        "matter": matter,
        "room": matter.room,
        "line": matter.line,
        "reasons": Concern.Reason.choices,
        "card": support_card.find(session_of(request), matter.card_place),
        "staff": staff_here(matter.card_place),
    }


def _as_dict(context: dict[str, Any]) -> dict[str, Any]:
    card, opening = context["card"], today().next_opening
    return {
        "next_opening": clock.rfc3339(opening) if opening else None,
        "notices": support_card.as_notices(card),
    }
