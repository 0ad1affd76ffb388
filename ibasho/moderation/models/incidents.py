"""One danger to one life: from the moment the house learned of it until a keeper closes it, step by step."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.acts import ERASED
from ibasho.people.models import Keeper
from ibasho.rooms.models import Room, Seat

INCIDENT_DAYS = 90
FACTS_GRAPHEMES = 1000
_INCIDENT = "終わってから90日。"


class Incident(models.Model):
    """命が心配なこと, about one seat or, if nobody knows whose, about a room. One at a time is open for a seat.

    What stands here is how it is now; who did what at which moment stands in its steps.
    """

    class Level(models.TextChoices):
        LOOK = "look", "見てください"
        NOW = "now", "いますぐ見てください"

    class Outcome(models.TextChoices):
        TALKED = "talked", "話を聞いた"
        CONNECTED = "connected", "ほかの窓口につないだ"
        EMERGENCY = "emergency", "119・110に連絡した"
        LOST = "lost", "話せないまま、いなくなった"
        NO_DANGER = "no_danger", "命の心配ではなかった"

    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+"),
        purpose="どの部屋の ことかです。",
        until=_INCIDENT,
    )
    seat = kept(
        models.ForeignKey(Seat, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どの席の ことかです。だれの席かは、スタッフにも 見えません。",
        until=_INCIDENT + ERASED,
    )
    level = kept(
        models.CharField(max_length=4, choices=Level.choices),
        purpose="どれだけ 急ぐかです。",
        until=_INCIDENT,
    )
    about_other = kept(
        models.BooleanField(),
        purpose="書いた方ではなく、身近な方の ことかもしれないかです。",
        until=_INCIDENT,
    )
    begun_at = kept(models.DateTimeField(), purpose="いつ 分かったかです。", until=_INCIDENT)
    alerted_at = kept(
        models.DateTimeField(),
        purpose="スタッフに 知らせた時です。1分 だれも見ないと、ほかの人にも 知らせます。",
        until=_INCIDENT,
    )
    called_for = kept(
        models.DateTimeField(null=True),
        purpose="同じことを、2回 知らせないためです。",
        until=_INCIDENT,
    )
    seen_at = kept(models.DateTimeField(null=True), purpose="スタッフが 見た時です。", until=_INCIDENT)
    seen_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="見たスタッフが いなくなったときに、もう一度 知らせるためです。",
        until=_INCIDENT,
    )
    taken_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 見ているかです。",
        until=_INCIDENT,
    )
    quiet_room = kept(
        models.OneToOneField(Room, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どの静かな部屋で 話すかです。",
        until="静かな部屋が なくなるまで。",
    )
    invited_at = kept(
        models.DateTimeField(null=True), purpose="静かな部屋のことを お知らせした時です。", until=_INCIDENT
    )
    closed_at = kept(
        models.DateTimeField(null=True, db_index=True), purpose="終わりにした時です。", until=_INCIDENT
    )
    outcome = kept(
        models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=""),
        purpose="どうなったかです。",
        until=_INCIDENT,
    )
    facts = kept(
        models.TextField(blank=True),
        purpose="あったことを、次の当番に 伝えるためです。",
        until=_INCIDENT + ERASED,
    )
    told_at = kept(
        models.DateTimeField(null=True), purpose="終わったあとに、お便りを 出した時です。", until=_INCIDENT
    )
    writer_told_at = kept(
        models.DateTimeField(null=True),
        purpose="言葉の うつしがあることを、書いた方に 伝えた時です。",
        until=_INCIDENT,
    )

    class Meta:
        ordering = ["begun_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(closed_at__isnull=True), name="one_open_incident_per_seat"
            ),
            models.CheckConstraint(
                name="a_closed_incident_says_how",
                condition=Q(closed_at__isnull=True, outcome="", told_at__isnull=True)
                | Q(
                    closed_at__isnull=False,
                    outcome__in=["talked", "connected", "emergency", "lost", "no_danger"],
                ),
            ),
            models.CheckConstraint(
                name="a_taken_incident_was_seen",
                condition=Q(taken_by__isnull=True) | Q(seen_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_incident_is_seen_at_some_time",
                condition=Q(seen_by__isnull=True) | Q(seen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look after it."""
        return self.closed_at is None


class IncidentWords(models.Model):
    """Words that say why: found by the screening, told by somebody, or pointed at by a keeper. And, without words,
    that the person asks for a talk.
    """

    class Origin(models.TextChoices):
        FOUND = "found", "しくみが気づきました"
        TOLD = "told", "知らせがありました"
        BY_HAND = "by_hand", "スタッフが気づきました"
        ASKED = "asked", "本人が、静かな部屋で話したいと伝えました"

    incident = kept(
        models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="words"),
        purpose="どの記録の 言葉かです。",
        until=_INCIDENT,
    )
    origin = kept(
        models.CharField(max_length=8, choices=Origin.choices),
        purpose="どうして 分かったかです。",
        until=_INCIDENT,
    )
    message_key = kept(models.UUIDField(null=True), purpose="どの書き込みの ことかです。", until=_INCIDENT)
    seal = kept(
        models.ForeignKey("moderation.SealedText", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="そのときの 言葉の うつしです。",
        until=_INCIDENT,
    )
    concern = kept(
        models.ForeignKey("moderation.Concern", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どの知らせから はじまったかです。",
        until="知らせが なくなるまで。",
    )
    at = kept(models.DateTimeField(), purpose="いつの ことかです。", until=_INCIDENT)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "message_key", "origin"], name="words_join_an_incident_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.origin}"


class IncidentStep(models.Model):
    """One moment of an incident, never changed."""

    class What(models.TextChoices):
        BEGUN = "begun", "はじまりました"
        JOINED = "joined", "言葉がふえました"
        RAISED = "raised", "「いますぐ」になりました"
        SEEN = "seen", "見ました"
        TAKEN = "taken", "「わたしが見ます」と言いました"
        RELEASED = "released", "ほかの人にまかせました"
        ABSENT = "absent", "見ていた人がいないので、もう一度みなに知らせました"
        WISHED = "wished", "本人が、静かな部屋で話したいと伝えました"
        QUIET_ASKED = "quiet_asked", "静かな部屋を用意しました"
        QUIET_JOINED = "quiet_joined", "静かな部屋に来ました"
        QUIET_CALLED = "quiet_called", "静かな部屋に、もう一人をよびました"
        CALL_LIFTED = "call_lifted", "もう一人をよぶのを、やめました"
        QUIET_OPENED = "quiet_opened", "静かな部屋があき、本人にお知らせしました"
        QUIET_CLOSED = "quiet_closed", "静かな部屋を終わりにしました"
        CALLED = "called", "緊急の連絡先に、知らせはじめました"
        REACHED = "reached", "緊急の連絡先に、送りました"
        CLOSED = "closed", "終わりにしました"
        REOPENED = "reopened", "もう一度ひらきました"
        TOLD = "told", "本人に、お便りを出しました"

    incident = kept(
        models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="steps"),
        purpose="どの記録の ことかです。",
        until=_INCIDENT,
    )
    what = kept(
        models.CharField(max_length=12, choices=What.choices), purpose="何が あったかです。", until=_INCIDENT
    )
    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが したかです。",
        until=_INCIDENT,
    )
    at = kept(models.DateTimeField(), purpose="いつ あったかです。", until=_INCIDENT)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.what}"
