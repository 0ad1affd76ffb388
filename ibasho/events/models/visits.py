"""来たこと: that somebody of a standpoint was at a meeting, and as little else as counting needs."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from ibasho.events.models.plan import MOST_PARTY, Event
from ibasho.events.models.sign_ups import SignUp
from ibasho.lib.kept import kept
from ibasho.people.models import Standpoint

_COUNTED = "年度の数を しめるまで。あとに残るのは、人数だけです。"


class CountingKey(models.Model):
    """What the marks of one fiscal year are made with. Thrown away with its closing: then no mark can be made again."""

    about_no_person = "数えるための鍵です。年度の数を しめたときに、捨てます。"

    fiscal_year = models.PositiveSmallIntegerField(unique=True)
    key = models.CharField(max_length=64)

    class Meta:
        ordering = ["fiscal_year"]

    def __str__(self) -> str:
        return str(self.fiscal_year)


class Visit(models.Model):
    """A party was at a meeting, or somebody who had not signed up.

    `who` is equal for one person under one standpoint within a fiscal year, if the sign-up is in わたし; anybody
    else has one of their own. It names nobody; until the year is closed the house could find whose it is by its
    secret, the person's key and that of the year. The figures read this table and never sign-ups: an erased
    sign-up changes no number.
    """

    NOBODY = "-"  # how the mark begins of who is known again nowhere

    id = kept(
        models.UUIDField(primary_key=True, default=uuid4),
        purpose="同じ人を 2回 数えないためです。",
        until=_COUNTED,
    )
    event = kept(
        models.ForeignKey(Event, on_delete=models.CASCADE, related_name="visits"),
        purpose="どの会に 来た人がいたかです。",
        until=_COUNTED,
    )
    sign_up = kept(
        models.OneToOneField(SignUp, on_delete=models.SET_NULL, null=True, related_name="visit"),
        purpose="どの申し込みの 方かです。申し込みが消えると、わからなくなります。",
        until="会の30日あと。",
    )
    standpoint = kept(
        models.CharField(max_length=12, choices=Standpoint.choices),
        purpose="立場ごとの 人数を 数えるためです。",
        until=_COUNTED,
    )
    people = kept(
        models.PositiveSmallIntegerField(default=1), purpose="いっしょに来た人の数です。", until=_COUNTED
    )
    is_first = kept(
        models.BooleanField(default=False), purpose="はじめての方の数を 数えるためです。", until=_COUNTED
    )
    by_text = kept(
        models.BooleanField(null=True),
        purpose="文字だけで参加した方の割合を、年度に1回、おおよそで出すためです。",
        until=_COUNTED,
    )
    who = kept(
        models.CharField(max_length=64),
        purpose="「わたし」に つないだ申し込みを、同じ人として 数えるためです。だれかは 書いてありませんが、この家の鍵があれば、年度の終わりまで たどれます。数えるときにだけ つかいます。",
        until=_COUNTED,
    )

    class Meta:
        ordering = ["event", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_visit_of_four_at_most", condition=Q(people__gte=1, people__lte=MOST_PARTY)
            ),
            models.CheckConstraint(name="a_visit_is_of_somebody", condition=~Q(who="")),
        ]

    def __str__(self) -> str:
        return self.get_standpoint_display()
