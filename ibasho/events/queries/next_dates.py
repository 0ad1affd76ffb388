"""次の回: when a date of a series ends, the one after it is a tap away (T94)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from ibasho.events import this_browser
from ibasho.events.models import Admission, Event, SignUp
from ibasho.events.queries.events import hours_of, look_at, questions_of, why_closed
from ibasho.events.queries.seats import WAIT, seats_word
from ibasho.events.queries.sign_ups import under_way
from ibasho.events.visibility import Look
from ibasho.lib import clock, env
from ibasho.lib.ready import ready
from ibasho.people.models import Person
from ibasho.people.queries import standpoint_on
from ibasho.people.sessions import SessionStore
from ibasho.rooms.guest_lists import NextDate
from ibasho.rooms.models import CLOSING_MINUTES

_ENDING = timedelta(minutes=CLOSING_MINUTES)
_FURTHEST = 12  # dates: a line of closed ones has an end


def is_ending(event: Event) -> bool:
    """Whether one may look further: it is nearly over, or will not be."""
    return event.called_off_at is not None or clock.now() >= event.ends - _ENDING


def next_date_of(row: SignUp, viewer: str | None, known: Callable[[int], SignUp | None]) -> NextDate | None:
    """The date after this one to which one may still sign up, as much of it as this standpoint may see.

    `known` finds a sign-up to it that who looks knows of; a party of several also knows what any of it booked by this
    one. None for who is in no line, and where there is no date.
    """
    event = _after(row) if row.state in SignUp.IN_LINE and row.event.series_id is not None else None
    look = look_at(event, viewer) if event is not None else Look.NOTHING
    if event is None or look == Look.NOTHING:
        return None
    is_whole, now = look == Look.WHOLE, clock.now()
    is_shared = row.party > 1
    other = (booked_from(row.pk, event.pk)[1] if is_shared else None) or known(event.pk)
    day = clock.day_text(event.starts)
    return NextDate(
        of=row.pk,
        event_id=event.pk,
        when=f"{day} {hours_of(event)}" if is_whole else day,
        must_wait=seats_word(event, now) == WAIT and not event.has_intake,
        has_form=not is_whole or _asks_for_more(event),
        known=other.pk if other is not None else None,
        is_shared=is_shared,
    )


def next_date_in_room(room_id: int, person_id: int, session: SessionStore) -> NextDate | None:
    """The same for who is in the room of a meeting, by the sign-up they came by."""
    rows = Admission.objects.filter(person_id=person_id, sign_up__event__own_room__room_id=room_id)
    found = rows.order_by("-pk").select_related("person", "sign_up__event").first()
    if found is None:
        return None
    person, here = found.person, this_browser.shown(session)
    viewer = standpoint_on(person, clock.today())
    return next_date_of(found.sign_up, viewer, lambda event_id: under_way(here, person, event_id))


def booked_from(sign_up_id: UUID, event_id: int, browser: str = "") -> tuple[UUID, SignUp | None]:
    """The sign-up to that date which this one's party still means to come by, and the id under which it is made.

    The ids follow from this sign-up, one after each that was withdrawn: whoever of the party taps says the same, and
    without the house secret no row tells of which party it is. What one person books follows from their `browser` too:
    who knows the code of this date cannot learn from any answer that the next one is booked (decision 43).
    """
    times, by = 0, f" by {browser}" if browser else ""
    while True:
        label = f"next date {event_id} of sign-up {sign_up_id}{by}, {times}"
        request_id = UUID(hex=env.derived(settings.HOUSE_SECRET, label)[:32], version=4)
        known = SignUp.objects.filter(request_id=request_id).first()
        if known is None or known.state not in (SignUp.State.WITHDRAWN, SignUp.State.REFERRED):
            return request_id, known
        times += 1


def is_used(request_id: UUID) -> bool:
    """Whether a form with this id has been received, whatever became of it."""
    return SignUp.objects.filter(request_id=request_id).exists()


def parties_before(event_id: int, ids: Collection[UUID]) -> list[UUID]:
    """Those of these sign-ups by which a party of several comes to an earlier date of the same series, the latest first."""
    at = _in_series.first(event_id) if ids else None
    return _parties_before(*at, *ids) if at is not None else []


@ready
def _in_series(event_id: int) -> QuerySet[Event, tuple[int, datetime]]:
    dates = Event.objects.filter(pk=event_id, series__isnull=False).order_by()
    return dates.values_list("series_id", "starts")


@ready
def _parties_before(series_id: int, starts: datetime, *ids: UUID) -> QuerySet[SignUp, UUID]:
    rows = SignUp.objects.filter(pk__in=ids, party__gt=1, event__series=series_id, event__starts__lt=starts)
    return rows.order_by("-event__starts", "turn").values_list("pk", flat=True)


def came_by(person: Person | None) -> list[UUID]:
    """The sign-ups by which this person has come into rooms of meetings."""
    return (
        list(Admission.objects.filter(person=person).values_list("sign_up_id", flat=True)) if person else []
    )


def _after(row: SignUp) -> Event | None:
    now, this = clock.now(), row.event
    later = Event.objects.filter(series=this.series_id, starts__gt=this.starts, published_on__isnull=False)
    later = later.select_related("sheet").prefetch_related("audiences").order_by("starts")[:_FURTHEST]
    is_open = (one for one in later if row.standpoint in one.standpoints and why_closed(one, now) is None)
    return next(is_open, None)


def _asks_for_more(event: Event) -> bool:
    """Whether one tap cannot say all that is needed."""
    return event.asks_consent or any(question.is_required for question in questions_of(event))
