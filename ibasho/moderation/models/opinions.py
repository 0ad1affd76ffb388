"""What a colleague thinks, before a keeper acts on somebody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.people.models import Keeper
from ibasho.rooms.models import Message

_OPINION = "聞いたスタッフが わかるまで。長くても1時間。"


class Opinion(models.Model):
    """ほかのスタッフに聞く: one at a time about the same words, and its short answer. No word of a keeper is kept."""

    class Answer(models.TextChoices):
        NONE = "", "まだ、答えていません"
        GO = "go", "それでいいと思います"
        WAIT = "wait", "もう少し、ようすを見たいです"
        TALK = "talk", "先に、話したいです"

    message = kept(
        models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+"),
        purpose="スタッフが どの書き込みのことで 迷っているかです。",
        until=_OPINION,
    )
    asked_by = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="+"),
        purpose="どのスタッフが 聞いたかです。",
        until=_OPINION,
    )
    asked_at = kept(models.DateTimeField(db_index=True), purpose="聞いた時です。", until=_OPINION)
    answer = kept(
        models.CharField(max_length=4, choices=Answer.choices, blank=True, default=Answer.NONE),
        purpose="ほかのスタッフの 考えです。",
        until=_OPINION,
    )
    answered_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 答えたかです。",
        until=_OPINION,
    )

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="an_opinion_is_one_of_three", condition=Q(answer__in=["", "go", "wait", "talk"])
            ),
            models.CheckConstraint(
                name="nobody_answers_themself",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"opinion {self.pk}"
