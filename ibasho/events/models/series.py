"""A meeting that comes again: its rule, and what each of its days is made with."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.events.models.plan import MeetingFacts, facts_fit
from ibasho.people.models import Standpoint


class EventSeries(MeetingFacts):
    """くりかえす集まり: a rule, and the facts each of its days is made with. A day of it is an `Event`.

    `opens` and `closes` are minutes after midnight of the day, and may pass 1440.
    """

    shape = models.CharField(max_length=8)
    every = models.PositiveSmallIntegerField(default=1)
    weekdays = models.JSONField(default=list)
    weeks = models.JSONField(default=list)
    month_day = models.SmallIntegerField(null=True)
    months_off = models.JSONField(default=list)
    weeks_off = models.JSONField(default=list)
    rests_on_holidays = models.BooleanField(default=False)
    first = models.DateField()
    until = models.DateField(null=True)
    count = models.PositiveSmallIntegerField(null=True)
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()
    is_numbered = models.BooleanField(default=False, help_text="第1回、第2回と、名前につける。")
    published_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            *facts_fit("series"),
            models.CheckConstraint(
                name="series_shape_known", condition=Q(shape__in=["weekly", "weekday", "day"])
            ),
            models.CheckConstraint(
                name="series_hours_in_order",
                condition=Q(closes__gt=F("opens"), opens__lte=2880, closes__lte=F("opens") + 1440),
            ),
            models.CheckConstraint(
                name="series_ends_at_last", condition=Q(until__isnull=True) | Q(until__gte=F("first"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standpoints(self) -> frozenset[str]:
        """For whom it is."""
        return frozenset(audience.standpoint for audience in self.audiences.all())


class SeriesAudience(models.Model):
    """A standpoint that the days of a series are for."""

    about_no_person = "集まりのつくりです。"

    series = models.ForeignKey(EventSeries, on_delete=models.CASCADE, related_name="audiences")
    standpoint = models.CharField(max_length=12, choices=Standpoint.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "standpoint"], name="one_audience_row_a_series")
        ]

    def __str__(self) -> str:
        return self.get_standpoint_display()


class SeriesDayOff(models.Model):
    """A day of a series that is left out."""

    about_no_person = "集まりのつくりです。"

    series = models.ForeignKey(EventSeries, on_delete=models.CASCADE, related_name="days_off")
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="one_day_off_a_day")]

    def __str__(self) -> str:
        return str(self.day)
