"""スタッフ: who keeps the house, one-time links, roles, and that an account ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk import house_actions, house_queries
from ibasho.desk.doors import desk_page
from ibasho.desk.house_forms import RolesForm
from ibasho.desk.house_pages import SAVED, STEWARD, show
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.people import queries
from ibasho.people.accounts.links import hash_token, link_url
from ibasho.people.answers import SeeOther
from ibasho.people.models import KeeperLink, Role
from ibasho.people.queries import KeeperFacts
from ibasho.people.queries.factors import second_factors
from ibasho.people.recently import ask_again, showed_recently
from ibasho.people.requests import session_of

_KEEPERS = "/desk/house/keepers/"
_MADE = "keepers.link_made"
_GONE = "gone"
_LONGEST_FORM_ID = 24
P = ParamSpec("P")
Act = Callable[Concatenate[HttpRequest, KeeperFacts, P], HttpResponse]


def _after_showing_again(act: Act[P]) -> Act[P]:
    """Whoever finds a desk left open cannot make themselves a keeper. The roles chosen come back, too."""

    @wraps(act)
    def asked(request: HttpRequest, keeper: KeeperFacts, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not showed_recently(request):
            other = kwargs.get("keeper_id")
            return ask_again(f"{_KEEPERS}{other}/" if other else _with_choice(request))
        return act(request, keeper, *args, **kwargs)

    return cast(Act[P], asked)


@desk_page(*STEWARD)
@require_safe
def keepers(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    chosen = request.GET.getlist("roles")
    context = {"form": RolesForm(initial={"roles": chosen}), "is_back": bool(chosen)}
    return show(request, keeper, "keepers", _list_context(is_gone=once.said(request) == _GONE) | context)


@desk_page(*STEWARD)
@require_POST
@_after_showing_again
def invitation(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    form = RolesForm(request.POST)
    if not form.is_valid():
        return show(request, keeper, "keepers", _list_context() | {"form": form}, status=422)
    roles = form.cleaned_data["roles"]
    token = house_actions.invite_keeper(keeper, roles=roles, instead_of=_made_by_this_form(request))
    _note_made(request, token)
    context = {"link": _link(request, token), "roles": [Role(role).label for role in roles]}
    return show(request, keeper, "keeper_link", context)


@desk_page(*STEWARD)
@require_POST
def link_lift(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    """At once and without being asked again: what it takes away is a way in."""
    try:
        house_actions.end_keeper_link(keeper, request.POST.get("link", ""))
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return SeeOther(f"{_KEEPERS}#links", _GONE)
    return SeeOther(f"{_KEEPERS}#links", SAVED)


@desk_page(*STEWARD)
@require_safe
def keeper_page(request: HttpRequest, keeper: KeeperFacts, keeper_id: int) -> HttpResponse:
    return _show_keeper(request, keeper, keeper_id)


@desk_page(*STEWARD)
@require_POST
@_after_showing_again
def recovery(request: HttpRequest, keeper: KeeperFacts, keeper_id: int) -> HttpResponse:
    other = house_queries.kept_keeper(keeper_id)
    token = house_actions.recover_keeper(keeper, other)
    return show(request, keeper, "keeper_link", {"link": _link(request, token), "other": other})


@desk_page(*STEWARD)
@require_POST
@_after_showing_again
def role(request: HttpRequest, keeper: KeeperFacts, keeper_id: int) -> HttpResponse:
    wanted = request.POST.get("role", "")
    return _act(request, keeper, keeper_id, lambda: house_actions.give_role(keeper, keeper_id, wanted))


@desk_page(*STEWARD)
@require_POST
@_after_showing_again
def role_lift(request: HttpRequest, keeper: KeeperFacts, keeper_id: int) -> HttpResponse:
    taken = request.POST.get("role", "")
    return _act(request, keeper, keeper_id, lambda: house_actions.take_role(keeper, keeper_id, taken))


@desk_page(*STEWARD)
@require_POST
@_after_showing_again
def ending(request: HttpRequest, keeper: KeeperFacts, keeper_id: int) -> HttpResponse:
    if request.POST.get("sure") != "on":
        return SeeOther(f"{_KEEPERS}{keeper_id}/?sure=1#end")
    return _act(request, keeper, keeper_id, lambda: house_actions.end_keeper(keeper, keeper_id), to=_KEEPERS)


def _act(
    request: HttpRequest, keeper: KeeperFacts, keeper_id: int, act: Callable[[], object], *, to: str = ""
) -> HttpResponse:
    """The page with a kind sentence, if the house must say no: the last steward stays."""
    try:
        act()
    except Refusal as refusal:
        if refusal.code != "asked":
            raise
        return _show_keeper(request, keeper, keeper_id, say=refusal.text, status=refusal.status)
    if keeper_id == keeper.keeper_id:  # who gave up the own key stands before the door of this page now
        return SeeOther("/desk/")
    return SeeOther(to or f"{_KEEPERS}{keeper_id}/", SAVED)


def _show_keeper(
    request: HttpRequest, keeper: KeeperFacts, keeper_id: int, *, say: str = "", status: int = 200
) -> HttpResponse:
    other = house_queries.kept_keeper(keeper_id)
    held = {row.role for row in other.roles.all()}
    context = {
        "other": other,
        "factors": second_factors([other.person_id])[other.person_id],
        "held": [(role.value, role.label) for role in Role if role in held],
        "open_roles": [(role.value, role.label) for role in Role if role not in held],
        "is_self": other.pk == keeper.keeper_id,
        "asks": "sure" in request.GET,
        "say": say,
    }
    return show(request, keeper, "keeper", context, status)


def _list_context(*, is_gone: bool = False) -> dict[str, Any]:
    rows = list(queries.keepers())
    factors = second_factors([row.person_id for row in rows])
    return {
        "keepers": [
            {
                "row": row,
                "roles": [one.label for one in Role if one in {held.role for held in row.roles.all()}],
                "factors": factors[row.person_id],
            }
            for row in rows
        ],
        "is_gone": is_gone,
        "links": [_open_link(link) for link in queries.open_links()],
        "form_id": secrets.token_urlsafe(9),
    }


def _open_link(link: KeeperLink) -> dict[str, Any]:
    """What may be said of a link: neither its token nor its address."""
    return {
        "id": link.pk,
        "roles": [Role(role).label for role in link.roles.split()],
        "back": link.keeper.duty_name if link.keeper else "",
        "by": link.made_by.duty_name if link.made_by else "",
        "until": link.expires_at,
    }


def _with_choice(request: HttpRequest) -> str:
    roles = [role for role in Role.values if role in request.POST.getlist("roles")]
    return f"{_KEEPERS}?{urlencode({'roles': roles}, doseq=True)}#new" if roles else _KEEPERS


def _made_by_this_form(request: HttpRequest) -> str:
    """The hash of the link this very form made before: it was sent again by a reload."""
    form_id, token_hash = session_of(request).get(_MADE, ("", ""))
    return str(token_hash) if form_id and form_id == request.POST.get("form_id") else ""


def _note_made(request: HttpRequest, token: str) -> None:
    if form_id := request.POST.get("form_id", "")[:_LONGEST_FORM_ID]:
        session_of(request)[_MADE] = (form_id, hash_token(token))


def _link(request: HttpRequest, token: str) -> str:
    """By the address this desk was opened with: a trial has several names."""
    return link_url(token, f"{request.scheme}://{request.get_host()}")
