"""Who may stand before which of the keepers' pages. For everybody else there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.accounts.adapters import FIRST_STEP, again
from ibasho.people.answers import SeeOther
from ibasho.people.doors import safe_next
from ibasho.people.models import Kind, Person
from ibasho.people.queries import has_second_factor, showed_second_factor
from ibasho.people.queries.keepers import keepers
from ibasho.people.requests import maybe_person, session_of

View = Callable[..., HttpResponseBase]


class For(Enum):
    ANYBODY = "the sign-in page, where a guest is a stranger"
    HALFWAY = "who has shown the password and not yet the second factor"
    LEAVING = "a keeper in whatever state, or half-way"
    NEW = "a keeper, also one without a second factor"
    SHOWING = "a keeper who is asked to show once more who it is"
    SETTLED = "a keeper with a second factor, shown in this session"


def door(view: View, who: For, *, fresh: bool = False, writes: bool = False) -> View:
    """`fresh`: only within minutes of having shown something. `writes`: a form is one transaction."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        leads_to = _let_in(request, who) or (_once_more(request) if fresh else None)
        if leads_to is not None:
            return leads_to
        if not writes or request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    return guarded


def _let_in(request: HttpRequest, who: For) -> HttpResponse | None:
    """None: come in; or where to go first. Raises Refusal `not_found`."""
    person = _keeper_of(request)
    if person is None:
        is_halfway = _is_halfway(request)
        if who is For.ANYBODY or (who in (For.HALFWAY, For.LEAVING) and is_halfway):
            request.user = AnonymousUser()
            return None
        raise Refusal("not_found")
    if who in (For.ANYBODY, For.LEAVING, For.SHOWING):
        return None
    if who is For.HALFWAY or (who is For.SETTLED and not has_second_factor(person.pk)):
        raise Refusal("not_found")
    if has_second_factor(person.pk) and not showed_second_factor(session_of(request)):
        then = safe_next(request.GET.get("next"), request.path)
        return SeeOther(again(page_to_show_it(person), then))
    return None


def _is_halfway(request: HttpRequest) -> bool:
    """Whether the password was shown. One that was changed since then is forgotten, so that one may begin anew."""
    stage = get_pending_stage(request)
    if stage is None:
        return False
    shown = session_of(request).get(FIRST_STEP, "")
    if not constant_time_compare(shown, stage.login.user.get_session_auth_hash()):
        clear_login(request)
        return False
    return True


def _keeper_of(request: HttpRequest) -> Person | None:
    person = maybe_person(request)
    is_theirs = person is not None and person.kind == Kind.KEEPER and request.user.is_authenticated
    return person if is_theirs else None


def _once_more(request: HttpRequest) -> HttpResponse | None:
    # Never by allauth's own way: it would put the whole form into the session, words and headers.
    if get_adapter().is_reauthentication_required(app="allauth.mfa"):
        return SeeOther(again(reverse("account_reauthenticate"), request.path))
    return None


def step_missed(request: HttpRequest) -> str:
    """Where a keeper who is half-way in goes on, if one opens a page by hand: to the second step of signing in, or to
    showing or setting up the second factor. Empty for everybody else, and for a keeper without a role.
    """
    if request.method not in ("GET", "HEAD") or wants_json(request) or "X-Again" in request.headers:
        return ""
    person = _keeper_of(request)
    if person is None:
        began = FIRST_STEP in session_of(request)
        return reverse("mfa_authenticate") if began and _is_halfway(request) else ""
    is_settled = showed_second_factor(session_of(request)) and has_second_factor(person.pk)
    if is_settled or not keepers().filter(person=person, roles__isnull=False).exists():
        return ""
    return f"{reverse('mfa_index')}?{urlencode({'next': request.get_full_path()})}"


def page_to_show_it(person: Person) -> str:
    """Where this keeper shows the second factor once more: by code, or else by passkey."""
    has_code = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if has_code else "mfa_reauthenticate_webauthn")
