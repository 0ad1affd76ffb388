"""Who may stand before which of the keepers' pages. For everybody else there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from ibasho.lib.errors import Refusal
from ibasho.people.accounts.adapters import again
from ibasho.people.answers import SeeOther
from ibasho.people.models import Kind, Person
from ibasho.people.queries import has_second_factor, showed_second_factor
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
        if who is For.ANYBODY or (who in (For.HALFWAY, For.LEAVING) and get_pending_stage(request)):
            request.user = AnonymousUser()
            return None
        raise Refusal("not_found")
    if who in (For.ANYBODY, For.LEAVING, For.SHOWING):
        return None
    if who is For.HALFWAY or (who is For.SETTLED and not has_second_factor(person.pk)):
        raise Refusal("not_found")
    if has_second_factor(person.pk) and not showed_second_factor(session_of(request)):
        return SeeOther(again(_page_to_show_it(person), request.path))
    return None


def _keeper_of(request: HttpRequest) -> Person | None:
    person = maybe_person(request)
    is_theirs = person is not None and person.kind == Kind.KEEPER and request.user.is_authenticated
    return person if is_theirs else None


def _once_more(request: HttpRequest) -> HttpResponse | None:
    # Never by allauth's own way: it would put the whole form into the session, words and headers.
    if get_adapter().is_reauthentication_required(app="allauth.mfa"):
        return SeeOther(again(reverse("account_reauthenticate"), request.path))
    return None


def _page_to_show_it(person: Person) -> str:
    has_code = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if has_code else "mfa_reauthenticate_webauthn")
