"""The door: taking a seat, going between watching and speaking, leaving."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST

from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.requests import person_of, visitor_from
from ibasho.rooms import actions, queries
from ibasho.rooms.forms import TypedDoor, TypedWords
from ibasho.rooms.models import Room, Seat
from ibasho.rooms.views.answers import rooms_found
from ibasho.rooms.views.room import door_page, room_page
from ibasho.rooms.views.words import post_words

_FIELDS = {
    "name_taken": "call_name",
    "name_reserved": "call_name",
    "too_long": "call_name",
    "not_found": "passphrase",
    "too_many_tries": "passphrase",
}


@require_POST
def enter_by_door(request: HttpRequest, slug: str) -> HttpResponse:
    room = queries.room_at_door(visitor_from(request), slug, rooms_found(request))
    typed = TypedDoor.of(request.POST)
    try:
        seat = actions.take_seat(
            person_of(request),
            room,
            mode=typed.mode,
            call_name=typed.call_name,
            passphrase=typed.passphrase,
        )
    except Refusal as refusal:
        _offer_help(request, room, typed, is_unsent=True)
        return _refused(request, room, typed, refusal)
    _offer_help(request, room, typed, is_unsent=False)
    if wants_json(request):
        return JsonResponse({"seat": str(seat.pk), "mode": seat.mode, "call_name": seat.call_name})
    if request.POST.get("text"):  # words that waited for a name or a seat
        return post_words(request, queries.own_line(visitor_from(request), slug))
    return HttpResponseRedirect(f"/rooms/{slug}/#latest", status=303)


def _offer_help(request: HttpRequest, room: Room, typed: TypedDoor, *, is_unsent: bool) -> None:
    if typed.mode == Seat.Mode.SPEAK:
        session_hash = visitor_from(request).session_hash
        actions.offer_help_for_name(session_hash, room, typed.call_name, is_unsent=is_unsent)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    room = queries.room_at_door(visitor_from(request), slug, rooms_found(request))
    actions.leave_room(person_of(request), room)
    return JsonResponse({}) if wants_json(request) else HttpResponseRedirect("/rooms/", status=303)


def _refused(request: HttpRequest, room: Room, typed: TypedDoor, refusal: Refusal) -> HttpResponse:
    """The door again, or the room for who watches in it already."""
    if wants_json(request):
        raise refusal
    visitor = visitor_from(request)
    typed.say, typed.say_at = refusal.text, _FIELDS.get(refusal.code, "")
    if queries.seat_of(visitor.person_id, room.pk) is None:
        return door_page(request, room, typed, refusal)
    place, words = queries.place_in(visitor, room.slug), None
    if request.POST.get("text"):
        words = TypedWords.again(request.POST, refusal.text, asks_name=bool(typed.say_at))
        typed.say = ""
    return room_page(request, place, words=words, door=typed, refusal=refusal)
