"""静かな部屋で話す: the button of the support card in a room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.house import support_card
from ibasho.lib.errors import Refusal
from ibasho.moderation import actions
from ibasho.people.answers import done
from ibasho.people.requests import session_of, visitor_from
from ibasho.rooms import queries


@require_POST
def wish(request: HttpRequest, slug: str) -> HttpResponse:
    """Nobody rings at the desks by an address: there must be a card of this browser. A keeper may have gone since it
    was read; then it says so.
    """
    line = queries.line_facts(visitor_from(request), slug)
    session = session_of(request)
    card = support_card.find(session, line.path)
    if card is None:
        raise Refusal("not_found")
    if card.talk:
        actions.wish_quiet_room(line.seat_id, about_other=card.about_other)
        support_card.note_talk(session, line.path)
    elif not card.has_asked_talk:
        support_card.note_missed_talk(session, line.path)
    notices = support_card.as_notices(support_card.find(session, line.path))
    return done(request, {"notices": notices}, to=f"{line.path}#talk")
