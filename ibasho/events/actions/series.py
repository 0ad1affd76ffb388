"""A meeting that comes again: planned, changed, shown, a day left out; each with its way back.

Its days are made half a year ahead. A day that somebody changed by hand, or to which somebody signed up, is never
taken away by the series. The series is locked before its days, their facilitators before all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from ibasho.events.actions.consents import lay_down_usual_consent
from ibasho.events.actions.facilitating import free_facilitators, hold_facilitators
from ibasho.events.actions.locking import lock_event
from ibasho.events.actions.planning import change_to, let_in, must_fit, publish_event, take_back_event
from ibasho.events.models import Event, EventSeries, SeriesAudience, SeriesDayOff
from ibasho.events.plans import EventPlan, plan_of
from ibasho.events.series_plans import AHEAD_DAYS, SeriesPlan, plan_of_series
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import must_have_seen

_NO_DAY = "この決め方では、これから半年のあいだに、ひらく日がありません。"
_NOT_A_DAY = "その日は、もともと、ひらく日ではありません。"
_TAKEN = (
    "{day}は、もう申し込みがあるか、その日だけ変えてあります。"
    "その日のページで「なくなったことにする」を使うと、申し込んだ人にもわかります。"
)
Days = Mapping[date, EventPlan]


@dataclass(frozen=True, slots=True)
class Changed:
    """Names of what changed, and the meetings that stay as they are although the series would have it otherwise."""

    names: Sequence[str]
    kept: Sequence[Event]


def create_series(plan: SeriesPlan, *, over_the_wall: bool) -> EventSeries:
    """A series with its days, which nobody sees yet. Refuses as `create_event`, and `malformed` without any day."""
    with transaction.atomic():
        must_fit(plan.meeting, over_the_wall=over_the_wall)
        lay_down_usual_consent(plan.meeting)
        series = EventSeries.objects.create(**plan.columns)
        _let_in(series, plan)
        days = _days_of(series, plan)
        _must_have_a_day(days)
        _fill(series, days)
    return series


def change_series(series_id: int, plan: SeriesPlan, *, over_the_wall: bool, seen: str) -> Changed:
    """Every day ahead that nobody touched follows, with its sign-ups; one that the rule has no more goes if nobody
    ever signed up to it.

    Refuses `not_found`, and as `create_series` and `change_event`, with the day at which it failed; nothing is
    changed then. Raises `Overtaken`.
    """
    with transaction.atomic():
        series = lock_series(series_id)
        before = plan_of_series(series)
        must_have_seen(seen, before.facts)
        names = [name for name, value in before.facts.items() if plan.facts[name] != value]
        if not names:
            return Changed([], [])
        must_fit(plan.meeting, over_the_wall=over_the_wall, was=before.meeting.sheet_id)
        lay_down_usual_consent(plan.meeting)
        held, was = _hold_days(series), _days_of(series, before)
        if plan.rule.until is None and plan.rule.count is None:  # a series may end, but not by mistake
            _must_have_a_day(_days_of(series, plan))
        _write(series, plan)
        kept = _follow(series, was, held)
    return Changed(names, kept)


def publish_series(series_id: int) -> bool:
    """Show the days ahead, and each that is made from now on; False if it is so already. Refuses `not_found`."""
    with transaction.atomic():
        series = lock_series(series_id)
        if series.published_on is not None:
            return False
        series.published_on = clock.today()
        series.save(update_fields=["published_on"])
        drafts = series.dates.filter(published_on__isnull=True, called_off_at__isnull=True)
        for event_id in _ids(drafts.filter(ends__gt=clock.now())):
            publish_event(event_id)
    return True


def take_back_series(series_id: int) -> list[Event]:
    """Undo `publish_series`; the days to which somebody signed up stay shown, and are returned."""
    kept = []
    with transaction.atomic():
        series = lock_series(series_id)
        series.published_on = None
        series.save(update_fields=["published_on"])
        for event_id in _ids(series.dates.filter(published_on__isnull=False, starts__gt=clock.now())):
            event = lock_event(event_id)
            if event.sign_ups.exists():
                kept.append(event)
            else:
                take_back_event(event_id)
    return kept


def leave_out(series_id: int, day: date) -> list[Event]:
    """That day is not held, and those after it count on without it. Returns what stays as it is.

    Refuses `not_found`, `malformed` for a day that is none of the series, `asked` where somebody signed up or
    changed it.
    """
    with transaction.atomic():
        series = lock_series(series_id)
        held, was = _hold_days(series, day), _days_of(series, plan_of_series(series), until=day)
        if day not in was:
            raise RefusedField("malformed", _NOT_A_DAY, "day")
        _must_be_untouched(series, day, was[day])
        SeriesDayOff.objects.create(series=series, day=day)
        return _follow(series, was, held)


def put_back(series_id: int, day: date) -> list[Event]:
    """Undo `leave_out`. A second time changes nothing."""
    with transaction.atomic():
        series = lock_series(series_id)
        held, was = _hold_days(series), _days_of(series, plan_of_series(series))
        if not series.days_off.filter(day=day).delete()[0]:
            return []
        return _follow(series, was, held)


def make_dates() -> int:
    """Make the days that have come near enough; returns how many. Safe to run twice and in parallel."""
    return sum(_make(series) for series in EventSeries.objects.prefetch_related("audiences", "days_off"))


def lock_series(series_id: int) -> EventSeries:
    """The series, nobody else's until the commit. Refuses `not_found`."""
    series = EventSeries.objects.select_for_update(of=("self",)).filter(pk=series_id).first()
    if series is None:
        raise Refusal("not_found")
    return series


