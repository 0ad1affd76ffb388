"""The list of rooms, and the way to one that is not on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from ibasho.house.queries import notices_for
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.requests import visitor_from
from ibasho.rooms import queries
from ibasho.rooms.views.answers import fill_page, remember_room, to_desk

_NOT_KNOWN = "その合言葉の部屋は、見つかりませんでした。もう一度たしかめてください。"


@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _by_passphrase(request)
    return to_desk(request) or _list(request)


def _by_passphrase(request: HttpRequest) -> HttpResponse:
    visitor = visitor_from(request)
    if queries.is_keeper(visitor):
        raise Refusal("not_found")
    try:
        rate_limit.take("passphrase_person", str(visitor.person_id))
        # As one room's door counts its guesses: else a new session for every fifth would never be counted.
        rate_limit.take("passphrase_room", "rooms")
        found = queries.room_with_passphrase(visitor.standpoint, request.POST.get("passphrase", ""))
        if found is None:
            raise Refusal("not_found", _NOT_KNOWN)
    except Refusal as refusal:
        if wants_json(request):
            raise
        return _list(request, refusal)
    remember_room(request, found)
    return HttpResponseRedirect(f"/rooms/{found.slug}/", status=303)


def _list(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    visitor = visitor_from(request)
    cards = queries.cards_for(queries.rooms_for(visitor.standpoint))
    context = {
        "open_cards": [card for card in cards if card.is_open],
        "other_cards": [card for card in cards if not card.is_open],
        "notices": notices_for(visitor.person_id),
        "passphrase": request.POST.get("passphrase", ""),
        "say": refusal.text if refusal else "",
    }
    return fill_page(request, "rooms/list.html", context, refusal)
