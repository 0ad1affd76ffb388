"""事前の面談: when, how, where, with whom and how long one talks before a meeting."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ibasho.events.models.sign_ups import SignUp
from ibasho.lib import env
from ibasho.lib.kept import kept

INTERVIEW_MINUTES, LONGEST_INTERVIEW = 20, 120
WHERE_LETTERS = 200
_UNTIL = "会の30日あと。とりけしたときは、すぐ。"
_KNOWN = "申し込んだ方に、面談のことを お伝えするためです。"


class Interview(models.Model):
    """The talk of one sign-up as it is arranged. `is_declined`: another day was asked for, and none is found yet."""

    class Way(models.TextChoices):
        PHONE = "phone", "電話（こちらから かける）"
        RING_US = "ring_us", "電話（かけてもらう）"
        ONLINE = "online", "オンライン"
        TEXT = "text", "文字だけ"
        VISIT = "visit", "来所"

    sign_up = kept(
        models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="interview"),
        purpose="どの申し込みの 面談かです。",
        until=_UNTIL,
    )
    at = kept(models.DateTimeField(), purpose="会の前に お話をする時です。", until=_UNTIL)
    minutes = kept(models.PositiveSmallIntegerField(default=INTERVIEW_MINUTES), purpose=_KNOWN, until=_UNTIL)
    way = kept(models.CharField(max_length=8, choices=Way.choices, blank=True), purpose=_KNOWN, until=_UNTIL)
    sealed_where = kept(
        models.TextField(blank=True),
        purpose=f"{_KNOWN}電話番号のこともあるので、暗号にして、申し込んだ方と調整役だけが 読みます。",
        until=_UNTIL,
    )
    with_whom = kept(models.CharField(max_length=40, blank=True), purpose=_KNOWN, until=_UNTIL)
    is_declined = kept(
        models.BooleanField(default=False), purpose="「別の日がいい」の しるしです。", until=_UNTIL
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="interview_way_known",
                condition=Q(way__in=["", "phone", "ring_us", "online", "text", "visit"]),
            ),
            models.CheckConstraint(
                name="interview_takes_a_while",
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_INTERVIEW),
            ),
            models.CheckConstraint(
                name="a_visit_has_a_place", condition=~Q(way="visit") | ~Q(sealed_where="")
            ),
        ]

    @property
    def number(self) -> int:
        """Stands for this talk and its hour; arranged anew it is another.

        It is kept beside mails and stands on pages: without the house secret nobody tells the hour from it.
        """
        words = f"talk {self.pk} {self.at.timestamp()}"
        return int(env.derived(settings.HOUSE_SECRET, words)[:15], 16)

    def __str__(self) -> str:
        return str(self.at)
