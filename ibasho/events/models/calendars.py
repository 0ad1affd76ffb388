"""What calendars outside were told of a meeting, and the addresses from which they read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.events.models.plan import Event
from ibasho.events.models.sign_ups import SignUp
from ibasho.lib.kept import kept
from ibasho.people.models import Person

_UNTIL = "ご自分で やめるまで。つくりなおしたときは、前のものは そのとき。申し込みの 記録が 消えるときにも。"


class Revision(models.Model):
    """How often a meeting has changed since it was shown: the SEQUENCE of RFC 5545.

    `shows` stands for all that calendars show of it, so that a change is noticed whoever makes it.
    """

    about_no_person = "集まりのつくりです。"

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="revision")
    number = models.PositiveIntegerField(default=0)
    shows = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.number)


class Feed(models.Model):
    """An address nobody can guess, from which one's own calendar reads one's own meetings; kept as a fingerprint."""

    key_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="カレンダーのあて先を たしかめるためです。あて先そのものは 残りません。",
        until=_UNTIL,
    )
    person = kept(
        models.OneToOneField(Person, on_delete=models.CASCADE, null=True, related_name="feed"),
        purpose="「わたし」に つないだ申し込みを、ご自分の カレンダーに 出すためです。",
        until=_UNTIL,
    )
    sign_up = kept(
        models.OneToOneField(SignUp, on_delete=models.CASCADE, null=True, related_name="feed"),
        purpose="この申し込みを、ご自分の カレンダーに 出すためです。",
        until=_UNTIL,
    )
    made_on = kept(models.DateField(), purpose="いつ つくったかを、ご自分に 見せるためです。", until=_UNTIL)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_feed_of_one",
                condition=Q(person__isnull=False, sign_up__isnull=True)
                | Q(person__isnull=True, sign_up__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.made_on)
