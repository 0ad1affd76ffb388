"""One seat's words in one flow, and what keepers note about it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk.doors import room_page
from ibasho.desk.queries import desk_now
from ibasho.desk.queries.dangers import worry_about
from ibasho.desk.queries.rooms import room_line
from ibasho.desk.queries.seat import seat_view
from ibasho.desk.views.answers import fill_desk
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.queries import DECIDERS
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts


@room_page
@require_safe
def seat(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    return _page(request, keeper, slug, seat_id)


@room_page
@require_POST
def note(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    try:
        actions.write_seat_note(keeper, slug, seat_id, text=request.POST.get("text", ""))
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _page(request, keeper, slug, seat_id, refusal)
    return done(request, {}, to=f"{_path(slug, seat_id)}#notes")


@room_page
@require_POST
def remove_note(
    request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID, seat_note_id: int
) -> HttpResponse:
    actions.remove_seat_note(keeper, slug, seat_id, seat_note_id)
    return done(request, {}, to=f"{_path(slug, seat_id)}#notes")


def _path(slug: str, seat_id: UUID) -> str:
    return f"/desk/rooms/{slug}/seats/{seat_id}/"


def _page(
    request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    room = room_line(now, slug).now.room
    context = {
        "room": room,
        "worry": worry_about(keeper, now, seat_id),
        "seat": seat_view(keeper, room, seat_id),
        "typed": request.POST.get("text", ""),
        "may_read_on": keeper.has(*DECIDERS) and not room.is_apart,
    }
    page = _path(slug, seat_id)
    return fill_desk(request, keeper, "desk/seat.html", context, refusal, page=page, now=now)
