"""申し込む: one page, one button. What was typed is never lost, and the same form has one effect."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ibasho.events import actions, this_browser
from ibasho.events.actions import Signed
from ibasho.events.forms import form_of
from ibasho.events.models import Event
from ibasho.events.queries.events import event_page, event_shown, questions_of
from ibasho.events.queries.next_dates import booked_from, is_used
from ibasho.events.queries.sign_ups import sign_up_page, standing, standing_of
from ibasho.events.shapes import EventPage
from ibasho.events.views.sign_ups import MINE, as_dict, is_for_another, offered_here
from ibasho.events.views.visitors import guest_of, known_here, standpoint_of
from ibasho.events.wishes import Wish, read_wish
from ibasho.house import support_card
from ibasho.house.heeding import NOTHING, AskedFirst, Heed, asked_context, heed
from ibasho.lib import mailing, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import SeeOther, as_json, done, form_again
from ibasho.people.doors import enter_then
from ibasho.people.requests import maybe_person, prefix_of, session_of
from ibasho.rooms.guest_lists import NextDate

_FORM, _TOLD = "events/sign_up.html", "events/told.html"
_ALREADY = "この集まりには、もう申し込んでいます。"
_FIELDS = frozenset(
    {"call_name", "standpoint", "participation", "party", "all_or_none", "auto_accept", "is_first"}
    | {"consent_version", "ties_person", "another", "after", "mail"}
)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, event_id: int) -> HttpResponse:
    if request.method == "POST" and request.POST.get("close") == "card":
        support_card.put_away(session_of(request), request.path)
        return done(request, {"notices": []}, to=request.path)
    if request.method != "POST":
        return _ask(request, event_page(event_id, standpoint_of(request)))
    event = event_shown(event_id, standpoint_of(request))
    try:
        return _sign_up(request, event)
    except Refusal as refusal:
        return _again(request, event_page(event_id, standpoint_of(request)), refusal)


def _ask(request: HttpRequest, page: EventPage) -> HttpResponse:
    if wants_json(request):
        get_token(request)
        held = _held_id(offered_here(request, page.event_id))
        facts = {"may_sign_up": page.may_sign_up, "why_not": page.why_not}
        return as_json(facts | ({"id": str(held)} if held else {}))
    return render(request, _FORM, _context(request, page))


def _sign_up(request: HttpRequest, event: Event) -> HttpResponse:
    wish = _held(request, read_wish(request.POST.dict(), event, questions_of(event)), event)
    _refuse_twice(request, event, wish)
    try:
        signed = _signed(request, event, wish)
    except Refusal as refusal:
        # somebody else of the party has sent the same form with other words
        offered = offered_here(request, event.pk) if refusal.code == "id_reused" else None
        if offered is None or offered.known is None:
            raise
        return told(request, offered.known, heed(wish.words), to=f"{MINE}?of={offered.known}", said="known")
    return told(request, signed.sign_up.pk, signed.heed, signed=signed)


def _signed(request: HttpRequest, event: Event, wish: Wish) -> Signed:
    prefix = prefix_of(request)
    rate_limit.take("sign_up", prefix)
    try:
        signed = actions.sign_up(event.pk, wish, person=maybe_person(request))
    except AskedFirst:
        # nothing else is given back: what is refused under the lock of a meeting has cost all others their turn
        rate_limit.give_back("sign_up", prefix)
        raise
    if not signed.is_new:
        rate_limit.give_back("sign_up", prefix)
    return signed


def _held_id(offered: NextDate | None) -> UUID | None:
    """The id under which a party comes to its next date: whoever of it sends the form, it is one."""
    if offered is None or not offered.is_shared:
        return None
    return booked_from(offered.of, offered.event_id)[0]


def _held(request: HttpRequest, wish: Wish, event: Event) -> Wish:
    """The same under the id of its party, also where the form was opened before this browser knew of it."""
    held = _held_id(offered_here(request, event.pk)) if event.series_id is not None else None
    return wish if held is None or is_used(wish.request_id) else replace(wish, request_id=held)


def _refuse_twice(request: HttpRequest, event: Event, wish: Wish) -> None:
    """A second tab, or the form found again by the back button, is no second party unless it says so."""
    known = None if is_for_another(request) else known_here(request, event.pk)
    if known is not None and known.request_id != wish.request_id:
        raise Refusal("asked", _ALREADY)


def told(
    request: HttpRequest,
    sign_up_id: UUID,
    called_for: Heed = NOTHING,
    signed: Signed | None = None,
    *,
    to: str = MINE,
    said: str = "signed",
) -> HttpResponse:
    """What came of it, and help where the words of a form called for it."""
    session = session_of(request)
    this_browser.show(session, sign_up_id)
    card = support_card.offer(session, MINE, called_for)
    if wants_json(request):
        shown = standing_of(signed.sign_up, signed.line) if signed else standing(sign_up_id)
        told = {"code": shown.code} | as_dict(shown) | {"notices": support_card.as_notices(card)}
        answer: HttpResponse = as_json(told)
        answer.status_code = HTTPStatus.CREATED
        return answer
    if session.away:  # who is away keeps nothing: what came of it is said at once
        context = {"sign_up": sign_up_page(sign_up_id), "card": card, "place": MINE}
        return render(request, _TOLD, context, status=HTTPStatus.CREATED)
    return SeeOther(to, said)


def _again(request: HttpRequest, page: EventPage, refusal: Refusal) -> HttpResponse:
    """The form with its words and a fresh id. Help is offered all the same."""
    sent = _sent(request)
    is_flood = refusal.code == "too_fast"  # each card that is laid up is a row
    offer = support_card.show_once if is_flood else partial(support_card.offer, session_of(request))
    words = "\n".join(value for name, value in sent.items() if name == "call_name" or name.startswith("q_"))
    card = offer(request.path, heed(words))
    context = _context(request, page, sent, refusal)
    context |= asked_context(refusal, id=context["blank"].request_id, **sent) | (
        {"card": card} if card else {}
    )
    return form_again(request, _FORM, context, refusal)


def _context(
    request: HttpRequest,
    page: EventPage,
    sent: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    guest = guest_of(request)
    is_another, offered = is_for_another(request), offered_here(request, page.event_id)
    held_id = _held_id(offered)
    return {
        "event": page,
        "enter": enter_then(request.path),
        "blank": form_of(page, sent or {}, standpoint_of(request), refusal, held_id),
        "offered": offered,
        "may_tie": guest is not None,
        "takes_mail": mailing.has_server(),
        "is_another": is_another,
        "known": None if is_another else known_here(request, page.event_id),
        "card": support_card.find(session_of(request), request.path),
        "place": request.path,
    }


def _sent(request: HttpRequest) -> dict[str, str]:
    fields = request.POST.dict().items()
    return {name: str(value) for name, value in fields if name in _FIELDS or name.startswith("q_")}
