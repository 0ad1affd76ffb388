"""わたしが見ています: who looks at what waits, for all keepers to see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.desk import forms
from ibasho.desk.doors import desk_page
from ibasho.moderation import actions
from ibasho.people.answers import done
from ibasho.people.doors import safe_next
from ibasho.people.queries import KeeperFacts


@desk_page()
@require_POST
def take(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    """The page comes back with whoever looks now, also if somebody was quicker."""
    ref, over = request.POST.get("ref", ""), forms.row_from(request.POST, "over")
    held = actions.claim(keeper, ref, over=over)
    return done(request, {"ref": ref, "keeper": held.name}, to=_back(request))


@desk_page()
@require_POST
def offer(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    actions.ask_another(keeper, request.POST.get("ref", ""))
    return done(request, {}, to=_back(request))


@desk_page()
@require_POST
def lift(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    actions.let_go(keeper, request.POST.get("ref", ""))
    return done(request, {}, to=_back(request))


def _back(request: HttpRequest) -> str:
    return safe_next(request.POST.get("next"), "/desk/")
