"""One address, three pages: the room for who has a seat, else its door, else that it rests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ibasho.house import support_card, today
from ibasho.house.queries import difference_for, helplines_now, notices_for, who_must_acknowledge
from ibasho.house.support_card import SupportCard
from ibasho.lib import busy, clock, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.queries import Visitor
from ibasho.people.requests import session_of, visitor_from
from ibasho.rooms import actions, guest_lists, queries
from ibasho.rooms.forms import TypedDoor, TypedWords
from ibasho.rooms.guest_lists import NextDate
from ibasho.rooms.models import Room
from ibasho.rooms.queries import Ignored, Place, RoomCard
from ibasho.rooms.shapes import Line, path_of
from ibasho.rooms.views import facts
from ibasho.rooms.views.answers import fill_page, message_id_from, position_from, rooms_found, to_desk
from ibasho.rooms.views.rows import rows_html
from ibasho.rooms.views.shown import OPEN_STATES, show_message, show_standing


@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    if (desk := to_desk(request, slug)) is not None:
        return desk
    visitor = visitor_from(request)
    try:
        place = queries.place_in(visitor, slug)
    except Refusal as refusal:
        if refusal.code != "not_found":
            return _not_in(request, slug, refusal)
        found = queries.room_at_door(visitor, slug, rooms_found(request))
        former = queries.former_name(visitor.person_id, found.pk) or _name_at_meeting(visitor, found)
        return door_page(request, found, TypedDoor(call_name=former))
    return room_page(request, place, edited=message_id_from(request.GET.get("edit")))


def _name_at_meeting(visitor: Visitor, found: Room) -> str:
    return guest_lists.name_for(found.pk, visitor.person_id) if found.is_of_a_meeting else ""


def _not_in(request: HttpRequest, slug: str, refusal: Refusal) -> HttpResponse:
    """Why not, with the letters that wait: for who was let go, this page may be the first they see.

    Whoever had written of dying there finds the helplines of that card again.
    """
    if wants_json(request) or refusal.status != HTTPStatus.FORBIDDEN:
        raise refusal
    notices = notices_for(visitor_from(request).person_id)
    card = support_card.find(session_of(request), path_of(slug))
    return fill_page(request, "refusal.html", {"refusal": refusal, "notices": notices, "card": card}, refusal)


def room_page(
    request: HttpRequest,
    place: Place,
    *,
    words: TypedWords | None = None,
    door: TypedDoor | None = None,
    edited: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The room. A refused form comes back in it, with its words."""
    line = place.line
    if line.must_arrive and refusal is None:
        _arrive(request, line)
    before = position_from(request.GET.get("before"))
    if before is not None:
        rate_limit.take("older", str(line.person_id))
    words = words or _own_words(line, edited)
    ignored = queries.ignored_by(line.seat_id)
    context = {
        **_log(place, before, ignored),
        **_around(place, ignored),
        "next_date": _next_date(request, place),
        "card": card_beside(request, line),
        "card_is_put_away": support_card.is_put_away(session_of(request), line.path),
        "edited": edited if words else "",
        "is_live": before is None and not (edited and words),
        "words": words or TypedWords(),
        "door": door or TypedDoor(call_name=""),
    }
    return fill_page(request, "rooms/room.html", context, refusal)


def card_beside(request: HttpRequest, line: Line) -> SupportCard | None:
    """The card of this browser. After a form the session as it was read knows nothing of one laid out since."""
    if request.method != "POST":
        return support_card.find(session_of(request), line.path)
    one = (line.session_hash, line.path)
    return support_card.find_behind([one]).get(one)


def _arrive(request: HttpRequest, line: Line) -> None:
    """As far as the database can now: reading does not depend on it, and the next page notes it."""
    session = session_of(request)
    if session.table_is_busy:
        return
    try:
        actions.attend(line)
    except DatabaseError as error:
        if busy.as_refusal(error) is None:
            raise
        session.table_is_busy = True


def door_page(
    request: HttpRequest, found: Room, typed: TypedDoor, refusal: Refusal | None = None
) -> HttpResponse:
    """The door of an open room; of any other, why it rests and when it opens."""
    visitor = visitor_from(request)
    card = queries.card_for(found)
    notices = notices_for(visitor.person_id)
    if found.is_by_invitation:  # whoever is asked to come reads nothing else before that door
        notices = [notice for notice in notices if notice.get("room") == found.slug]
    context = {"card": card, "door": typed, "notices": notices}
    if not card.is_open:
        return fill_page(request, "rooms/rest.html", {**context, **_resting(card, visitor)}, refusal)
    context["facts"] = facts.door_facts(card)
    context["wall_words"] = facts.wall_words(card.room)
    context["asks_passphrase"] = card.room.entry == Room.Entry.PASSPHRASE
    return fill_page(request, "rooms/door.html", context, refusal)


def _resting(card: RoomCard, visitor: Visitor) -> dict[str, Any]:
    now = clock.now()
    return {
        "reason": facts.rest_reason(
            card, _keepers_in(card.room, now), has_come=queries.was_in(visitor.person_id, card.room.pk)
        ),
        "note_hint": facts.note_hint(today.today()),
        "helplines": helplines_now(now).open_now,
        "now": now,
    }


def _keepers_in(room: Room, now: datetime) -> int:
    return queries.keepers_there([room.pk], now).get(room.pk, 0)


def _log(place: Place, before: int | None, ignored: Sequence[Ignored]) -> dict[str, Any]:
    line = place.line
    page = queries.page_of_words(line, before, place.room)
    unread = {one.seat for one in ignored}
    lines = [show_message(message, line.seat_id, page["seq"], unread) for message in page["messages"]]
    first = lines[0].position if lines else line.history_from
    return {
        "epoch": page["epoch"],
        "seq": page["seq"],
        "oldest": page["oldest"],
        "more": page["more"],
        "rows": rows_html(line.slug, lines),
        "first_position": first,
    }


def _around(place: Place, ignored: Sequence[Ignored]) -> dict[str, Any]:
    """The header, the facts beside the log, and what one may do below it."""
    now, room, person_id = clock.now(), place.room, place.line.person_id
    shape = queries.shape_of(room, place.session, queries.crowd_of(room.pk), now)
    behind = who_must_acknowledge([person_id])
    waiting = queries.waiting_of(place.line.seat_id)
    you = queries.you_in(place.session, place.seat, now, behind, [one.seat for one in ignored], waiting)
    is_open = shape["state"] in OPEN_STATES
    must_read_rules = not you["may_post"] and person_id in behind
    return {
        "room": shape,
        "you": you,
        "held_days": room.retention_days,
        "ignored": ignored,
        "notices": notices_for(person_id),
        "state": show_standing(shape, you),
        "staff_words": facts.staff_words(room, 0 if room.keepers_needed else _keepers_in(room, now)),
        "staff_are_there": is_open,
        "facts": queries.facts_of(room),
        "may_take_speaking_seat": is_open,
        "must_acknowledge": must_read_rules,
        "difference": difference_for(person_id) if must_read_rules else None,
    }


def _next_date(request: HttpRequest, place: Place) -> NextDate | None:
    room, session = place.room, session_of(request)
    return guest_lists.next_date(room.pk, place.line.person_id, session) if room.is_of_a_meeting else None


def _own_words(line: Line, message_id: str) -> TypedWords | None:
    """One's own words to be edited; None unless they are shown."""
    if not message_id:
        return None
    message = queries.message_for(line, message_id)
    if message["seat"] != line.seat_id or "text" not in message:
        return None
    return TypedWords(message["text"], message.get("cover", ""), message.get("tone", ""))
