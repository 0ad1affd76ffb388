"""部屋の言葉を読む: a room one keeps no duty in, for half an hour, with a reason that stays in the log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from ibasho.desk import forms
from ibasho.desk.doors import desk_page
from ibasho.desk.queries import desk_now
from ibasho.desk.queries.log import history_of
from ibasho.desk.views.answers import fill_desk
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.queries import DECIDERS, room_read_elsewhere, rooms_in_log
from ibasho.people.answers import SeeOther, done
from ibasho.people.queries import KeeperFacts


@desk_page(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    if request.method != "POST":
        asked = request.GET.get("room", "")
        if asked:
            _must_be_listed(asked)
        return _form(request, keeper, asked)
    slug, reason = request.POST.get("room", ""), request.POST.get("reason", "")
    try:
        room = actions.read_elsewhere(keeper, slug, reason=reason)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _form(request, keeper, slug, refusal)
    return done(request, {}, to=f"/desk/history/{room.slug}/")


@desk_page(*DECIDERS)
@require_safe
def history(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    now = desk_now()
    before = forms.row_from(request.GET, "before")
    room = room_read_elsewhere(keeper.keeper_id, slug)
    if room is None:
        _must_be_listed(slug)
        return SeeOther(f"/desk/history/?room={slug}")
    context = {"room": room, "log": history_of(room, before)}
    return fill_desk(request, keeper, "desk/history.html", context, now=now)


def _must_be_listed(slug: str) -> None:
    """A form that offered another room instead would be filled in for it."""
    if slug not in dict(rooms_in_log()):
        raise Refusal("not_found")


def _form(
    request: HttpRequest, keeper: KeeperFacts, slug: str, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    context = {"log_rooms": rooms_in_log(), "room": slug, "reason": request.POST.get("reason", "")}
    page = "/desk/history/"
    return fill_desk(request, keeper, "desk/history_ask.html", context, refusal, page=page, now=now)
