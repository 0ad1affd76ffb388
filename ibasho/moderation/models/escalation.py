"""緊急の連絡先: whom the house reaches outside when nobody looks at a danger to a life, and each message to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.incidents import Incident

ALWAYS = (0, 1440)
_CONTACT = "この家が、連絡先から はずすまで。"
_CALL = "命が心配なことが 終わってから90日。"


class EscalationContact(models.Model):
    """Somebody who has agreed to be reached. Name, telephone and mail are sealed with the house secret."""

    position = kept(models.PositiveSmallIntegerField(), purpose="知らせる順番です。", until=_CONTACT)
    sealed_name = kept(
        models.TextField(), purpose="当番が 電話するときの 名前です。暗号にして 残します。", until=_CONTACT
    )
    sealed_telephone = kept(
        models.TextField(blank=True),
        purpose="当番が 電話するためです。暗号にして 残します。",
        until=_CONTACT,
    )
    sealed_mail = kept(
        models.TextField(blank=True),
        purpose="だれも見ないときに 知らせるためです。暗号にして 残します。",
        until=_CONTACT,
    )
    opens = kept(
        models.PositiveSmallIntegerField(default=ALWAYS[0]),
        purpose="知らせてよい時間です。",
        until=_CONTACT,
    )
    closes = kept(
        models.PositiveSmallIntegerField(default=ALWAYS[1]),
        purpose="知らせてよい時間です。",
        until=_CONTACT,
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="escalation_hours_in_order",
                condition=Q(opens__lt=1440, closes__lte=2880) & Q(closes__gt=F("opens")),
            ),
            models.CheckConstraint(
                name="a_contact_can_be_reached",
                condition=~Q(sealed_telephone="") | ~Q(sealed_mail=""),
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class EscalationCall(models.Model):
    """One message to one contact about one alarm. Claimed by whoever sends it; sent once."""

    incident = kept(
        models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="calls"),
        purpose="どの記録の ことかです。",
        until=_CALL,
    )
    contact = kept(
        models.ForeignKey(EscalationContact, on_delete=models.CASCADE, related_name="calls"),
        purpose="どの連絡先に 知らせるかです。",
        until=_CALL,
    )
    alarm_at = kept(models.DateTimeField(), purpose="どの知らせの ことかです。", until=_CALL)
    due_at = kept(models.DateTimeField(db_index=True), purpose="いつ 知らせるかです。", until=_CALL)
    claimed_until = kept(
        models.DateTimeField(null=True), purpose="2回 送らないためです。", until="送りおわるまで。"
    )
    tries = kept(
        models.PositiveSmallIntegerField(default=0),
        purpose="送れないときに、また 送るためです。",
        until=_CALL,
    )
    sent_at = kept(models.DateTimeField(null=True), purpose="いつ 送ったかです。", until=_CALL)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "contact", "alarm_at"], name="one_call_per_contact_and_alarm"
            )
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"
