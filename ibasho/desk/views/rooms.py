"""A room from the desk: the log with what is hidden, and the acts on the room itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk import forms
from ibasho.desk.doors import room_page
from ibasho.desk.phrases import PHRASES, phrase_text
from ibasho.desk.queries import desk_now
from ibasho.desk.queries.dangers import quiet_room_now
from ibasho.desk.queries.log import log_of
from ibasho.desk.queries.past import acts_shown, just_done
from ibasho.desk.queries.rooms import room_line
from ibasho.desk.queries.stages import stages_of
from ibasho.desk.views.answers import fill_desk
from ibasho.lib import clock, once, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.queries.reasons import room_reasons, usual_reason
from ibasho.people.answers import done
from ibasho.people.doors import safe_next
from ibasho.people.queries import KeeperFacts
from ibasho.people.requests import visitor_from
from ibasho.rooms import hygiene, post_office, queries
from ibasho.rooms.actions.by_hand import PACES
from ibasho.rooms.forms import TypedWords
from ibasho.rooms.models import Room
from ibasho.rooms.views.answers import message_id_from, position_from
from ibasho.rooms.views.shown import WISHES, show_standing


@room_page
@require_safe
def room(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    return _page(request, keeper, slug)


@room_page
@require_POST
def post(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    line = queries.own_line(visitor_from(request), slug)
    try:
        post_office.post_and_wait(hygiene.hear_form(line, "post", request.POST.dict()))
    except Refusal as refusal:
        if wants_json(request):
            raise
        return _page(request, keeper, slug, TypedWords.again(request.POST, refusal.text), refusal)
    return done(request, {}, to=f"/desk/rooms/{slug}/#latest")


@room_page
@require_POST
def edit(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    line = queries.own_line(visitor_from(request), slug)
    try:
        words = hygiene.hear_form(line, "edit", request.POST.dict(), message_id=str(message_id))
        post_office.amend_and_wait(words)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        typed = TypedWords.again(request.POST, refusal.text)
        return _page(request, keeper, slug, typed, refusal, edited=str(message_id))
    return done(request, {}, to=f"/desk/rooms/{slug}/#latest")


@room_page
@require_POST
def opening(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    minutes = timedelta(minutes=forms.number_from(request.POST, "minutes"))
    actions.open_room(keeper, slug, until=clock.to_minute(clock.now()) + minutes)
    return _back(request, slug)


@room_page
@require_POST
def pause(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    minutes = forms.number_from(request.POST, "minutes")
    actions.pause_room(keeper, slug, minutes=minutes, rule=request.POST.get("rule", ""))
    return _back(request, slug)


@room_page
@require_POST
def resume(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    actions.resume_room(keeper, slug)
    return _back(request, slug)


@room_page
@require_POST
def closing(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    actions.close_room(keeper, slug, minutes=forms.number_from(request.POST, "minutes"))
    return _back(request, slug)


@room_page
@require_POST
def pace(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    seconds = forms.number_from(request.POST, "seconds")
    actions.set_pace(keeper, slug, seconds=seconds, rule=request.POST.get("rule", ""))
    return _back(request, slug)


@room_page
@require_POST
def stage(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    stage, rule, is_on = (
        request.POST.get("stage", ""),
        request.POST.get("rule", ""),
        request.POST.get("on") == "on",
    )
    actions.set_stage(keeper, slug, stage=stage, is_on=is_on, rule=rule)
    return _back(request, slug)


@room_page
@require_POST
def topic(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    actions.set_topic(keeper, slug, text=request.POST.get("text", ""))
    return _back(request, slug)


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    return done(request, {}, to=safe_next(request.POST.get("next"), f"/desk/rooms/{slug}/#about"))


def _page(
    request: HttpRequest,
    keeper: KeeperFacts,
    slug: str,
    words: TypedWords | None = None,
    refusal: Refusal | None = None,
    *,
    edited: str = "",
) -> HttpResponse:
    """The room. A refused form comes back in it, with its words."""
    now = desk_now()
    about = room_line(now, slug)
    place = queries.keepers_place(keeper, about.now)
    before = position_from(request.GET.get("before"))
    if before is not None:
        rate_limit.take("older", str(keeper.person_id))
    log = log_of(about.now.room, place.seat, before)
    if words is None and (asked := message_id_from(request.GET.get("edit"))):
        words = _own_words(log.rows, asked)
        edited = asked if words else ""
    promises = room_reasons()
    context = {
        "log": log,
        "first_position": log.rows[0].line.position if log.rows else place.oldest,
        **_around(about.now.room, place, once.said(request)),
        "about": about,
        "quiet": quiet_room_now(keeper, now, about.now.room.pk),
        "stages": stages_of(about.now.room),
        "held_here": sum(post.room_id == about.now.room.pk for post in now.held),
        "edited": edited,
        "is_live": before is None and not edited,
        "words": words or TypedWords(phrase_text(request.GET.get("phrase", ""))),
        "phrases": PHRASES,
        "paces": PACES,
        "reasons": promises,
        "usual": usual_reason(promises),
    }
    return fill_desk(
        request, keeper, "desk/room.html", context, refusal, page=f"/desk/rooms/{slug}/", now=now
    )


def _around(room: Room, place: queries.KeepersPlace, did: str) -> dict[str, Any]:
    acts = acts_shown(room.pk)
    return {
        "oldest": place.oldest,
        "room": place.room,
        "you": place.you,
        "notices": place.notices,
        "state": show_standing(place.room, place.you),
        "facts": queries.facts_of(room),
        "acts": acts,
        "done": just_done(acts, did),
    }


def _own_words(rows: Any, message_id: str) -> TypedWords | None:
    """One's own words to be edited; None unless they are shown here."""
    line = next((row.line for row in rows if row.line.id == message_id and row.line.may_edit), None)
    if line is None:
        return None
    tone = next((key for key, words in WISHES.items() if words == line.wish), "")
    return TypedWords(line.text, line.cover, tone)
