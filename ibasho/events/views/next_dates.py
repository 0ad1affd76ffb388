"""次の回も申し込む: one tap, from the page of a sign-up or from the meeting's own room at its end."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.events import actions, this_browser
from ibasho.events.queries.next_dates import came_by
from ibasho.events.views.sign_ups import MINE, PAGE, context_of, is_shown_here, next_date_here, which
from ibasho.events.views.signing_up import told
from ibasho.events.views.visitors import guest_of
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import form_again
from ibasho.people.requests import maybe_person, prefix_of, session_of

_ANOTHER = "次の回が、かわりました。このページで、もう一度たしかめてください。"


@require_POST
def next_date(request: HttpRequest, code: str) -> HttpResponse:
    """A second tap is the same sign-up, also from another tab or by somebody else of the party. A yes that is refused comes back with its reason."""
    sign_up_id = _sign_up_of(request, code)
    try:
        return _sign_up(request, sign_up_id)
    except Refusal as refusal:
        # in the room nobody has shown the code: the page of the sign-up is for who has
        if refusal.code == "not_found" or wants_json(request) or not is_shown_here(request, sign_up_id):
            raise
        return form_again(request, PAGE, context_of(request, sign_up_id), refusal)


def _sign_up_of(request: HttpRequest, code: str) -> UUID:
    """Who is in the room came by this sign-up, though this browser may know nothing of it any more."""
    came = {str(one): one for one in came_by(guest_of(request))} if code == "mine" else {}
    return came.get(request.POST.get("of", "")) or which(request, code)


def _sign_up(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    found = next_date_here(request, sign_up_id)
    if found is None or str(found.event_id) != request.POST.get("event"):
        raise Refusal("asked", _ANOTHER)
    if found.known is not None:
        return told(request, found.known, to=f"{MINE}?of={found.known}", said="")
    if found.has_form:
        raise Refusal("not_found")
    prefix = prefix_of(request)
    rate_limit.take("sign_up", prefix)
    browser = this_browser.mark(session_of(request))
    signed = actions.sign_up_again(sign_up_id, found.event_id, person=maybe_person(request), browser=browser)
    if not signed.is_new:
        rate_limit.give_back("sign_up", prefix)
    return told(request, signed.sign_up.pk)
