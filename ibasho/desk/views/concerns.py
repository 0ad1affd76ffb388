"""知らせ: what people told about words and rooms, decided by whoever is on duty there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk import forms
from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.queries import desk_now, told
from ibasho.desk.views.answers import fill_desk
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.queries import case_of
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts


@desk_page()
@require_safe
def concerns(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    decided = [(case, told.label_of(case)) for case in told.decided_by_rooms(keeper, now)]
    context = {"told": told.told_to(keeper, now), "decided": decided}
    return fill_desk(request, keeper, "desk/concerns.html", context, now=now)


@desk_page()
@require_safe
def concern(request: HttpRequest, keeper: KeeperFacts, concern_id: int) -> HttpResponse:
    if is_opened(request):
        actions.look_at(keeper, case_of(keeper, concern_id).ref)
    return _page(request, keeper, concern_id)


@desk_page()
@require_POST
def decide(request: HttpRequest, keeper: KeeperFacts, concern_id: int) -> HttpResponse:
    try:
        seen, outcome = forms.row_from(request.POST, "seen") or 0, request.POST.get("outcome", "")
        decided = actions.decide_concern(keeper, concern_id, outcome=outcome, seen=seen)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _page(request, keeper, concern_id, refusal)
    is_first = decided.decided_by_id == keeper.keeper_id
    return done(request, {}, to=f"/desk/concerns/{concern_id}/", said="on" if is_first else "late")


@desk_page()
@require_POST
def reopen(request: HttpRequest, keeper: KeeperFacts, concern_id: int) -> HttpResponse:
    actions.reopen_concern(keeper, concern_id)
    return done(request, {}, to=f"/desk/concerns/{concern_id}/")


def _page(
    request: HttpRequest, keeper: KeeperFacts, concern_id: int, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    case = case_of(keeper, concern_id)
    context = {
        "case": case,
        "outcome_label": told.label_of(case),
        "choices": told.CHOICES,
        "done": once.said(request),
    }
    page = f"/desk/concerns/{concern_id}/"
    return fill_desk(request, keeper, "desk/concern.html", context, refusal, page=page, now=now)
