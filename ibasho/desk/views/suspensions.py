"""利用を止める: proposing it about a seat, and what a second keeper decides."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import forms
from ibasho.desk.doors import desk_page, is_opened, room_page
from ibasho.desk.queries import desk_now, telling
from ibasho.desk.queries.dangers import worry_about
from ibasho.desk.queries.log import row_of
from ibasho.desk.queries.past import history_of_seat
from ibasho.desk.queries.rooms import room_line
from ibasho.desk.views.answers import fill_desk
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.queries import (
    DECIDERS,
    proposal_shown,
    proposals_for,
    reasons,
    sealed_for,
    suspensions_in_force,
    waiting_for_seat,
)
from ibasho.people.answers import SeeOther, done
from ibasho.people.queries import KeeperFacts, is_shown_lately
from ibasho.people.recently import page_for_second_factor, second_factor_at

_APPROVE, _DECLINE = "approved", "declined"
_CHOOSE = "止めるか、止めないか、どちらかをえらんでください。"


@room_page
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _propose(request, keeper, slug, seat_id)
    message_id = forms.uuid_from(request.GET, "message")
    if message_id is None:
        raise Refusal("malformed")
    waiting = waiting_for_seat(seat_id)
    if waiting is not None and waiting.room.slug == slug:
        return SeeOther(_page_of(waiting.pk))
    if is_opened(request) and not _is_fresh(request):
        return SeeOther(page_for_second_factor(request, request.get_full_path()))
    return _form(request, keeper, slug, seat_id, message_id)


@desk_page()
@require_safe
def suspensions(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    context = {"proposals": proposals_for(keeper), "in_force": suspensions_in_force(keeper)}
    return fill_desk(request, keeper, "desk/suspensions.html", context, now=now)


@desk_page()
@require_safe
def suspension(request: HttpRequest, keeper: KeeperFacts, proposal_id: int) -> HttpResponse:
    if is_opened(request):
        actions.look_at(keeper, ref_of("suspension", proposal_id))
    return _page(request, keeper, proposal_id)


@desk_page()
@require_POST
def decision(request: HttpRequest, keeper: KeeperFacts, proposal_id: int) -> HttpResponse:
    outcome, words = request.POST.get("outcome"), request.POST.get("words", "")
    proposal_shown(keeper, proposal_id)
    if outcome == _APPROVE and not _is_fresh(request) and not wants_json(request):
        return SeeOther(page_for_second_factor(request, _page_of(proposal_id)))
    try:
        if outcome == _APPROVE:
            shown_at = second_factor_at(request)
            decided = actions.approve_suspension(keeper, proposal_id, shown_at=shown_at)
        elif outcome == _DECLINE:
            decided = actions.decline_suspension(keeper, proposal_id, words=words)
        else:
            raise Refusal("malformed", _CHOOSE)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _page(request, keeper, proposal_id, refusal)
    late = "" if (decided.decided_by_id, decided.outcome) == (keeper.keeper_id, outcome) else "late"
    return done(request, {"outcome": decided.outcome}, to=_page_of(proposal_id), said=late)


@desk_page()
@require_POST
def withdrawal(request: HttpRequest, keeper: KeeperFacts, proposal_id: int) -> HttpResponse:
    try:
        taken_back = actions.take_back_suspension(keeper, proposal_id)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _page(request, keeper, proposal_id, refusal)
    return done(request, {"outcome": taken_back.outcome}, to=_page_of(proposal_id))


@desk_page(*DECIDERS)
@require_POST
def lift(request: HttpRequest, keeper: KeeperFacts, proposal_id: int) -> HttpResponse:
    try:
        actions.lift_suspension(keeper, proposal_id)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _page(request, keeper, proposal_id, refusal)
    return done(request, {}, to=_page_of(proposal_id))


def _propose(request: HttpRequest, keeper: KeeperFacts, slug: str, seat_id: UUID) -> HttpResponse:
    message_id = forms.uuid_from(request.POST, "message")
    try:
        proposal = actions.propose_suspension(
            keeper,
            slug,
            seat_id,
            days=forms.number_from(request.POST, "days"),
            rule=request.POST.get("rule", ""),
            words=request.POST.get("words", ""),
            message_id=message_id,
            shown_at=second_factor_at(request),
        )
    except Refusal as refusal:
        if wants_json(request) or message_id is None or refusal.code == "not_found":
            raise
        return _form(request, keeper, slug, seat_id, message_id, refusal)
    return done(request, {"id": proposal.pk}, to=_page_of(proposal.pk))


def _form(
    request: HttpRequest,
    keeper: KeeperFacts,
    slug: str,
    seat_id: UUID,
    message_id: UUID,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """What would be proposed; after five minutes with what was written, and a way to show the factor again."""
    now = desk_now()
    room = room_line(now, slug).now.room
    row = row_of(room, message_id)
    if row.seat != str(seat_id):
        raise Refusal("not_found")
    page = f"/desk/rooms/{slug}/seats/{seat_id}/suspension/?message={message_id}"
    context = {
        "room": room,
        "row": row,
        "worry": worry_about(keeper, now, seat_id),
        "sealed": None if row.has_words else sealed_for(message_id),
        "reasons": reasons(),
        "letter": telling.letter_of_suspension(),
        "lengths": telling.suspension_lengths(),
        "rule": request.POST.get("rule", ""),
        "typed": request.POST.get("words", ""),
        "show_again": page_for_second_factor(request, page) if refusal and refusal.code == "asked" else "",
    }
    return fill_desk(request, keeper, "desk/suspension_ask.html", context, refusal, page=page, now=now)


def _page(
    request: HttpRequest, keeper: KeeperFacts, proposal_id: int, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    shown = proposal_shown(keeper, proposal_id)
    page = _page_of(proposal_id)
    context = {
        "proposal": shown,
        "worry": worry_about(keeper, now, shown.seat),
        "is_late": once.said(request) == "late",
        "sealed": sealed_for(shown.message),
        "acts": history_of_seat(shown.seat),
        "letter": telling.suspension_in_full(shown.days, shown.rule, shown.words),
        "show_again": "" if _is_fresh(request) else page_for_second_factor(request, page),
        "typed": request.POST.get("words", ""),
    }
    return fill_desk(request, keeper, "desk/suspension.html", context, refusal, page=page, now=now)


def _is_fresh(request: HttpRequest) -> bool:
    return is_shown_lately(second_factor_at(request))


def _page_of(proposal_id: int) -> str:
    return f"/desk/suspensions/{proposal_id}/"
