"""スタッフがしたことの記録: who did what and why, and where the log ends."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ibasho.desk import forms
from ibasho.desk.doors import desk_page
from ibasho.desk.queries import desk_now
from ibasho.desk.views.answers import fill_desk
from ibasho.moderation.queries import DECIDERS, log_head, log_page, rooms_in_log
from ibasho.people.queries import KeeperFacts, keepers


@desk_page(*DECIDERS)
@require_safe
def log(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    before = forms.row_from(request.GET, "before")
    keeper_id, room = forms.row_from(request.GET, "keeper"), request.GET.get("room", "")
    page = log_page(before, keeper_id=keeper_id, room=room)
    narrowed = {name: value for name, value in (("keeper", keeper_id), ("room", room)) if value}
    context = {
        "page": page,
        "before": before,
        "older": urlencode({**narrowed, "before": page.before}) if page.before else "",
        "newest": urlencode(narrowed),
        "keepers": keepers(),
        "keeper_id": keeper_id,
        "log_rooms": rooms_in_log(),
        "room": room,
        "head": log_head(),
    }
    return fill_desk(request, keeper, "desk/log.html", context, now=now)
