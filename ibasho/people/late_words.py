"""What a keeper sends after the session has ended by itself, kept by the parts that know it until that keeper is in again.

Nothing of it stays in the browser, which may be somebody else's by then.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware

from ibasho.people.models import Person

Keep = Callable[[Person, QueryDict], bool]
_forms: dict[str, Keep] = {}


def register(path: str, keep: Keep) -> None:
    """`keep(keeper, fields)` of the form at this path says whether it could."""
    _forms[path] = keep


def keep(request: HttpRequest, keeper: Person) -> bool:
    """Whether it was kept. Only from a page of this house: a session does not stand behind it any more."""
    known = _forms.get(request.path_info)
    return (
        known is not None and request.method == "POST" and _is_ours(request) and known(keeper, request.POST)
    )


def _is_ours(request: HttpRequest) -> bool:
    refused = CsrfViewMiddleware(_nothing).process_view(request, _nothing, (), {})
    return refused is None


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
