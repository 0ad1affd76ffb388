"""The page behind a one-time link. Looking at it uses nothing up: others look at links before people do."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people import actions
from ibasho.people.accounts.links import link_path
from ibasho.people.answers import SeeOther, form_again
from ibasho.people.models import Keeper, KeeperLink
from ibasho.people.queries.keepers import open_link
from ibasho.people.requests import sign_in

_NOT_ALIKE = "ふたつの パスワードが、ちがうようです。もう一度 入れてください。"
_TEMPLATE = "keepers/link.html"


def keeper_link(request: HttpRequest, token: str) -> HttpResponse:
    link = open_link(token)
    if link is None:
        return _over(request)
    return _with_link(request, link, token)


@require_http_methods(["GET", "HEAD", "POST"])
def _with_link(request: HttpRequest, link: KeeperLink, token: str) -> HttpResponse:
    context = {"link": link, "path": link_path(token)}
    if request.method != "POST":
        return render(request, _TEMPLATE, context)
    try:
        keeper = _take_link(request, link, token)
    except Refusal as refusal:
        if refusal.code == "not_found":
            return _over(request)
        return form_again(request, _TEMPLATE, context | {"filled": request.POST}, refusal)
    sign_in(request, keeper.person)
    record_authentication(request, keeper.person, "password")
    return SeeOther("/keepers/")


def _over(request: HttpRequest) -> HttpResponse:
    """Used, over or never made: one answer, so that nothing can be told from it."""
    if wants_json(request):
        raise Refusal("not_found")
    return render(request, "keepers/link_over.html", status=404)


def _take_link(request: HttpRequest, link: KeeperLink, token: str) -> Keeper:
    password = request.POST.get("password", "")
    if password != request.POST.get("password_again", ""):
        raise Refusal("malformed", _NOT_ALIKE)
    if link.keeper_id is not None:
        return actions.recover_keeper(token, password=password)
    return actions.begin_keeper(
        token,
        login_name=request.POST.get("login_name", ""),
        duty_name=request.POST.get("duty_name", ""),
        password=password,
    )
