"""Which keeper looks at what, so that two do not collide."""

from __future__ import annotations

from django.db import models

from ibasho.lib.kept import kept
from ibasho.people.models import Keeper

CLAIM_MINUTES = 10
_CLAIM = "見おわるまで。長くても、さいごに見てから1時間。"


class Claim(models.Model):
    """わたしが見ています: a keeper looks at one thing that waits. `at` is their last sign; it counts for ten minutes.

    With `asks` they would rather have another look, and it stands in nobody's way.
    """

    kind = kept(models.CharField(max_length=16), purpose="スタッフが 何を 見ているかです。", until=_CLAIM)
    key = kept(models.CharField(max_length=40), purpose="スタッフが どれを 見ているかです。", until=_CLAIM)
    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="+"),
        purpose="どのスタッフが 見ているかです。ほかのスタッフに 見えます。",
        until=_CLAIM,
    )
    asks = kept(
        models.BooleanField(default=False),
        purpose="ほかのスタッフに 見てもらいたいことです。",
        until=_CLAIM,
    )
    since = kept(models.DateTimeField(), purpose="見はじめた時です。", until=_CLAIM)
    at = kept(models.DateTimeField(), purpose="さいごに 見た時です。", until=_CLAIM)

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_claim_a_thing")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"
