"""What stands in the calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import QuerySet

from ibasho.events.models import Event, EventAudience
from ibasho.events.months import DAYS_AHEAD, Month, Thing
from ibasho.events.queries.events import hours_of, look_at
from ibasho.events.visibility import Look, look_of
from ibasho.house.coming import ComingLine
from ibasho.lib import clock
from ibasho.lib.spoken_time import moment
from ibasho.rooms.models import Room
from ibasho.rooms.queries.rooms import public_rooms, rooms_for
from ibasho.rooms.queries.timetables import timetable_of

_NEXT = 3
_TO_LEARN_MORE = "入ると、時間と場所が見えます"


def openings_ahead(standpoint: str | None, today: date) -> Iterator[tuple[date, Thing]]:
    """The hours of four weeks, of the rooms this standpoint may see; without one, of the rooms on the list.

    A session that passes midnight stands on the day it begins.
    """
    for room in _rooms(standpoint).prefetch_related("hours", "closed_days"):
        yield from _openings_of(room, today)


def weeks_of_rooms(standpoint: str | None) -> list[tuple[str, list[str]]]:
    """For paper: each of those rooms that has hours, with its usual week in words."""
    return [
        (room.title, clock.week_text((row.weekday, row.opens, row.closes) for row in hours))
        for room in _rooms(standpoint).prefetch_related("hours")
        if (hours := list(room.hours.all()))
    ]


def meetings_in(standpoint: str | None, month: Month, today: date) -> Iterator[tuple[date, Thing]]:
    """The meetings of a month from today on, as much of each as this standpoint may see."""
    begins, ends = max(month.first, today), month.after.first
    events = _published().filter(starts__gte=moment(begins, 0), starts__lt=moment(ends, 0))
    for event in events.prefetch_related("audiences"):
        look = look_at(event, standpoint)
        if look != Look.NOTHING:
            day = clock.tokyo(event.starts).date()
            yield day, _whole(event) if look == Look.WHOLE else _kind_alone(event)


def next_meetings(standpoint: str | None, since: datetime | None = None) -> list[ComingLine]:
    """The next few that this standpoint may see anything of: those that are not over, or begin at `since` or later."""
    ahead = _published().filter(called_off_at__isnull=True).order_by("starts", "pk")
    ahead = ahead.filter(ends__gt=clock.now()) if since is None else ahead.filter(starts__gte=since)
    events = ahead.prefetch_related("audiences").iterator(chunk_size=20)
    looks = ((event, look_at(event, standpoint)) for event in events)
    return [
        _coming(event, look) for event, look in islice((it for it in looks if it[1] != Look.NOTHING), _NEXT)
    ]


def farthest_meeting(standpoint: str | None, today: date) -> date | None:
    """The day of the last meeting that this standpoint may see anything of."""
    rows = EventAudience.objects.filter(event__in=_published().filter(starts__gte=moment(today, 0)))
    starts: dict[datetime, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for event_id, begins, whom in rows.values_list("event_id", "event__starts", "standpoint"):
        starts[begins][event_id].add(whom)
    for begins in sorted(starts, reverse=True):
        if any(
            look_of(whom, standpoint, is_published=True) != Look.NOTHING for whom in starts[begins].values()
        ):
            return clock.tokyo(begins).date()
    return None


def _rooms(standpoint: str | None) -> QuerySet[Room]:
    return public_rooms() if standpoint is None else rooms_for(standpoint)


def _published() -> QuerySet[Event]:
    return Event.objects.filter(published_on__isnull=False)


def _whole(event: Event) -> Thing:
    starts = clock.tokyo(event.starts)
    news = "なくなりました" if event.called_off_at else ""
    where = event.place or event.get_way_display()
    url = f"/events/{event.pk}/"
    return Thing(f"{starts:%H:%M}", hours_of(event), event.title, url, where, event.tags, news)


def _coming(event: Event, look: Look) -> ComingLine:
    day, url = clock.day_text(event.starts), f"/events/{event.pk}/"
    if look == Look.KIND_AND_DAY:
        return ComingLine(event.get_kind_display(), day, _TO_LEARN_MORE, url)
    return ComingLine(event.title, f"{day} {hours_of(event)}", event.place or event.get_way_display(), url)


def _kind_alone(event: Event) -> Thing:
    return Thing("", "", event.get_kind_display(), f"/events/{event.pk}/")


def _openings_of(room: Room, today: date) -> Iterator[tuple[date, Thing]]:
    for opening in timetable_of(room).openings(today, DAYS_AHEAD):
        opens, closes = clock.tokyo(opening.opens_at), clock.tokyo(opening.closes_at)
        midnight = opens.replace(hour=0, minute=0)
        hours = clock.hours_text(_minutes(opens - midnight), _minutes(closes - midnight))
        yield opens.date(), Thing(f"{opens:%H:%M}", hours, room.title, f"/rooms/{room.slug}/")


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60
