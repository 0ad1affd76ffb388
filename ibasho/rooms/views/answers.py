"""Small agreements of all room views: how a page is answered, and what a query may ask for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ibasho.lib.errors import Refusal
from ibasho.people.requests import session_of, visitor_from
from ibasho.rooms.models import Room
from ibasho.rooms.queries import is_keeper

_FOUND = "rooms_found"
_MOST_FOUND = 20


def fill_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    """The page; after a refused form with its status, so that a program can tell."""
    response = render(request, template, dict(context), status=refusal.status if refusal else 200)
    if refusal is not None and refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def to_desk(request: HttpRequest, slug: str = "") -> HttpResponse | None:
    """Keepers read rooms at their desk: where a page is only for those who take part, they are led there."""
    if not is_keeper(visitor_from(request)):
        return None
    return HttpResponseRedirect(f"/desk/rooms/{slug}/" if slug else "/desk/")


def remember_room(request: HttpRequest, room: Room) -> None:
    """This browser was told of a room that is not on the list; すぐ閉じる drops that again."""
    found = [pk for pk in rooms_found(request) if pk != room.pk]
    session_of(request)[_FOUND] = [*found, room.pk][-_MOST_FOUND:]


def rooms_found(request: HttpRequest) -> list[int]:
    """The ids of rooms that were found by their passphrase in this session."""
    found: list[int] = session_of(request).get(_FOUND, [])
    return found


def position_from(text: str | None) -> int | None:
    """A position in a query; None where it is missing. Raises Refusal `malformed`."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refusal("malformed")
    return int(text)


def message_id_from(text: str | None) -> str:
    """A message's id in a query; empty where it is missing or none."""
    try:
        return str(uuid.UUID(text or ""))
    except ValueError:
        return ""
