"""Who facilitates a meeting: a planned duty like any other, for a meeting in place of rooms."""

from __future__ import annotations

from django.db import models

from ibasho.duty.models import Shift
from ibasho.events.models.plan import Event
from ibasho.lib.kept import kept

_SHIFT = "当番の時間が終わってから90日。"


class EventShift(models.Model):
    """A planned duty means to facilitate this meeting. Stand-ins and clashes are the roster's."""

    shift = kept(
        models.OneToOneField(Shift, on_delete=models.CASCADE, related_name="meeting"),
        purpose="どの当番の予定かです。",
        until=_SHIFT,
    )
    event = kept(
        models.ForeignKey(Event, on_delete=models.CASCADE, related_name="shifts"),
        purpose="どの集まりの当番の予定かです。",
        until=_SHIFT,
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.shift} {self.event}"
