"""利用を止める: one keeper proposes it, another one decides, and only then it counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.acts import ERASED, WORDS_BYTES, Bounded
from ibasho.rooms.models import Room, Seat

LAPSE_HOURS = 24
LONGEST_DAYS = 365
_PROPOSAL = "30日。利用を止めているあいだは、終わってから30日。"
_SUSPENSION = "止めているあいだと、見直しを お願いできるあいだ（30日）。"


class SuspensionProposal(models.Model):
    """What one keeper proposes about the person of a seat. Nothing comes of it before another one agrees."""

    class Outcome(models.TextChoices):
        WAITING = "", "待っています"
        APPROVED = "approved", "利用を止めました"
        DECLINED = "declined", "止めないことにしました"
        TAKEN_BACK = "taken_back", "相談をとりけしました"
        LAPSED = "lapsed", "24時間のうちに決まらず、終わりました"

    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+"),
        purpose="どの部屋の ことかです。",
        until=_PROPOSAL,
    )
    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+"),
        purpose="どの席の人の ことかです。だれの席かは、スタッフにも 見えません。",
        until=_PROPOSAL,
    )
    message_key = kept(
        models.UUIDField(), purpose="きっかけになった 書き込みの番号です。", until=_PROPOSAL + ERASED
    )
    keeper = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 言いだしたかです。同じ人は、決められません。",
        until=_PROPOSAL,
    )
    rule_key = kept(models.CharField(max_length=40), purpose="理由にした 約束です。", until=_PROPOSAL)
    words = kept(
        models.CharField(max_length=WORDS_BYTES),
        purpose="もうひとりのスタッフが 読むわけです。止めたときは、あなたにも とどきます。",
        until=_PROPOSAL + ERASED,
    )
    days = kept(models.PositiveSmallIntegerField(), purpose="何日 止めるかです。", until=_PROPOSAL)
    at = kept(models.DateTimeField(db_index=True), purpose="いつ 言いだされたかです。", until=_PROPOSAL)
    outcome = kept(
        models.CharField(max_length=12, choices=Outcome, blank=True, default=Outcome.WAITING),
        purpose="どう決まったかです。",
        until=_PROPOSAL,
    )
    decided_at = kept(models.DateTimeField(null=True), purpose="いつ 決まったかです。", until=_PROPOSAL)
    decided_by = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 決めたかです。言いだした人とは 別の人です。",
        until=_PROPOSAL,
    )
    reply = kept(
        models.CharField(max_length=WORDS_BYTES, blank=True),
        purpose="止めないことにした わけです。",
        until=_PROPOSAL + ERASED,
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(outcome=""), name="one_waiting_proposal_a_seat"
            ),
            models.CheckConstraint(
                name="a_proposal_is_decided_whole",
                condition=Q(outcome="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(outcome="lapsed", decided_at__isnull=False, decided_by__isnull=True)
                | Q(outcome__in=["approved", "declined", "taken_back"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_decides_their_own_proposal",
                condition=~Q(outcome__in=["approved", "declined"])
                | Q(keeper__isnull=True)
                | ~Q(decided_by=F("keeper")),
            ),
            models.CheckConstraint(
                name="a_suspension_has_a_length", condition=Q(days__gte=1, days__lte=LONGEST_DAYS)
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"

    @property
    def lapses_at(self) -> datetime:
        """Unanswered until then it counts for nothing."""
        return self.at + timedelta(hours=LAPSE_HOURS)


class Suspension(Bounded):
    """The person of this seat is out of every room of the house until then. Two keepers agreed on it."""

    proposal = kept(
        models.OneToOneField(SuspensionProposal, on_delete=models.SET_NULL, null=True),
        purpose="スタッフが どう話し合ったかを つなぐためです。",
        until=_SUSPENSION,
    )
    approved_by = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 同じ考えだったかです。言いだした人とは 別の人です。",
        until=_SUSPENSION,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_suspension_takes_two",
                condition=Q(keeper__isnull=True) | ~Q(approved_by=F("keeper")),
            ),
            models.CheckConstraint(name="a_suspension_ends", condition=Q(until__gt=F("at"))),
        ]

    @property
    def made_by(self) -> frozenset[int]:
        return super().made_by | ({self.approved_by_id} if self.approved_by_id else set())
