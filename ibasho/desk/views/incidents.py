"""命が心配なこと: who looks after it, the quiet room, how it ended, and what comes after."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk import forms
from ibasho.desk.doors import desk_page, room_page
from ibasho.desk.queries import dangers, desk_now
from ibasho.desk.views.answers import fill_desk
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.queries import calls_about, contacts_listed, incidents_closed
from ibasho.people.answers import done
from ibasho.people.doors import safe_next
from ibasho.people.queries import KeeperFacts

Act = Callable[[], object]


@desk_page()
@require_safe
def incidents(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _list(request, keeper)


@desk_page()
@require_safe
def incident(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    return _page(request, keeper, incident_id)


@room_page
@require_POST
def begin(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    about_other = request.POST.get("about_other") == "on"
    begun = actions.begin_by_hand(keeper, slug, message_id, about_other=about_other)
    return _back(request, begun.pk)


@desk_page()
@require_POST
def take(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    instead_of = forms.row_from(request.POST, "instead_of")
    actions.take_incident(keeper, incident_id, instead_of=instead_of)
    return done(request, {}, to=f"/desk/incidents/{incident_id}/#danger-title")


@desk_page()
@require_POST
def release(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    return _act(request, keeper, incident_id, lambda: actions.release_incident(keeper, incident_id))


@desk_page()
@require_POST
def look(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    actions.look_at_incident(keeper, incident_id)
    return done(request, {}, to=dangers.place_of_words(keeper, desk_now(), incident_id))


@desk_page()
@require_POST
def quiet_room(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    try:
        room = actions.ask_quiet_room(keeper, incident_id)
    except Refusal as refusal:
        return _refused(request, keeper, incident_id, refusal)
    return done(request, {}, to=f"/desk/rooms/{room.slug}/#latest")


@desk_page()
@require_POST
def end_quiet_room(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    actions.end_quiet_room(keeper, incident_id)
    return _back(request, incident_id)


@desk_page()
@require_POST
def call_second(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    return _call(request, keeper, incident_id, lambda: actions.call_second_keeper(keeper, incident_id))


@desk_page()
@require_POST
def stop_calling(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    return _call(
        request, keeper, incident_id, lambda: actions.stop_calling_second_keeper(keeper, incident_id)
    )


@desk_page()
@require_POST
def close(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    outcome, facts = request.POST.get("outcome", ""), request.POST.get("facts", "")
    return _act(
        request,
        keeper,
        incident_id,
        lambda: actions.close_incident(keeper, incident_id, outcome=outcome, facts=facts),
    )


@room_page
@require_POST
def close_flood(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    try:
        actions.close_flood(keeper, slug, newest=forms.row_from(request.POST, "newest") or 0)
    except Refusal as refusal:
        if wants_json(request):
            raise
        return _list(request, keeper, refusal)
    return done(request, {}, to="/desk/incidents/")


@desk_page()
@require_POST
def reopen(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    return _act(request, keeper, incident_id, lambda: actions.reopen_incident(keeper, incident_id))


@desk_page()
@require_POST
def letter(request: HttpRequest, keeper: KeeperFacts, incident_id: int) -> HttpResponse:
    words = request.POST.get("words", "")
    return _act(
        request, keeper, incident_id, lambda: actions.tell_after_incident(keeper, incident_id, words=words)
    )


def _list(request: HttpRequest, keeper: KeeperFacts, refusal: Refusal | None = None) -> HttpResponse:
    now = desk_now()
    context = {
        "incidents": dangers.danger_cards(keeper, now),
        "floods": dangers.floods(keeper, now),
        "closed": incidents_closed(),
    }
    return fill_desk(
        request, keeper, "desk/incidents.html", context, refusal, page="/desk/incidents/", now=now
    )


def _act(request: HttpRequest, keeper: KeeperFacts, incident_id: int, act: Act) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        return _refused(request, keeper, incident_id, refusal)
    return _back(request, incident_id)


def _call(request: HttpRequest, keeper: KeeperFacts, incident_id: int, act: Act) -> HttpResponse:
    """Back to where it was asked: the quiet room itself, or a page that shows the incident."""
    try:
        act()
    except Refusal as refusal:
        return _refused(request, keeper, incident_id, refusal)
    return done(request, {}, to=safe_next(request.POST.get("next"), f"/desk/incidents/{incident_id}/"))


def _back(request: HttpRequest, incident_id: int) -> HttpResponse:
    return done(request, {}, to=f"/desk/incidents/{incident_id}/")


def _refused(request: HttpRequest, keeper: KeeperFacts, incident_id: int, refusal: Refusal) -> HttpResponse:
    if wants_json(request) or refusal.code == "not_found":
        raise refusal
    return _page(request, keeper, incident_id, refusal)


def _page(
    request: HttpRequest, keeper: KeeperFacts, incident_id: int, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    it = dangers.danger_page(keeper, now, incident_id)
    may_call = it.card is not None and it.may_act
    context = {
        "it": it,
        "contacts": contacts_listed() if may_call else [],
        "calls": calls_about(incident_id) if it.may_act else [],
        "outcomes": dangers.OUTCOMES,
        "facts": request.POST.get("facts", ""),
        "typed": request.POST.get("words", ""),
    }
    page = f"/desk/incidents/{incident_id}/"
    return fill_desk(request, keeper, "desk/incident.html", context, refusal, page=page, now=now)
