"""From the page of a sign-up: news by mail, and one's own calendar. From within a mail: the end of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ibasho.events import actions
from ibasho.events.views import sign_ups
from ibasho.events.wishes import mail_in
from ibasho.lib import links, rate_limit
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.requests import prefix_of

_STOP, _FEED = "events/stop_mail.html", "events/sign_up_feed.html"
_EMPTY = "メールのあて先を書いてください。"


@require_POST
def mail(request: HttpRequest, code: str) -> HttpResponse:
    sign_up_id = sign_ups.which(request, code)
    try:
        to = mail_in(request.POST.dict())
        if not to:
            raise RefusedField("empty", _EMPTY, "mail")
    except RefusedField as refusal:
        typed = {"mail_typed": request.POST.get("mail", ""), "mail_say": refusal.text}
        return form_again(request, sign_ups.PAGE, sign_ups.context_of(request, sign_up_id) | typed, refusal)
    rate_limit.take("mail", prefix_of(request))
    actions.set_mail(sign_up_id, to)
    return _back(request, sign_up_id, "mail")


@require_POST
def mail_lift(request: HttpRequest, code: str) -> HttpResponse:
    sign_up_id = sign_ups.which(request, code)
    actions.stop_mail(sign_up_id)
    return _back(request, sign_up_id, "no-mail")


@require_POST
def contact_lift(request: HttpRequest, code: str) -> HttpResponse:
    sign_up_id = sign_ups.which(request, code)
    actions.forget_contact(sign_up_id)
    return _back(request, sign_up_id, "no-contact")


@require_POST
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """The address stands in the answer itself: behind a redirect it would stand in the browser's history."""
    sign_up_id = sign_ups.which(request, code)
    address = f"{links.origin()}/feeds/{actions.give_sign_up_feed(sign_up_id)}.ics"
    if wants_json(request):
        return as_json({"address": address})
    return render(request, _FEED, {"feed_address": address, "sign_up_id": sign_up_id})


@require_POST
def feed_lift(request: HttpRequest, code: str) -> HttpResponse:
    sign_up_id = sign_ups.which(request, code)
    actions.stop_sign_up_feed(sign_up_id)
    return _back(request, sign_up_id, "no-feed")


# A mail program stops it without a page (RFC 8058), and so without its token. What is done harms nobody.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking stops nothing: programs look at what stands in mails. The answer is the same for any token."""
    if request.method == "POST":
        _stop(token, prefix_of(request))
    is_stopped = request.method == "POST"
    if wants_json(request):
        return as_json({"is_stopped": is_stopped})
    return render(request, _STOP, {"is_stopped": is_stopped, "place": request.path})


def _stop(token: str, prefix: str) -> None:
    """Only those of nothing are counted, and whoever has one of something is never slowed down."""
    try:
        actions.stop_mail_by(token)
    except Refusal:
        rate_limit.take("mail_stop", prefix)


def _back(request: HttpRequest, sign_up_id: object, said: str) -> HttpResponse:
    return done(request, {"done": said}, to=f"{sign_ups.MINE}?of={sign_up_id}", said=said)
