"""Sign-ups as their own people see them: by a code, in this browser, or tied to わたし.

A code in an address moves into the session, so that it stands in no history.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.events import actions, this_browser
from ibasho.events.models import AfterCard, SignUp
from ibasho.events.queries.next_dates import came_by, is_ending, next_date_of, parties_before
from ibasho.events.queries.own_rooms import rooms_to_read
from ibasho.events.queries.sign_ups import State, by_code, own, own_ids, sign_up_page, standing
from ibasho.events.queries.telling import telling_of
from ibasho.events.shapes import SignUpLine, SignUpPage, Standing
from ibasho.events.views.visitors import guest_of, known_here, standpoint_of
from ibasho.house import support_card
from ibasho.lib import clock, code_tries, once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.requests import prefix_of, session_of
from ibasho.rooms.guest_lists import NextDate

MINE = "/sign-ups/mine/"
_ASK, PAGE = "events/ask_code.html", "events/mine.html"
_BACK_IN_LINE = "もどりました。いまは、席がうまっています。順番は、前のままです。あいたら、声をかけます。"
_DIGITS = 4
_UNKNOWN = "その番号は、見つかりませんでした。ひかえた番号を、もう一度たしかめてください。"
_DONE = {
    "signed": "申し込みを受けとりました。ありがとうございます。",
    "known": "もう、申し込んでありました。いま書いたことは、残していません。",
    "withdrawn": "とりけしました。知らせてくださって、ありがとうございます。",
    "back": "もどりました。呼び名は、新しくつけました。",
    "yes": "参加することを、受けとりました。",
    "later": "わかりました。順番は、そのままです。",
    "no-rest": "わかりました。いまの席だけ、とっておきます。",
    "other-day": "別の日にします。知らせてくださって、ありがとうございます。",
    "that-day": "前の日のままにします。",
    "auto": "席があいたら、そのまま参加になります。",
    "no-auto": "席があいたら、先に聞きます。",
    "card": "受けとりました。聞かせてくださって、ありがとうございます。",
    "mail": "メールで、お知らせします。",
    "no-contact": "連絡先を、消しました。",
    "no-mail": "メールを、とめました。あて先は、消しました。",
    "no-feed": "カレンダーのあて先を、やめました。",
    "tied": "「わたし」のページからも、見られます。",
    "untied": "「わたし」のページから、はなしました。ひかえの番号で、見られます。",
}


@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        if wants_json(request):
            get_token(request)
            return as_json({})
        return render(request, _ASK)
    code = request.POST.get("code", "")
    try:
        sign_up_id = _by_code(request, code)
    except Refusal as refusal:
        return form_again(request, _ASK, {"code": code}, refusal)
    return standing_or(request, sign_up_id, to=MINE)


@require_safe
def by_address(request: HttpRequest, code: str) -> HttpResponse:
    sign_up_id = _by_code(request, code)
    return standing_or(request, sign_up_id, to=MINE)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":  # the card of this page is closed
        support_card.put_away(session_of(request), MINE)
        return done(request, {"notices": []}, to=MINE)
    lines = _own(request)
    if not lines:
        return as_json({}) if wants_json(request) else render(request, _ASK)
    page = sign_up_page(_asked_for(request.GET.get("of"), lines, this_browser.shown(session_of(request))))
    if wants_json(request):
        return as_json(as_dict(page))
    return render(request, PAGE, _context(request, page, lines))


@require_POST
def forgetting(request: HttpRequest) -> HttpResponse:
    """A device that others use knows nothing of it any more."""
    this_browser.forget(session_of(request))
    return done(request, {}, to="/sign-ups/")


@require_POST
def withdrawal(request: HttpRequest, code: str) -> HttpResponse:
    return _act(request, code, actions.withdraw, "withdrawn")


@require_POST
def withdrawal_lift(request: HttpRequest, code: str) -> HttpResponse:
    return _act(request, code, actions.come_back, "back")


@require_POST
def offer(request: HttpRequest, code: str) -> HttpResponse:
    answer = request.POST.get("answer", "")
    told = "withdrawn" if answer == "no" else answer
    seen = _number(request.POST.get("seats", ""))
    return _act(
        request, code, lambda sign_up_id: actions.answer_offer(sign_up_id, answer, seats_seen=seen), told
    )


@require_POST
def rest_lift(request: HttpRequest, code: str) -> HttpResponse:
    return _act(request, code, actions.let_rest_go, "no-rest")


@require_POST
def card(request: HttpRequest, code: str) -> HttpResponse:
    answer = request.POST.get("answer", "")
    return _act(request, code, lambda sign_up_id: actions.answer_card(sign_up_id, answer), "card")


@require_POST
def other_day(request: HttpRequest, code: str) -> HttpResponse:
    return _act(request, code, partial(actions.wish_other_day, seen=_seen(request)), "other-day")


@require_POST
def other_day_lift(request: HttpRequest, code: str) -> HttpResponse:
    return _act(request, code, partial(actions.keep_that_day, seen=_seen(request)), "that-day")


@require_POST
def auto_accept(request: HttpRequest, code: str) -> HttpResponse:
    return _act(request, code, lambda sign_up_id: actions.set_auto_accept(sign_up_id, is_on=True), "auto")


@require_POST
def auto_accept_lift(request: HttpRequest, code: str) -> HttpResponse:
    return _act(request, code, lambda sign_up_id: actions.set_auto_accept(sign_up_id, is_on=False), "no-auto")


@require_POST
def tying(request: HttpRequest, code: str) -> HttpResponse:
    guest = guest_of(request)
    if guest is None:
        raise Refusal("not_found")
    return _act(request, code, lambda sign_up_id: actions.tie(sign_up_id, guest), "tied")


@require_POST
def tying_lift(request: HttpRequest, code: str) -> HttpResponse:
    """The browser goes on knowing it: a page that was just there does not vanish."""
    sign_up_id = which(request, code)
    this_browser.show(session_of(request), sign_up_id)
    actions.untie(sign_up_id)
    return standing_or(request, sign_up_id, to=f"{MINE}?of={sign_up_id}", said="untied")


def standing_or(request: HttpRequest, sign_up_id: UUID, *, to: str, said: str = "") -> HttpResponse:
    """How it stands now as JSON, or the next page, which looks for itself."""
    data = as_dict(standing(sign_up_id)) if wants_json(request) else {}
    return done(request, data, to=to, said=said)


def as_dict(page: Standing) -> dict[str, Any]:
    """`place` and `offer` only for who waits and who is asked, `talk` for who talks first, `rest` for who waits for some more seats,
    `way_back_until` for who has just withdrawn.
    """
    facts: dict[str, Any] = {"state": page.state, "auto_accept": page.auto_accept, "is_tied": page.is_tied}
    if page.place is not None:
        facts |= {"place": page.place, "free": page.free}
    if page.offer is not None:
        facts["offer"] = {"seats": page.offer.seats, "until": clock.rfc3339(page.offer.until_at)}
    if page.talk:
        facts["talk"] = page.talk
    if page.way_back_until is not None:
        facts["way_back_until"] = clock.rfc3339(page.way_back_until)
    if page.rest:
        facts |= {"seats": page.seats, "rest": page.rest}
    if page.own_room is not None and page.own_room.is_time:
        facts["own_room"] = {"link": page.own_room.link} if page.own_room.link else {}
    return facts | ({"news": page.news} if page.news else {})


def which(request: HttpRequest, code: str) -> UUID:
    """By its code, or as `mine` by the field `of`. Refuses `not_found` for what is not of this browser."""
    if code != "mine":
        return _by_code(request, code)
    return _asked_for(request.POST.get("of", ""), _own(request), [])


def is_shown_here(request: HttpRequest, sign_up_id: UUID) -> bool:
    """Whether this browser may open the page of this sign-up."""
    return any(line.sign_up_id == sign_up_id for line in _own(request))


def context_of(request: HttpRequest, sign_up_id: UUID) -> dict[str, Any]:
    """For the page of one sign-up, among the others of this browser."""
    return _context(request, sign_up_page(sign_up_id), _own(request))


def next_date_here(request: HttpRequest, sign_up_id: UUID, *, only_at_end: bool = False) -> NextDate | None:
    row = SignUp.objects.select_related("event").get(pk=sign_up_id)
    if only_at_end and not is_ending(row.event):
        return None
    return next_date_of(row, standpoint_of(request), partial(known_here, request))


def offered_here(request: HttpRequest, event_id: int) -> NextDate | None:
    """That meeting as the next date of a sign-up to which this browser or the room leads; None for who comes for others.

    It is the one named by `after`, where the page of that one led here. From the calendar it is one of a party of several:
    such a party books its next date once, by whichever way to the form.
    """
    if is_for_another(request):
        return None
    after = request.POST.get("after") or request.GET.get("after")
    guest, here = guest_of(request), this_browser.shown(session_of(request))
    mine = [*came_by(guest), *own_ids(here, guest)]
    of = [one for one in mine if str(one) == after] if after else parties_before(event_id, mine)
    found = (next_date_here(request, sign_up_id) for sign_up_id in of)
    return next((one for one in found if one is not None and one.event_id == event_id), None)


def is_for_another(request: HttpRequest) -> bool:
    """Whether the form is for somebody who is no party of this browser's."""
    return bool(request.GET.get("another") or request.POST.get("another"))


