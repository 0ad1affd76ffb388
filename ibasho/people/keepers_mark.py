"""A keeper's own browser knows the way back to the sign-in, after its session has ended by itself.

For everybody else the desk is no page at all. So whoever has shown the second factor gets a cookie that tells
nothing, opens nothing and shows the sign-in, which is open to all, in place of a 404. It lasts as long as the cookie of
a session does, and ends when one signs out or goes away, with another password, and with the last role.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ibasho.lib import cookies, env
from ibasho.lib.middleware import wants_json
from ibasho.people.models import KEEP_DAYS, Person, Role
from ibasho.people.queries.keepers import keepers_with

_BEHIND = ("/desk/", "/keepers/")


def give(response: HttpResponseBase, person: Person, *, keep: bool) -> None:
    """This browser is that keeper's until it is closed, or for a month where only they use it."""
    seconds = KEEP_DAYS * 86_400 if keep else None
    cookies.put(response, settings.KEEPERS_MARK, _mark_of(person), seconds=seconds)


def take_back(request: HttpRequest, response: HttpResponseBase) -> None:
    """As if no keeper had ever been here; says nothing to a browser that has no mark."""
    if settings.KEEPERS_MARK in request.COOKIES:
        cookies.drop(response, settings.KEEPERS_MARK)


def who_is_led_back(request: HttpRequest) -> Person | None:
    """The keeper in whose own browser somebody who is not signed in asks, by hand, for a page of keepers."""
    path, shown = request.path_info, request.COOKIES.get(settings.KEEPERS_MARK, "")
    is_asked_for = path.startswith(_BEHIND[0]) or path == _BEHIND[1]
    if not shown or not is_asked_for or wants_json(request) or "X-Again" in request.headers:
        return None
    rows = keepers_with(*Role.values).select_related("person")
    theirs = [
        row.person for row in rows if hmac.compare_digest(_mark_of(row.person).encode(), shown.encode())
    ]
    return theirs[0] if theirs else None


def _mark_of(person: Person) -> str:
    secret = env.derived(settings.HOUSE_SECRET, "keepers mark")
    known = f"{person.key}:{person.get_session_auth_hash()}"
    return hmac.new(secret.encode(), known.encode(), hashlib.sha256).hexdigest()
