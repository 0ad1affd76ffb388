"""What is decided about a series of meetings at the desk: the act and its line in the log, in one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from ibasho.events import actions as events
from ibasho.events.models import EventSeries
from ibasho.events.series_plans import SeriesPlan
from ibasho.moderation.actions import append_log
from ibasho.people.queries import KeeperFacts


def create_series(keeper: KeeperFacts, plan: SeriesPlan, *, over_the_wall: bool) -> EventSeries:
    """Refuses as `events.actions.create_series`."""
    with transaction.atomic():
        series = events.create_series(plan, over_the_wall=over_the_wall)
        crossed = plan.meeting.stands_over_the_wall
        _log(keeper, "create_series", series.pk, over_the_wall=crossed)
    return series


def change_series(
    keeper: KeeperFacts, series_id: int, plan: SeriesPlan, *, over_the_wall: bool, seen: str
) -> None:
    """Refuses as `events.actions.change_series`."""
    with transaction.atomic():
        changed = events.change_series(series_id, plan, over_the_wall=over_the_wall, seen=seen)
        if changed.names:
            kept = [event.pk for event in changed.kept]
            crossed = "standpoints" in changed.names and plan.meeting.stands_over_the_wall
            names = list(changed.names)
            _log(keeper, "change_series", series_id, changed=names, kept=kept, over_the_wall=crossed)


def publish_series(keeper: KeeperFacts, series_id: int) -> None:
    with transaction.atomic():
        if events.publish_series(series_id):
            _log(keeper, "publish_series", series_id)


def take_back_series(keeper: KeeperFacts, series_id: int) -> None:
    with transaction.atomic():
        kept = events.take_back_series(series_id)
        _log(keeper, "take_back_series", series_id, kept=[event.pk for event in kept])


def leave_out(keeper: KeeperFacts, series_id: int, day: date) -> None:
    """Refuses as `events.actions.leave_out`."""
    with transaction.atomic():
        events.leave_out(series_id, day)
        _log(keeper, "leave_out_day", series_id, day=day.isoformat())


def put_back(keeper: KeeperFacts, series_id: int, day: date) -> None:
    with transaction.atomic():
        events.put_back(series_id, day)
        _log(keeper, "put_back_day", series_id, day=day.isoformat())


def _log(keeper: KeeperFacts, verb: str, series_id: int, **more: Any) -> None:
    append_log(keeper.keeper_id, verb, detail={"series": series_id} | more)
