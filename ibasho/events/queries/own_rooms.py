"""The room of a meeting, as those see it who have joined: from the set time, and to nobody else at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from ibasho.events.models import Admission, Event, MeetingRoom, SignUp
from ibasho.events.outside_links import host_of
from ibasho.events.queries.events import CALLED_OFF, PAST
from ibasho.events.shapes import OwnRoom, RoomToRead
from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.people.queries import standpoint_on
from ibasho.rooms.queries.seats import rooms_sat_in
from ibasho.rooms.shapes import path_of

_WITH_ROOM = (Event.Way.ONLINE, Event.Way.BOTH)


def has_own_room(event: Event) -> bool:
    """Whether one may be there from home, by text."""
    return event.way in _WITH_ROOM


def why_not_now(event: Event, now: datetime) -> str | None:
    """Why nobody comes in at this moment, as a sentence; None in its time."""
    if not event.is_on:
        return CALLED_OFF
    if now >= event.ends:
        return PAST
    return f"部屋は、{clock.when_text(event.starts)} から あきます。" if now < event.starts else None


def own_room_of(row: SignUp, event: Event, now: datetime) -> OwnRoom | None:
    """What the page of a sign-up says about it; None for who has not joined, and where there is none."""
    if row.state != SignUp.State.JOINED or not has_own_room(event) or not event.is_on or now >= event.ends:
        return None
    opens = clock.clock_text(event.starts)
    host = host_of(event.link)
    if now < event.starts or not host:
        return OwnRoom(is_time=now >= event.starts, opens=opens)
    return OwnRoom(is_time=True, opens=opens, host=host, link=event.link)


def rooms_to_read(person: Person) -> list[RoomToRead]:
    """Rooms of meetings that are over, in which this person sits still, as long as words are kept there."""
    now = clock.now()
    rows = Admission.objects.filter(
        person=person,
        sign_up__state=SignUp.State.JOINED,
        sign_up__event__starts__lte=now,
        sign_up__event__published_on__isnull=False,
        sign_up__event__audiences__standpoint=standpoint_on(person, clock.today()),
        sign_up__event__own_room__room__in=rooms_sat_in(person.pk),
    )
    rows = rows.select_related("sign_up__event__own_room__room").order_by("-sign_up__event__starts")
    found = [_to_read(row.sign_up) for row in rows if why_not_now(row.sign_up.event, now) is not None]
    return [one for one in found if one.until > now]


def _to_read(row: SignUp) -> RoomToRead:
    event, room = row.event, row.event.own_room.room
    until = event.ends + timedelta(days=room.retention_days)
    when = clock.day_text(event.starts)
    return RoomToRead(row.pk, event.title, when, path_of(room.slug), until)


def room_of(event_id: int) -> int | None:
    return MeetingRoom.objects.filter(event_id=event_id).values_list("room_id", flat=True).first()


def invited(room_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """(room, person) of all who came by a sign-up that is still joined, of a meeting that is shown."""
    rows = Admission.objects.filter(
        sign_up__event__own_room__room_id__in=list(room_ids),
        sign_up__state=SignUp.State.JOINED,
        sign_up__event__published_on__isnull=False,
    )
    return frozenset(rows.order_by().values_list("sign_up__event__own_room__room_id", "person_id"))


def name_for(room_id: int, person_id: int) -> str:
    """The call name of the sign-up they came by."""
    rows = Admission.objects.filter(sign_up__event__own_room__room_id=room_id, person_id=person_id)
    return rows.order_by("-pk").values_list("sign_up__call_name", flat=True).first() or ""
