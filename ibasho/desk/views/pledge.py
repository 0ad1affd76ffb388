"""誓約: every keeper reads it, and says yes with their own hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ibasho.desk.doors import desk_page
from ibasho.desk.forms import number_from
from ibasho.desk.views.answers import fill_desk
from ibasho.duty import actions as duty
from ibasho.duty.queries.pledge import has_pledged, pledge_now
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts


@desk_page()
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    if request.method != "POST":
        return _page(request, keeper)
    try:
        number = number_from(request.POST, "number")
        duty.accept_pledge(keeper, number=number, accept=request.POST.get("accept") == "on")
    except Refusal as refusal:
        if wants_json(request):
            raise
        return _page(request, keeper, refusal)
    return done(request, {}, to="/desk/")


def _page(request: HttpRequest, keeper: KeeperFacts, refusal: Refusal | None = None) -> HttpResponse:
    context = {"pledge": pledge_now(), "has_pledged": has_pledged(keeper.keeper_id)}
    return fill_desk(request, keeper, "desk/pledge.html", context, refusal, page="/desk/pledge/")
