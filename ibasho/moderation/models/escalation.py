"""緊急の連絡先: whom the house reaches outside when nobody looks at a danger to a life, what else it is reached for,
and each message."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.incidents import Incident
from ibasho.people.models import Keeper

ALWAYS = (0, 1440)
_CONTACT = "この家が、連絡先から はずすまで。"
_WAITING = "スタッフが 読んで、こたえるまで。"
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
    told_at = kept(
        models.DateTimeField(null=True),
        purpose="つづけて なんども 知らせないためです。",
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


class LifeWords(models.Model):
    """Words about dying that no room holds, for as long as they wait: a note, a quiet post, a review, an application.

    What they are and who wrote them is not known here.
    """

    kind = kept(models.CharField(max_length=12), purpose="どこにある言葉かです。", until=_WAITING)
    key = kept(models.BigIntegerField(), purpose="どの言葉かです。", until=_WAITING)
    alerted_at = kept(
        models.DateTimeField(),
        purpose="スタッフに 知らせた時です。1分 だれも見ないと、ほかの人にも 知らせます。",
        until=_WAITING,
    )
    called_for = kept(
        models.DateTimeField(null=True), purpose="同じことを、2回 知らせないためです。", until=_WAITING
    )
    seen_at = kept(models.DateTimeField(null=True), purpose="スタッフが 見た時です。", until=_WAITING)
    seen_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="見たスタッフが いなくなったときに、もう一度 知らせるためです。",
        until=_WAITING,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="life_words_are_followed_once"),
            models.CheckConstraint(
                name="life_words_are_seen_at_some_time",
                condition=Q(seen_by__isnull=True) | Q(seen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class EscalationCall(models.Model):
    """One message to one contact about one alarm. Claimed by whoever sends it; sent once."""

    incident = kept(
        models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="calls"),
        purpose="どの記録の ことかです。",
        until=_CALL,
    )
    words = kept(
        models.ForeignKey(LifeWords, on_delete=models.CASCADE, null=True, related_name="calls"),
        purpose="どの言葉の ことかです。",
        until=_WAITING,
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
            ),
            models.UniqueConstraint(
                fields=["words", "contact", "alarm_at"], name="one_call_per_contact_and_words"
            ),
            models.CheckConstraint(
                name="a_call_is_about_an_incident_or_words",
                condition=Q(incident__isnull=False, words__isnull=True)
                | Q(incident__isnull=True, words__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"
