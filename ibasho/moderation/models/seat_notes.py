"""What keepers tell one another about a seat, for the person there to read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.acts import ERASED
from ibasho.people.models import Keeper
from ibasho.rooms.models import Seat

SEAT_NOTE_DAYS = 14
SEAT_NOTE_GRAPHEMES = 200
SEAT_NOTE_BYTES = 800
MOST_SEAT_NOTES = 10
_NOTE = f"書いてから{SEAT_NOTE_DAYS}日。席が なくなったときは、そのとき。" + ERASED


class SeatNote(models.Model):
    """席のメモ: a short fact about a seat, for the keepers of its room and for whoever sits there."""

    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+"),
        purpose="どの席の メモかです。だれの席かは、スタッフにも 見えません。",
        until=_NOTE,
    )
    author = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 書いたかです。",
        until=_NOTE,
    )
    text = kept(
        models.TextField(),
        purpose="次の当番の スタッフに 伝えるためです。「わたし」の記録で、そのまま 読めます。",
        until=_NOTE,
    )
    at = kept(models.DateTimeField(), purpose="書いた時です。", until=_NOTE)
    until = kept(models.DateTimeField(db_index=True), purpose="消す時です。", until=_NOTE)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="a_seat_note_ends", condition=Q(until__gt=F("at")))]

    def __str__(self) -> str:
        return f"note {self.pk}"
