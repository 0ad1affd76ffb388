"""A meeting as it is planned: what, when, for whom, and how many seats."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.functional import cached_property

from ibasho.events.models.asking import QuestionSheet
from ibasho.lib.ready import ready
from ibasho.people.models import Standpoint

MOST_PARTY = 4
LINK_LETTERS = 500


class MeetingFacts(models.Model):
    """What is decided about a meeting but for its day: of one meeting, or of a series of them."""

    about_no_person = "集まりのつくりです。"

    class Kind(models.TextChoices):
        FAMILY_MEETING = "family_meeting", "家族会"
        FAMILY_CLASS = "family_class", "家族教室"
        SIBLING_MEETING = "sibling_meeting", "きょうだい会"
        PEER_MEETING = "peer_meeting", "当事者会"
        ACTIVITY = "activity", "活動"
        BRIEFING = "briefing", "説明会"

    class Way(models.TextChoices):
        ONLINE = "online", "オンライン"
        PLACE = "place", "来るところ"
        BOTH = "both", "どちらでも"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=40)
    about = models.TextField(blank=True)
    flow = models.TextField(blank=True, help_text="どうなるの？ 1行に1つ。空は、種類ごとの文。")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.ONLINE)
    place = models.CharField(max_length=120, blank=True)
    meeting_point = models.CharField(max_length=120, blank=True)
    cost = models.CharField(max_length=60, default="かかりません")
    bring = models.CharField(max_length=200, blank=True)
    is_short = models.BooleanField(default=False, help_text="短時間")
    is_at_home = models.BooleanField(default=False, help_text="在宅")
    is_just_looking = models.BooleanField(default=False, help_text="見学だけOK")
    closes_before = models.PositiveIntegerField(
        default=0, help_text="申し込みを しめきるのは、はじまりの何分前か。0は、終わるまで。"
    )
    capacity = models.PositiveSmallIntegerField(null=True, help_text="空は、きめない。")
    newcomer_seats = models.PositiveSmallIntegerField(default=0)
    most_party = models.PositiveSmallIntegerField(default=1)
    keeps_line = models.BooleanField(default=True, help_text="いっぱいのとき、待てる。")
    has_intake = models.BooleanField(default=False, help_text="事前の面談がある。")
    asks_consent = models.BooleanField(default=False)
    sheet = models.ForeignKey(QuestionSheet, on_delete=models.PROTECT, null=True, related_name="+")
    facilitators_needed = models.PositiveSmallIntegerField(
        default=0, help_text="進行役が何人いると、ひらけるか。たりないあいだは、準備中。"
    )
    link = models.CharField(
        max_length=LINK_LETTERS, blank=True, help_text="外の会議。参加する方だけに、その時間にだけ見えます。"
    )

    class Meta:
        abstract = True

    @property
    def tags(self) -> tuple[str, ...]:
        """What makes it easier to come, in a few words."""
        ticked = ((self.is_short, "短時間"), (self.is_at_home, "在宅"), (self.is_just_looking, "見学だけOK"))
        return tuple(word for is_so, word in ticked if is_so)


def facts_fit(name: str) -> list[models.CheckConstraint]:
    """What holds of the facts, as constraints of the table that keeps them."""
    return [
        models.CheckConstraint(
            name=f"{name}_kind_known",
            condition=Q(
                kind__in=[
                    "family_meeting",
                    "family_class",
                    "sibling_meeting",
                    "peer_meeting",
                    "activity",
                    "briefing",
                ]
            ),
        ),
        models.CheckConstraint(
            name=f"{name}_has_a_place",
            condition=Q(way="online") | (Q(way__in=["place", "both"]) & ~Q(place="")),
        ),
        models.CheckConstraint(
            name=f"{name}_newcomers_fit",
            condition=Q(capacity__isnull=True, newcomer_seats=0)
            | Q(capacity__isnull=False, newcomer_seats__lte=F("capacity")),
        ),
        models.CheckConstraint(
            name=f"{name}_party_of_four_at_most",
            condition=Q(most_party__gte=1, most_party__lte=MOST_PARTY),
        ),
    ]


class Event(MeetingFacts):
    """One meeting. Seats are counted from the sign-ups each time; no counter of them is kept.

    `vacancy` grows whenever seats become free for others and never falls: who was asked at this number is not
    asked about the same seat again. `series_day` is the day it was planned for, whenever it is held now.
    """

    starts = models.DateTimeField(db_index=True)
    ends = models.DateTimeField()
    series = models.ForeignKey(
        "events.EventSeries", on_delete=models.PROTECT, null=True, related_name="dates"
    )
    series_day = models.DateField(null=True)
    materials = models.TextField(blank=True, help_text="資料。1行に1つ。来る方だけに見える。")
    vacancy = models.BigIntegerField(default=0)
    published_on = models.DateField(null=True)
    moved_on = models.DateField(null=True, help_text="出したあとに、日時か場所をかえた日。")
    brought_back_on = models.DateField(null=True, help_text="なくなったあとに、またあることにした日。")
    called_off_at = models.DateTimeField(null=True)
    call_off_words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["starts", "id"]
        constraints = [
            *facts_fit("event"),
            models.CheckConstraint(name="event_ends_later", condition=Q(ends__gt=F("starts"))),
            models.UniqueConstraint(fields=["series", "series_day"], name="one_meeting_a_day_of_a_series"),
            models.CheckConstraint(
                name="a_day_of_a_series_has_its_day",
                condition=Q(series__isnull=True, series_day__isnull=True)
                | Q(series__isnull=False, series_day__isnull=False),
            ),
            models.CheckConstraint(
                name="event_called_off_says_so",
                condition=Q(call_off_words="") | Q(called_off_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_on(self) -> bool:
        """Seats may be given: published, and not called off."""
        return self.published_on is not None and self.called_off_at is None

    @cached_property
    def standpoints(self) -> frozenset[str]:
        """For whom it is, as it was read."""
        fetched = getattr(self, "_prefetched_objects_cache", {}).get("audiences")
        if fetched is None:
            return frozenset(_standpoints_of(self.pk))
        return frozenset(audience.standpoint for audience in fetched)


@ready
def _standpoints_of(event_id: int) -> QuerySet[EventAudience, str]:
    return EventAudience.objects.filter(event=event_id).values_list("standpoint", flat=True)


class EventAudience(models.Model):
    """A standpoint that a meeting is for."""

    about_no_person = "集まりのつくりです。"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="audiences")
    standpoint = models.CharField(max_length=12, choices=Standpoint.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "standpoint"], name="one_audience_row_an_event")
        ]

    def __str__(self) -> str:
        return self.get_standpoint_display()