def _act(request: HttpRequest, code: str, act: Callable[[UUID], object], said: str) -> HttpResponse:
    """One tap about one sign-up, and its page again; what came too late is said there."""
    sign_up_id = which(request, code)
    try:
        act(sign_up_id)
    except Refusal as refusal:
        if refusal.code != "asked" or wants_json(request):
            raise
        page = sign_up_page(sign_up_id)
        return form_again(request, PAGE, _context(request, page, _own(request)), refusal)
    return standing_or(request, sign_up_id, to=f"{MINE}?of={sign_up_id}", said=said)


def _said(request: HttpRequest, page: SignUpPage) -> str:
    said, is_in_line = once.said(request), page.state == State.WAITING and not page.free
    return _BACK_IN_LINE if said == "back" and is_in_line else _DONE.get(said, "")


def _seen(request: HttpRequest) -> str:
    """Which talk the page has shown."""
    return request.POST.get("seen", "")


def _number(text: str) -> int | None:
    """Refuses `malformed`."""
    if text and not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise Refusal("malformed")
    return int(text) if text else None


def _by_code(request: HttpRequest, code: str) -> UUID:
    with code_tries.counted("receipts", prefix_of(request)):
        row = by_code(code)
        if row is None:
            raise Refusal("not_found", _UNKNOWN)
    this_browser.lead_to(session_of(request), row.pk)
    return row.pk


