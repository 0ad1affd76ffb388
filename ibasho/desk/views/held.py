"""Words that wait in a room: shown or kept back by whoever is on duty there."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk.doors import is_opened, room_page
from ibasho.desk.forms import row_from
from ibasho.desk.queries import desk_now, telling
from ibasho.desk.queries.past import acts_shown, just_done
from ibasho.desk.queries.rooms import room_line
from ibasho.desk.views.answers import fill_desk
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.queries import HeldShown, held_in, held_post, noticed_in, reasons
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room


@room_page
@require_safe
def held_posts(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    return _list(request, keeper, slug)


@room_page
@require_safe
def held(request: HttpRequest, keeper: KeeperFacts, slug: str, held_id: UUID) -> HttpResponse:
    if is_opened(request):
        actions.look_at(keeper, ref_of("held", held_id))
    return _page(request, keeper, slug, held_id)


@room_page
@require_POST
def release(request: HttpRequest, keeper: KeeperFacts, slug: str, held_id: UUID) -> HttpResponse:
    try:
        message = actions.release(keeper, slug, held_id)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _list(request, keeper, slug, refusal)
    return done(request, {}, to=f"/desk/rooms/{slug}/held/", said=f"release-{message.pk}")


@room_page
@require_POST
def keep_back(request: HttpRequest, keeper: KeeperFacts, slug: str, held_id: UUID) -> HttpResponse:
    rule, words = request.POST.get("rule", ""), request.POST.get("words", "")
    try:
        act = actions.keep_back(keeper, slug, held_id, rule=rule, words=words)
    except Refusal as refusal:
        if wants_json(request) or refusal.code in ("not_found", "not_shown"):
            raise
        return _page(request, keeper, slug, held_id, refusal)
    return done(request, {}, to=f"/desk/rooms/{slug}/held/", said=f"keep_back-{act.pk}")


@room_page
@require_POST
def unname(request: HttpRequest, keeper: KeeperFacts, slug: str, held_id: UUID) -> HttpResponse:
    """The words go on waiting: they are shown under another name, or not at all."""
    rule, words = request.POST.get("rule", ""), request.POST.get("words", "")
    try:
        act = actions.unname(keeper, slug, held_id, rule=rule, words=words)
    except Refusal as refusal:
        if wants_json(request) or refusal.code in ("not_found", "not_shown"):
            raise
        return _page(request, keeper, slug, held_id, refusal)
    return done(request, {}, to=f"/desk/rooms/{slug}/held/", said=f"unname-{act.pk}")


@room_page
@require_POST
def let_wait(request: HttpRequest, keeper: KeeperFacts, slug: str, held_id: UUID) -> HttpResponse:
    act = actions.let_wait(keeper, slug, held_id)
    return done(request, {}, to=f"/desk/rooms/{slug}/held/", said=f"keep_back-{act.pk}")


@room_page
@require_POST
def seen(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    actions.see_noticed(keeper, slug, until=row_from(request.POST, "until") or 0)
    return done(request, {}, to=f"/desk/rooms/{slug}/held/")


def _list(
    request: HttpRequest, keeper: KeeperFacts, slug: str, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    room = room_line(now, slug).now.room
    did = once.said(request)
    noticed = noticed_in(room.pk)
    context = {
        "room": room,
        "held": held_in(room.pk),
        "noticed": noticed,
        "last_noticed": noticed[-1].id if noticed else 0,
        "released": _released(did),
        "done": just_done(acts_shown(room.pk), did),
    }
    return fill_desk(
        request, keeper, "desk/held_posts.html", context, refusal, page=f"/desk/rooms/{slug}/held/", now=now
    )


def _released(did: str) -> UUID | None:
    """The message that words became a moment ago, by the word of the act."""
    try:
        return UUID(did.removeprefix("release-")) if did.startswith("release-") else None
    except ValueError:
        return None


def _unnaming(room: Room, post: HeldShown) -> telling.Letter | None:
    if post.is_nameless:
        return None
    return telling.letter_of_unnaming(room, post.at, seat=post.seat, name=post.call_name)


def _page(
    request: HttpRequest, keeper: KeeperFacts, slug: str, held_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    room = room_line(now, slug).now.room
    post = held_post(room.pk, held_id)
    context = {
        "room": room,
        "post": post,
        "letter": telling.letter_of_keeping_back(room, post.at),
        "unnaming": _unnaming(room, post),
        "reasons": reasons(),
        "rule": request.POST.get("rule", ""),
        "typed": request.POST.get("words", ""),
    }
    page = f"/desk/rooms/{slug}/held/{held_id}/"
    return fill_desk(request, keeper, "desk/held_post.html", context, refusal, page=page, now=now)
