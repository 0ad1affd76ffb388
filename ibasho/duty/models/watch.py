"""A keeper's time on duty, and what one shift tells the next."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.lib.kept import kept
from ibasho.people.models import Keeper

DUTY_DAYS = 90
HANDOVER_DAYS = 90
MOST_HOURS = 12
HANDOVER_GRAPHEMES = 1000
_DUTY = "当番が終わってから90日。"
_HANDOVER = "書いてから90日。"
_LATE = "入りなおして のこすまで。長くても 30分あまり。"
LATE_MINUTES = 30


class Duty(models.Model):
    """One keeper's watch, from taking it to its end. `there_at`: the last sign that they really are there."""

    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="duties"),
        purpose="どのスタッフの当番かです。",
        until=_DUTY,
    )
    taken_at = kept(models.DateTimeField(), purpose="当番に ついた時です。", until=_DUTY)
    until = kept(models.DateTimeField(), purpose="当番を 終える予定の時です。", until=_DUTY)
    ended_at = kept(models.DateTimeField(null=True), purpose="当番が 終わった時です。", until=_DUTY)
    is_first = kept(
        models.BooleanField(default=False),
        purpose="慣れた人の そばでする、はじめての当番かどうかです。人数には 入りません。",
        until=_DUTY,
    )
    there_at = kept(
        models.DateTimeField(null=True),
        purpose="スタッフが ほんとうに いるかを たしかめるためです。",
        until="当番が 終わるまで。",
    )
    stepped_out_at = kept(
        models.DateTimeField(null=True),
        purpose="少し 席を はなれていることです。",
        until="もどるか、当番が 終わるまで。",
    )

    class Meta:
        ordering = ["taken_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["keeper"], condition=Q(ended_at__isnull=True), name="one_duty_at_a_time"
            ),
            models.CheckConstraint(name="duty_ends_later", condition=Q(until__gt=F("taken_at"))),
            models.CheckConstraint(
                name="an_ended_duty_forgets_presence",
                condition=Q(ended_at__isnull=True) | Q(there_at__isnull=True, stepped_out_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taken_at} – {self.until}"


class HandoverNote(models.Model):
    """What the next keepers should know: what happened (事実), and what was agreed (方針)."""

    author = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="handovers"),
        purpose="どのスタッフが 書いたかです。",
        until=_HANDOVER,
    )
    duty = kept(
        models.ForeignKey(Duty, on_delete=models.SET_NULL, null=True, related_name="handovers"),
        purpose="どの当番の 申し送りかです。",
        until=_HANDOVER,
    )
    written_at = kept(models.DateTimeField(db_index=True), purpose="書いた時です。", until=_HANDOVER)
    facts = kept(
        models.TextField(blank=True), purpose="次の当番に、あったことを 伝えるためです。", until=_HANDOVER
    )
    plan = kept(models.TextField(blank=True), purpose="次の当番に、方針を 伝えるためです。", until=_HANDOVER)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.written_at)


class HandoverRead(models.Model):
    """A keeper has read a handover note."""

    note = kept(
        models.ForeignKey(HandoverNote, on_delete=models.CASCADE, related_name="reads"),
        purpose="どの申し送りかです。",
        until=_HANDOVER,
    )
    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="handover_reads"),
        purpose="どのスタッフが 読んだかです。",
        until=_HANDOVER,
    )
    read_on = kept(models.DateField(), purpose="読んだ日です。", until=_HANDOVER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "keeper"], name="one_read_mark")]

    def __str__(self) -> str:
        return str(self.read_on)


class LateHandover(models.Model):
    """A handover note that was sent after the session had ended: sealed, for its writer alone, once in again."""

    keeper = kept(
        models.OneToOneField(Keeper, on_delete=models.CASCADE, related_name="+"),
        purpose="どのスタッフが 書いたかです。",
        until=_LATE,
    )
    words = kept(
        models.TextField(),
        purpose="入りなおしたときに、書いた言葉を もどすためです。かぎをかけて しまいます。",
        until=_LATE,
    )
    at = kept(models.DateTimeField(), purpose="送った時です。", until=_LATE)

    def __str__(self) -> str:
        return str(self.at)
