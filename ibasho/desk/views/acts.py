"""Acts on words and seats: the page that shows what would be told, the acts, and their undo."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk import forms
from ibasho.desk.doors import room_page
from ibasho.desk.queries import DeskNow, desk_now, telling
from ibasho.desk.queries.dangers import worry_about
from ibasho.desk.queries.log import LogRow, row_of
from ibasho.desk.queries.past import acts_shown
from ibasho.desk.queries.rooms import room_line
from ibasho.desk.queries.told import case_about
from ibasho.desk.views.answers import fill_desk
from ibasho.duty.queries import THERE, presence
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.models import Act
from ibasho.moderation.pieces import pieces_of
from ibasho.moderation.queries import ANSWERS, reasons, sealed_for
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from ibasho.rooms.views.shown import ShownMessage


@room_page
@require_safe
def about_message(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    return _page(request, keeper, slug, message_id)


@room_page
@require_POST
def hide(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    try:
        act = actions.hide(keeper, slug, message_id, **_reason(request))
    except Refusal as refusal:
        return _refused(request, keeper, slug, message_id, refusal)
    return _back(request, slug, "hide", act)


@room_page
@require_POST
def restore(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    return _back(request, slug, "hide", actions.restore(keeper, slug, message_id))


@room_page
@require_POST
def redact(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    try:
        pieces, seen = forms.numbers_from(request.POST, "piece"), forms.row_from(request.POST, "seen") or 0
        act = actions.redact(keeper, slug, message_id, pieces=pieces, seen=seen, **_reason(request))
    except Refusal as refusal:
        return _refused(request, keeper, slug, message_id, refusal)
    return _back(request, slug, "redact", act)


@room_page
@require_POST
def lift_redaction(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    return _back(request, slug, "redact", actions.lift_redaction(keeper, slug, message_id))


@room_page
@require_POST
def unname(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    try:
        act = actions.unname(keeper, slug, message_id, **_reason(request))
    except Refusal as refusal:
        return _refused(request, keeper, slug, message_id, refusal)
    return _back(request, slug, "unname", act)


@room_page
@require_POST
def give_name_back(
    request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID, unnaming_id: int
) -> HttpResponse:
    return _back(request, slug, "unname", actions.give_name_back(keeper, slug, seat_id, unnaming_id))


@room_page
@require_POST
def rest(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    message_id = forms.uuid_from(request.POST, "message")
    try:
        minutes = forms.number_from(request.POST, "minutes")
        reason = _reason(request)
        act = actions.rest(keeper, slug, seat_id, minutes=minutes, message_id=message_id, **reason)
    except Refusal as refusal:
        return _refused(request, keeper, slug, message_id, refusal)
    return _back(request, slug, "rest", act)


@room_page
@require_POST
def lift_rest(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    return _back(request, slug, "rest", actions.lift_rest(keeper, slug, seat_id))


@room_page
@require_POST
def remove(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    message_id = forms.uuid_from(request.POST, "message")
    try:
        days, reason = forms.number_from(request.POST, "days"), _reason(request)
        act = actions.remove(keeper, slug, seat_id, days=days, message_id=message_id, **reason)
    except Refusal as refusal:
        return _refused(request, keeper, slug, message_id, refusal)
    return _back(request, slug, "remove", act)


@room_page
@require_POST
def let_back(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    return _back(request, slug, "remove", actions.let_back(keeper, slug, seat_id))


def _reason(request: HttpRequest) -> dict[str, str]:
    return {"rule": request.POST.get("rule", ""), "words": request.POST.get("words", "")}


def _colleagues(keeper: KeeperFacts, now: DeskNow, room_id: int) -> list[str]:
    """Who else is really there in this room."""
    others = [duty for duty in now.duties if duty.keeper_id != keeper.keeper_id]
    there = [duty for duty in others if presence(duty, now.at) == THERE]
    return [duty.keeper.duty_name for duty in there if room_id in now.rooms_of(duty.keeper_id)]


def _pieces(line: ShownMessage, data: QueryDict) -> list[tuple[str, bool]]:
    """What can be covered, and whether it was chosen: of words that changed meanwhile, nothing was."""
    chosen = data.getlist("piece") if data.get("seen") == str(line.seq) else []
    return [(piece.text, str(number) in chosen) for number, piece in enumerate(pieces_of(line.text))]


def _back(request: HttpRequest, slug: str, verb: str, act: Act) -> HttpResponse:
    """To the room, where the undo is one tap away."""
    return done(request, {}, to=f"/desk/rooms/{slug}/#latest", said=f"{verb}-{act.pk}")


def _refused(
    request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID | None, refusal: Refusal
) -> HttpResponse:
    """The page again with what was chosen, if the act began at words."""
    if wants_json(request) or message_id is None or refusal.code == "not_found":
        raise refusal
    return _page(request, keeper, slug, message_id, refusal)


def _unnaming(room: Room, row: LogRow) -> telling.Letter | None:
    if not row.may_be_unnamed:
        return None
    return telling.letter_of_unnaming(room, row.at, seat=row.seat, name=row.line.call_name)


def _page(
    request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    room = room_line(now, slug).now.room
    row = row_of(room, message_id)
    context = {
        "room": room,
        "row": row,
        "worry": worry_about(keeper, now, row.seat),
        "sealed": None if row.has_words and not row.line.redacted else sealed_for(message_id),
        "redaction": telling.letter_of_redaction(room, row.at) if row.may_be_redacted else None,
        "pieces": _pieces(row.line, request.POST) if row.may_be_redacted else (),
        "unnaming": _unnaming(room, row),
        "reasons": reasons(),
        "hiding": telling.letter_of_hiding(room, row.at) if row.state == "shown" else None,
        "rest": telling.letter_of_rest(room),
        "rest_lengths": telling.rest_lengths(room),
        "removal": telling.letter_of_removal(room),
        "removal_lengths": telling.removal_lengths(room),
        "acts": [act for act in acts_shown(room.pk) if act.message == str(message_id)],
        "case": case_about(keeper, now, message_id),
        "opinion": next((it for it in now.opinions if it.message == message_id), None),
        "colleagues": _colleagues(keeper, now, room.pk),
        "answers": ANSWERS,
        "rule": request.POST.get("rule", ""),
        "typed": request.POST.get("words", ""),
    }
    page = f"/desk/rooms/{slug}/messages/{message_id}/"
    return fill_desk(request, keeper, "desk/message.html", context, refusal, page=page, now=now)
