"""Coming back by phrase, drawing the curtain, signing out, and being forgotten."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people import actions, forms
from ibasho.people.answers import SeeOther, as_json, done, form_again
from ibasho.people.doors import safe_next
from ibasho.people.models import Kind
from ibasho.people.queries import showed_second_factor
from ibasho.people.requests import person_of, prefix_of, session_of, sign_in
from ibasho.people.sessions import SessionStore

_NOT_SURE = "消すときは、「ぜんぶ消します」にしるしをつけてください。まだ、何も消していません。"


@require_http_methods(["GET", "HEAD", "POST"])
def come_back_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "people/return.html")
    phrase, keep = request.POST.get("phrase", ""), forms.is_ticked(request.POST, "keep")
    try:
        rate_limit.take("return", prefix_of(request))
        rate_limit.take("return_house", "house")
        person = actions.return_with(phrase)
    except Refusal as refusal:
        return form_again(request, "people/return.html", {"phrase": phrase, "keep": keep}, refusal)
    sign_in(request, person, keep=keep)
    target = safe_next(request.POST.get("next"), "/rooms/")
    return done(request, {"next": target}, to=target)


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    session = session_of(request)
    if request.method == "POST" and forms.is_ticked(request.POST, "back"):
        actions.come_back(session)
        return SeeOther(_page_after(session, safe_next(request.POST.get("next"), "/rooms/")))
    if request.method == "POST" or _is_a_visit(request):
        actions.go_away(session)
    page = render(request, "people/away.html")
    page["Clear-Site-Data"] = '"cache"'
    return page


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actions.sign_out(session_of(request))
    return done(request, {}, to="/")


@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        return render(request, "people/erasure.html", {"person": person})
    if not forms.is_ticked(request.POST, "sure"):
        return form_again(request, "people/erasure.html", {"person": person}, Refusal("malformed", _NOT_SURE))
    actions.erase(person)
    session_of(request).flush()
    return _farewell(request)


def _page_after(session: SessionStore, page: str) -> str:
    """A keeper shows the second factor first, and goes on from there."""
    person = session.person
    if person is None or person.kind != Kind.KEEPER or showed_second_factor(session):
        return page
    return f"/keepers/?{urlencode({'next': page})}"


def _farewell(request: HttpRequest) -> HttpResponse:
    page = as_json({}) if wants_json(request) else render(request, "people/farewell.html")
    page["Clear-Site-Data"] = '"cache", "storage"'  # drafts in this browser go as well
    return page


def _is_a_visit(request: HttpRequest) -> bool:
    """Not a picture or a link on somebody else's page, and not a page fetched ahead.

    Browsers that send none of these headers are believed: the price is a tap on つづける.
    """
    headers = request.headers
    return (
        request.method == "GET"
        and headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        and headers.get("Sec-Fetch-Dest", "document") in ("document", "empty")
        and "prefetch" not in headers.get("Sec-Purpose", headers.get("Purpose", ""))
    )
