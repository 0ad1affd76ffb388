"""Who facilitates which meeting, and where somebody is still missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from ibasho.duty import readiness
from ibasho.events.models import Event, EventShift
from ibasho.lib import clock, spoken_time
from ibasho.rooms.plans import MEETING_KEEPERS
from ibasho.rooms.queries.roster import Gap


@dataclass(frozen=True, slots=True)
class Facilitator:
    """One planned duty for a meeting. `stand_in`: the open request for it. A learner is beside, and not counted."""

    shift_id: int
    keeper_id: int
    keeper: str
    stand_in: int | None
    is_called_off: bool
    counts: bool


def live_shifts(event: Event) -> QuerySet[EventShift]:
    """Those that are not called off."""
    rows = EventShift.objects.filter(event=event, shift__called_off_at__isnull=True)
    return rows.select_related("shift__keeper").order_by("pk")


def facilitators_of(events: Iterable[Event]) -> Mapping[int, list[Facilitator]]:
    """By event. Two queries, however many there are; three where somebody is planned."""
    rows = EventShift.objects.filter(event__in=[event.pk for event in events])
    rows = rows.select_related("shift__keeper").prefetch_related("shift__stand_ins").order_by("pk")
    found: dict[int, list[Facilitator]] = defaultdict(list)
    learners = readiness.learners()
    for row in rows:
        found[row.event_id].append(_facilitator(row, learners))
    return found


def missing_at(event: Event, facilitators: Iterable[Facilitator]) -> int:
    """How many are needed still."""
    return max(0, event.facilitators_needed - len({one.keeper_id for one in facilitators if one.counts}))


def is_preparing(event: Event) -> bool:
    """Whether somebody is missing still. Without a query where nobody is needed."""
    return bool(event.facilitators_needed and missing_at(event, facilitators_of([event])[event.pk]))


def facilitates(keeper_id: int, event_id: int) -> bool:
    """Whether this keeper is planned for it, also while a stand-in is looked for; who learns beside them is not."""
    rows = EventShift.objects.filter(event=event_id, shift__keeper=keeper_id)
    is_planned = rows.filter(shift__called_off_at__isnull=True).exists()
    return is_planned and keeper_id not in readiness.learners()


def lacking(first: date, days: int) -> list[Gap]:
    """Meetings of these days that somebody is missing at, as the roster tells of rooms."""
    begin, end = spoken_time.moment(first, 0), spoken_time.moment(first + timedelta(days=days), 0)
    events = Event.objects.filter(starts__gte=begin, starts__lt=end, ends__gt=clock.now())
    # of a meeting with a room of its own the roster tells by that room's hours
    in_room = Q(own_room__room__opens_at__isnull=False, facilitators_needed__lte=MEETING_KEEPERS)
    wanted = list(events.filter(~in_room, called_off_at__isnull=True, facilitators_needed__gt=0))
    planned = facilitators_of(wanted)
    gaps = [
        Gap(event.title, event.starts, event.ends, missing_at(event, planned[event.pk])) for event in wanted
    ]
    return [gap for gap in gaps if gap.missing]


def names_of_shifts(shift_ids: Collection[int]) -> Mapping[int, str]:
    """What each of these duties is for, where it is a meeting."""
    rows = EventShift.objects.filter(shift__in=shift_ids)
    return dict(rows.values_list("shift_id", "event__title"))


def _facilitator(row: EventShift, learners: Collection[int]) -> Facilitator:
    shift = row.shift
    is_off = shift.called_off_at is not None
    asked = [one.pk for one in shift.stand_ins.all() if one.taken_at is None and one.withdrawn_at is None]
    return Facilitator(
        shift_id=shift.pk,
        keeper_id=shift.keeper_id,
        keeper=shift.keeper.duty_name,
        stand_in=asked[0] if asked else None,
        is_called_off=is_off,
        counts=not is_off and not asked and shift.keeper_id not in learners,
    )