def _make(series: EventSeries) -> int:
    if not _missing(series, _days_of(series, plan_of_series(series))):
        return 0
    with transaction.atomic():
        locked = lock_series(series.pk)
        return _fill(locked, _days_of(locked, plan_of_series(locked)))


def _fill(series: EventSeries, days: Days) -> int:
    missing = _missing(series, days)
    for day in missing:
        event = Event.objects.create(
            **days[day].columns, series=series, series_day=day, published_on=_shown_on(series)
        )
        let_in(event, days[day])
    return len(missing)


def _shown_on(series: EventSeries) -> date | None:
    return clock.today() if series.published_on is not None else None


def _missing(series: EventSeries, days: Days) -> list[date]:
    made = set(series.dates.values_list("series_day", flat=True))
    now, ahead = clock.now(), clock.today() + timedelta(days=AHEAD_DAYS)
    return [day for day, plan in days.items() if day not in made and plan.ends > now and day <= ahead]


def _days_of(series: EventSeries, plan: SeriesPlan, *, until: date | None = None) -> Days:
    """As far as days are made, and as far as they were made before."""
    ahead = clock.today() + timedelta(days=AHEAD_DAYS)
    made: date | None = series.dates.aggregate(last=Max("series_day"))["last"]
    last = max(day for day in (ahead, made, until) if day is not None)
    return plan.days(last, {row.day for row in series.days_off.all()})


def _hold_days(series: EventSeries, day: date | None = None) -> set[int]:
    """The facilitators of all days ahead, and of that `day`: before the first of the days is locked."""
    return hold_facilitators(*_ids(series.dates.filter(Q(starts__gt=clock.now()) | Q(series_day=day))))


def _follow(series: EventSeries, was: Days, held: set[int]) -> list[Event]:
    """Each day ahead from what the series had of it to what it has now, and days that are new."""
    days, now = _days_of(series, plan_of_series(series)), clock.now()
    events = [lock_event(event_id) for event_id in _ids(series.dates.filter(starts__gt=now))]
    kept = [event for event in events if not _follows(event, was, days, held, now)]
    _fill(series, days)
    return kept


def _follows(event: Event, was: Days, days: Days, held: set[int], now: datetime) -> bool:
    """False where it stays as it is although the series would have it otherwise."""
    day = event.series_day
    before, after = (was.get(day), days.get(day)) if day is not None else (None, None)
    present = plan_of(event)
    if present == after or before == after or event.called_off_at is not None:
        return True
    if present != before or (after is not None and after.ends <= now):
        return False
    if after is not None:
        _change(event, present, after, held)
        return True
    if event.sign_ups.exists() or _has_words(event):
        return False
    free_facilitators(event)
    event.delete()
    return True


def _change(event: Event, before: EventPlan, after: EventPlan, held: set[int]) -> None:
    try:
        change_to(event, before, after, held)
    except RefusedField as refusal:
        said = f"{clock.day_text(event.starts)}：{refusal.text}"
        raise RefusedField(refusal.code, said, refusal.field) from refusal


def _must_be_untouched(series: EventSeries, day: date, planned: EventPlan) -> None:
    event_id = series.dates.filter(series_day=day).values_list("pk", flat=True).first()
    if event_id is None:
        return
    event = lock_event(event_id)
    is_touched = plan_of(event) != planned or event.called_off_at is not None or _has_words(event)
    if event.sign_ups.exists() or is_touched:
        raise RefusedField("asked", _TAKEN.format(day=clock.day_text(day)), "day")


def _has_words(event: Event) -> bool:
    """Of its own, which nobody wrote for another day."""
    return bool(event.materials) or event.consent_texts.exists()


def _must_have_a_day(days: Days) -> None:
    now = clock.now()
    if not any(plan.ends > now for plan in days.values()):
        raise RefusedField("malformed", _NO_DAY, "first")


def _write(series: EventSeries, plan: SeriesPlan) -> None:
    for name, value in plan.columns.items():
        setattr(series, name, value)
    series.save()
    series.audiences.all().delete()
    _let_in(series, plan)


def _let_in(series: EventSeries, plan: SeriesPlan) -> None:
    SeriesAudience.objects.bulk_create(
        SeriesAudience(series=series, standpoint=standpoint) for standpoint in plan.meeting.standpoints
    )


def _ids(events: QuerySet[Event]) -> list[int]:
    return list(events.order_by("pk").values_list("pk", flat=True))
