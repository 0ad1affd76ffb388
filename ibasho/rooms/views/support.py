"""The support card that its reader closed, once more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.house import actions as house
from ibasho.house import support_card
from ibasho.people.answers import done
from ibasho.people.requests import session_of, visitor_from
from ibasho.rooms import queries


@require_POST
def bring_card_back(request: HttpRequest, slug: str) -> HttpResponse:
    """One that is there already stays, and one that is a day old is gone: nobody is told off for asking."""
    line = queries.line_facts(visitor_from(request), slug)
    card = house.bring_card_back(session_of(request).hash or "", line.path)
    return done(request, {"notices": support_card.as_notices(card)}, to=f"{line.path}#card-title")
