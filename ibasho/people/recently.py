"""Acts on the accounts of keepers ask for a password or a second factor shown just now; the gravest act on a
person asks for the second factor.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from ibasho.lib import clock
from ibasho.people.accounts.adapters import again
from ibasho.people.accounts.guard import page_to_show_it
from ibasho.people.answers import SeeOther
from ibasho.people.queries import second_factor_shown_at
from ibasho.people.queries.keepers import RECORDS
from ibasho.people.requests import person_of, session_of


def showed_recently(request: HttpRequest) -> bool:
    """Whether this browser signed in, or showed it again, within the last five minutes."""
    records = session_of(request).get(RECORDS, ())
    return bool(records) and clock.now().timestamp() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT


def ask_again(back_to: str) -> HttpResponse:
    """To the page that asks, and from there back."""
    return SeeOther(f"{reverse('account_reauthenticate')}?{urlencode({'next': back_to})}")


def second_factor_at(request: HttpRequest) -> datetime | None:
    """When this browser showed the second factor last."""
    return second_factor_shown_at(session_of(request))


def page_for_second_factor(request: HttpRequest, back_to: str) -> str:
    """The address at which this keeper shows it once more, and comes back."""
    return again(page_to_show_it(person_of(request)), back_to)