def _own(request: HttpRequest) -> list[SignUpLine]:
    return own(this_browser.shown(session_of(request)), guest_of(request))


def _asked_for(of: str | None, lines: list[SignUpLine], newest: list[UUID]) -> UUID:
    """The one that is named; without a name the one shown last, or the first of the list."""
    known = [line.sign_up_id for line in lines]
    if of is None:
        return next((sign_up_id for sign_up_id in newest if sign_up_id in known), known[0])
    if of not in map(str, known):
        raise Refusal("not_found")
    return UUID(of)


def _context(request: HttpRequest, page: SignUpPage, lines: list[SignUpLine]) -> dict[str, Any]:
    session = session_of(request)
    led_to = this_browser.led_to(session)
    hidden = {page.sign_up_id, led_to}
    guest = guest_of(request)
    rooms = [] if guest is None else rooms_to_read(guest)
    return {
        "sign_up": page,
        "telling": telling_of(page.sign_up_id),
        "card_answers": AfterCard.Answer.choices,
        "next_date": next_date_here(request, page.sign_up_id, only_at_end=True),
        "others": []
        if page.sign_up_id == led_to
        else [line for line in lines if line.sign_up_id not in hidden],
        "is_kept_here": bool(this_browser.shown(session)),
        "may_tie": guest is not None,
        "to_read": next((room for room in rooms if room.sign_up_id == page.sign_up_id), None),
        "done": _said(request, page),
        "card": support_card.find(session_of(request), MINE),
        "place": MINE,
    }
