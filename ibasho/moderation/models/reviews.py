"""Second looks at acts, and what the screening may learn from them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.acts import ERASED, WORDS_BYTES

DUE_DAYS = 7  # within which somebody has looked again
CANDIDATE_DAYS = 180
_REVIEW = "結果が 出てから 30日。"


class ReviewRequest(models.Model):
    """もう一度 見てほしい: one an act. Another keeper than who acted decides, once."""

    class Outcome(models.TextChoices):
        WAITING = "", "待っています"
        OVERTURNED = "overturned", "前の判断を とりけしました"
        UPHELD = "upheld", "前の判断の ままにしました"

    code_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="どの声かけの 見直しかです。番号そのものには もどせません。",
        until=_REVIEW,
    )
    asked_at = kept(models.DateTimeField(db_index=True), purpose="お願いされた時です。", until=_REVIEW)
    words = kept(models.TextField(blank=True), purpose="見直す人が 読むためです。", until=_REVIEW + ERASED)
    about_dying = kept(
        models.BooleanField(default=False), purpose="スタッフが 先に読むためです。", until=_REVIEW
    )
    marks = kept(
        models.CharField(max_length=80, blank=True, default=""),
        purpose="スタッフが、心づもりをしてから 読むためです。",
        until=_REVIEW + ERASED,
    )
    outcome = kept(
        models.CharField(max_length=16, choices=Outcome, blank=True, default=Outcome.WAITING),
        purpose="見直しの 結果です。番号で たしかめられます。",
        until=_REVIEW,
    )
    decided_at = kept(
        models.DateTimeField(null=True, db_index=True), purpose="結果が 出た時です。", until=_REVIEW
    )
    decided_by = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 決めたかです。声をかけた人とは 別の人です。",
        until=_REVIEW,
    )
    rule_key = kept(
        models.CharField(max_length=40, blank=True), purpose="そのままにした 理由の 約束です。", until=_REVIEW
    )
    reply = kept(
        models.CharField(max_length=WORDS_BYTES, blank=True),
        purpose="見直したスタッフから あなたへの ひとことです。",
        until=_REVIEW + ERASED,
    )

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_review_is_decided_whole",
                condition=Q(outcome="", decided_at__isnull=True)
                | Q(outcome__in=["overturned", "upheld"], decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return "review"

    @property
    def due_at(self) -> datetime:
        """By then somebody has looked again."""
        return self.asked_at + timedelta(days=DUE_DAYS)


class ScreeningCandidate(models.Model):
    """A line like one that was hidden by mistake: may become one of the tests of the screening."""

    line = kept(
        models.CharField(max_length=WORDS_BYTES),
        purpose="同じ まちがいを しないように、しくみを ためすための 言葉です。だれの言葉かは、残していません。",
        until="180日。",
    )
    noted_on = kept(models.DateField(db_index=True), purpose="消す日を 決めるためです。", until="180日。")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["line"], name="one_candidate_a_line")]

    def __str__(self) -> str:
        return self.line
