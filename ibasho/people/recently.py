"""Acts on the accounts of keepers ask for a password or a second factor shown just now."""

from __future__ import annotations

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from ibasho.lib import clock
from ibasho.people.answers import SeeOther
from ibasho.people.queries.keepers import RECORDS
from ibasho.people.requests import session_of


def showed_recently(request: HttpRequest) -> bool:
    """Whether this browser signed in, or showed it again, within the last five minutes."""
    records = session_of(request).get(RECORDS, ())
    return bool(records) and clock.now().timestamp() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT


def ask_again(back_to: str) -> HttpResponse:
    """To the page that asks, and from there back."""
    return SeeOther(f"{reverse('account_reauthenticate')}?{urlencode({'next': back_to})}")
