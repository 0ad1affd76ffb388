"""当番表: who means to keep watch when, and who is asked to do it instead."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.duty.models.watch import Duty
from ibasho.lib.kept import kept
from ibasho.people.models import Keeper

_SHIFT = "当番の時間が 終わってから90日。"


class Shift(models.Model):
    """A duty that is planned. Which rooms it covers is known to the rooms. One called off stays in sight."""

    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="shifts"),
        purpose="どのスタッフの当番の予定かです。",
        until=_SHIFT,
    )
    starts = kept(models.DateTimeField(), purpose="当番が はじまる予定の時です。", until=_SHIFT)
    ends = kept(models.DateTimeField(db_index=True), purpose="当番が 終わる予定の時です。", until=_SHIFT)
    planned_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 決めた予定かです。",
        until=_SHIFT,
    )
    called_off_at = kept(models.DateTimeField(null=True), purpose="予定が なくなった時です。", until=_SHIFT)

    class Meta:
        ordering = ["starts", "id"]
        constraints = [models.CheckConstraint(name="shift_ends_later", condition=Q(ends__gt=F("starts")))]

    def __str__(self) -> str:
        return f"{self.starts} – {self.ends}"


class StandIn(models.Model):
    """代わり: a keeper looks for another, for a shift to come or for the duty that goes on now."""

    shift = kept(
        models.ForeignKey(Shift, on_delete=models.CASCADE, null=True, related_name="stand_ins"),
        purpose="どの予定の 代わりかです。",
        until=_SHIFT,
    )
    duty = kept(
        models.ForeignKey(Duty, on_delete=models.CASCADE, null=True, related_name="stand_ins"),
        purpose="どの当番の 代わりかです。",
        until=_SHIFT,
    )
    asked_by = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="stand_ins_asked"),
        purpose="どのスタッフが さがしているかです。",
        until=_SHIFT,
    )
    asked_at = kept(models.DateTimeField(), purpose="さがしはじめた時です。", until=_SHIFT)
    taken_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="stand_ins_taken"),
        purpose="どのスタッフが かわったかです。",
        until=_SHIFT,
    )
    taken_at = kept(models.DateTimeField(null=True), purpose="かわる人が 決まった時です。", until=_SHIFT)
    withdrawn_at = kept(models.DateTimeField(null=True), purpose="さがすのを やめた時です。", until=_SHIFT)
    seen_at = kept(
        models.DateTimeField(null=True),
        purpose="さがした人が、決まったことを 読んだ時です。",
        until=_SHIFT,
    )

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="stand_in_for_one_thing",
                condition=Q(shift__isnull=False, duty__isnull=True)
                | Q(shift__isnull=True, duty__isnull=False),
            ),
            models.CheckConstraint(
                name="stand_in_ends_once",
                condition=Q(taken_at__isnull=True, taken_by__isnull=True, seen_at__isnull=True)
                | Q(withdrawn_at__isnull=True, taken_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_stand_in_a_shift",
            ),
            models.UniqueConstraint(
                fields=["duty"],
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_stand_in_a_duty",
            ),
        ]

    def __str__(self) -> str:
        return str(self.asked_at)
