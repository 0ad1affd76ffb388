"""部屋に入る: from the page of a sign-up to the door of the meeting's own room."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.events import actions, this_browser
from ibasho.events.queries.sign_ups import sign_up_page
from ibasho.events.views import sign_ups
from ibasho.events.views.visitors import guest_of
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import SeeOther, done, form_again
from ibasho.people.doors import enter_then
from ibasho.people.requests import maybe_person, session_of
from ibasho.rooms.shapes import path_of


@require_POST
def own_room(request: HttpRequest, code: str) -> HttpResponse:
    """Who has not come in yet comes in first, and back to the page of this one sign-up."""
    sign_up_id, guest = sign_ups.which(request, code), guest_of(request)
    if guest is None:
        return _come_in_first(request, sign_up_id)
    try:
        room = actions.admit(sign_up_id, guest)
    except Refusal as refusal:
        if refusal.code != "asked" or wants_json(request):
            raise
        return form_again(request, sign_ups.PAGE, sign_ups.context_of(request, sign_up_id), refusal)
    return done(request, {"room": room.slug}, to=path_of(room.slug))


def _come_in_first(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    own_room = sign_up_page(sign_up_id).own_room
    if maybe_person(request) is not None or own_room is None or not own_room.is_time:
        raise Refusal("not_found")
    if wants_json(request):
        raise Refusal("not_entered")
    this_browser.go_along(session_of(request), sign_up_id)
    return SeeOther(enter_then(sign_ups.MINE))
