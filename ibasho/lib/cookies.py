"""How every cookie of the house is set: for all its pages, shown to no script, and sent along by no other site's form."""

from __future__ import annotations

from django.conf import settings
from django.http.response import HttpResponseBase


def put(response: HttpResponseBase, name: str, value: str, *, seconds: int | None) -> None:
    """`seconds`: how long it stays; None: until the browser is closed."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def drop(response: HttpResponseBase, name: str) -> None:
    """The browser forgets it; `__Host-` cookies are only let go by an answer that is itself Secure."""
    put(response, name, "", seconds=0)
