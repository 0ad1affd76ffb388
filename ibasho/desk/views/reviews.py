"""見直し: what somebody asked to be looked at again, and what another keeper decides about it."""

from __future__ import annotations

from typing import Any

import regex
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.queries import desk_now, telling
from ibasho.desk.views.answers import fill_desk
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import actions
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.models import ReviewRequest, SealedText
from ibasho.moderation.queries import (
    DECIDERS,
    reasons,
    review_shown,
    reviews_decided,
    reviews_waiting,
    sealed_by,
    sealed_name,
)
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts

_OVERTURN, _UPHOLD = "overturned", "upheld"
_CHOOSE = "とりけすか、そのままにするか、どちらかをえらんでください。"
_SHORT = 40
_WHO = regex.compile(r"\d|[@＠]|://|www\.")


@desk_page(*DECIDERS)
@require_safe
def reviews(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    context = {"reviews": reviews_waiting(), "decided": reviews_decided()}
    return fill_desk(request, keeper, "desk/reviews.html", context, now=now)


@desk_page(*DECIDERS)
@require_safe
def review(request: HttpRequest, keeper: KeeperFacts, review_id: int) -> HttpResponse:
    if is_opened(request):
        actions.look_at(keeper, ref_of("review", review_id))
        actions.look_at_life_words(keeper, "review", [review_id])
    return _page(request, keeper, review_id)


@desk_page(*DECIDERS)
@require_POST
def decision(request: HttpRequest, keeper: KeeperFacts, review_id: int) -> HttpResponse:
    try:
        decided = _decide(request, keeper, review_id)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _page(request, keeper, review_id, refusal)
    late = "" if decided.decided_by_id == keeper.keeper_id else "late"
    return done(request, {"outcome": decided.outcome}, to=f"/desk/reviews/{review_id}/", said=late)


def _decide(request: HttpRequest, keeper: KeeperFacts, review_id: int) -> ReviewRequest:
    outcome, words = request.POST.get("outcome"), request.POST.get("words", "")
    if outcome == _OVERTURN:
        line = request.POST.get("line", "")
        return actions.overturn_act(keeper, review_id, words=words, line=line)
    if outcome == _UPHOLD:
        rule = request.POST.get("rule", "")
        return actions.uphold_act(keeper, review_id, rule=rule, words=words)
    raise Refusal("malformed", _CHOOSE)


def _page(
    request: HttpRequest, keeper: KeeperFacts, review_id: int, refusal: Refusal | None = None
) -> HttpResponse:
    now = desk_now()
    found = review_shown(review_id)
    if found is None:
        raise Refusal("not_found")
    act = found.act
    is_of_name = act.verb == "unname"
    sealed = sealed_name(act.seal) if is_of_name else sealed_by(act.seat, act.message, act.at)
    context = {
        "review": found,
        "is_late": once.said(request) == "late",
        "is_own": keeper.keeper_id in act.keepers,
        "sealed": sealed,
        "reasons": reasons(),
        "if_overturned": telling.result_if_overturned(act),
        "if_upheld": telling.result_if_upheld(),
        **_typed(request, None if is_of_name else sealed),  # a name may lead to somebody
    }
    return fill_desk(
        request, keeper, "desk/review.html", context, refusal, page=f"/desk/reviews/{review_id}/", now=now
    )


def _typed(request: HttpRequest, sealed: SealedText | None) -> dict[str, Any]:
    """What came with a form that is shown once more; at first what may well be meant."""
    outcome, words = request.POST.get("outcome", ""), request.POST.get("words", "")
    line = request.POST.get("line", "") if outcome == _OVERTURN else _suggested_line(sealed)
    return {
        "outcome": outcome,
        "words_overturn": words if outcome != _UPHOLD else "",
        "words_uphold": words if outcome == _UPHOLD else "",
        "line": line,
        "rule": request.POST.get("rule", ""),
    }


def _suggested_line(sealed: SealedText | None) -> str:
    """Short words in which nothing can be that leads to somebody; longer ones a keeper writes anew."""
    text = " ".join(sealed.text.split()) if sealed else ""
    return text if len(regex.findall(r"\X", text)) <= _SHORT and not _WHO.search(text) else ""
