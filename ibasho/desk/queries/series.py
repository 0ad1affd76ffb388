"""Series of meetings as the desk shows them: which there are, and the days of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from ibasho.events.models import Event, EventSeries, SignUp
from ibasho.events.plans import EventPlan, plan_of
from ibasho.events.queries.events import hours_of
from ibasho.events.recurrence import Rule, rule_text
from ibasho.events.series_plans import AHEAD_DAYS, plan_of_series, rule_of
from ibasho.lib import clock
from ibasho.lib.errors import Refusal

_DAY_MINUTES = 24 * 60
_BY_HAND = "この日だけ、かえてあります。くりかえしをかえても、このままです。"
_NO_MORE = "くりかえしには、もうない日です。申し込みがあったので、残しています。"


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """`next_day` is empty where nothing is ahead."""

    series: EventSeries
    rule: str
    next_day: str


@dataclass(frozen=True, slots=True)
class SeriesDay:
    """A day ahead. `note` says why it does not follow the series; `parties` mean to come or wait.

    Of a night that begins at 25時 `day` is the one before, as the rule says it and as a day off is written.
    """

    event: Event
    day: str
    hours: str
    state: str
    note: str
    parties: int


def series_of(series_id: int) -> EventSeries:
    """Refuses `not_found`."""
    rows = EventSeries.objects.prefetch_related("audiences", "days_off").select_related("sheet")
    series = rows.filter(pk=series_id).first()
    if series is None:
        raise Refusal("not_found")
    return series


def all_series() -> list[SeriesLine]:
    """Those that go on first."""
    ahead = Event.objects.filter(ends__gt=clock.now(), series__isnull=False, called_off_at__isnull=True)
    next_days: dict[int | None, str] = {}
    for event in ahead.order_by("starts", "pk"):
        next_days.setdefault(event.series_id, f"{clock.day_text(event.starts)} {hours_of(event)}")
    lines = [
        SeriesLine(series, rule_text(rule_of(series)), next_days.get(series.pk, ""))
        for series in EventSeries.objects.order_by("-pk")
    ]
    return sorted(lines, key=lambda line: not line.next_day)


def days_ahead(series: EventSeries) -> Sequence[SeriesDay]:
    """Those that are not over, in order."""
    plan = plan_of_series(series)
    parties = Count("sign_ups", filter=~Q(sign_ups__state__in=_GONE))
    rows = series.dates.filter(ends__gt=clock.now()).annotate(parties=parties)
    events = list(rows.prefetch_related("audiences").order_by("starts", "pk"))
    last = max([clock.today() + timedelta(days=AHEAD_DAYS), *(row.series_day or date.min for row in events)])
    planned = plan.days(last, {row.day for row in series.days_off.all()})
    return [
        _day(event, planned.get(event.series_day or date.min), plan.rule, event.parties) for event in events
    ]


_GONE = (SignUp.State.WITHDRAWN, SignUp.State.REFERRED)


def _day(event: Event, planned: EventPlan | None, rule: Rule, parties: int) -> SeriesDay:
    day, hours = clock.day_text(event.starts), hours_of(event)
    if event.series_day and rule.opens >= _DAY_MINUTES and plan_of(event) == planned:
        day, hours = clock.day_text(event.series_day), clock.hours_text(rule.opens, rule.closes)
    return SeriesDay(event, day, hours, _state(event), _note(event, planned), parties)


def _state(event: Event) -> str:
    if event.called_off_at is not None:
        return "なくなりました"
    return "下書き" if event.published_on is None else "予定に出ています"


def _note(event: Event, planned: EventPlan | None) -> str:
    if event.called_off_at is not None:
        return ""
    if planned is None:
        return _NO_MORE
    return "" if plan_of(event) == planned else _BY_HAND
