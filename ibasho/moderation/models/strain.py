"""How heavy a keeper's time on duty was, so that nobody carries it alone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.duty.models import Duty
from ibasho.lib.kept import kept
from ibasho.people.models import Keeper

MANY_HARD_TEXTS = 5
TALK_HOURS = 2
STRAIN_DAYS = 2
_STRAIN = f"当番が終わってから{STRAIN_DAYS}日。"


class Strain(models.Model):
    """One row a duty: how many hard texts, when something hard happened, and a wish to talk. Never what was read."""

    duty = kept(
        models.OneToOneField(Duty, on_delete=models.CASCADE, related_name="+"),
        purpose="どの当番の ことかです。",
        until=_STRAIN,
    )
    opened = kept(
        models.PositiveIntegerField(default=0),
        purpose="重い言葉を 見すぎないように、数だけを 数えます。何を 見たかは 残しません。",
        until=_STRAIN,
    )
    hard_at = kept(
        models.DateTimeField(null=True),
        purpose="命にかかわることなどの あとに、休みを すすめるためです。",
        until=_STRAIN,
    )
    offers_break = kept(
        models.BooleanField(default=False), purpose="休みを すすめているかどうかです。", until=_STRAIN
    )
    asked_at = kept(
        models.DateTimeField(null=True), purpose="だれかと話したいと 伝えた時です。", until=_STRAIN
    )
    answered_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="「います」と 答えたスタッフです。",
        until=_STRAIN,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_break_is_offered_after_something_hard",
                condition=Q(offers_break=False) | Q(hard_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answer_needs_a_wish_to_talk",
                condition=Q(answered_by__isnull=True) | Q(asked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"strain of duty {self.duty_id}"
