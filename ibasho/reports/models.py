"""Figures as they stand for ever, and what is counted until then."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.lib.kept import kept
from ibasho.people.models import Standpoint
from ibasho.reports.shapes import Mark
from ibasho.rooms.models import RoomSession

WORDS_GRAPHEMES = 2000
_COUNTED = "年度の数を しめるまで。あとに残るのは、人数だけです。"


class Report(models.Model):
    """The figures of a month, or of a fiscal year, taken once. Nothing that is erased later changes them."""

    about_no_person = "人数と回数だけです。だれのことも わかりません。"

    begins = models.DateField()
    ends = models.DateField()
    closed_on = models.DateField()
    words = models.TextField(blank=True, help_text="調整役のひとこと。")

    class Meta:
        ordering = ["begins", "-ends"]
        constraints = [
            models.UniqueConstraint(fields=["begins", "ends"], name="one_report_a_period"),
            models.CheckConstraint(name="report_ends_later", condition=Q(ends__gt=F("begins"))),
        ]

    def __str__(self) -> str:
        return f"{self.begins} – {self.ends}"


class Figure(models.Model):
    """One number: `what`, `of` whom or of what kind; empty is all of them. Only the mark says who may see it."""

    about_no_person = "人数と回数だけです。だれのことも わかりません。"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="figures", db_index=False)
    what = models.CharField(max_length=20)
    of = models.CharField(max_length=16, blank=True)
    number = models.PositiveIntegerField()
    mark = models.CharField(max_length=8)

    class Meta:
        ordering = ["report", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "what", "of"], name="one_figure_of_a_kind"),
            models.CheckConstraint(name="figure_mark_known", condition=Q(mark__in=[*Mark])),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.of}"


class Opening(models.Model):
    """A session of a room that is over: its day and its length outlast its words."""

    about_no_person = "部屋があいた日と 時間です。"

    session = models.OneToOneField(RoomSession, on_delete=models.SET_NULL, null=True, related_name="opening")
    day = models.DateField(db_index=True)
    minutes = models.PositiveIntegerField()
    most_percent = models.PositiveSmallIntegerField(
        null=True, help_text="いちばん多く書いた人の、言葉の割合。5人より少ない回では、空。"
    )

    class Meta:
        ordering = ["day", "id"]

    def __str__(self) -> str:
        return str(self.day)


class RoomVisit(models.Model):
    """Somebody was in a session of a room. As `events.Visit`: equal marks are one person under one standpoint.

    The house could find somebody's by its secret, their key and that of the year. After the month is closed `day`
    is its first for the first day they came, its second for any later.
    """

    session = kept(
        models.ForeignKey(RoomSession, on_delete=models.SET_NULL, null=True, related_name="visits"),
        purpose="同じ回を 2回 数えないためです。",
        until="その月を まとめるまで。",
    )
    day = kept(
        models.DateField(db_index=True),
        purpose="月ごとに 数えるためです。月を まとめたあとは、その月の はじめての日か、あとの日かだけです。",
        until=_COUNTED,
    )
    standpoint = kept(
        models.CharField(max_length=12, choices=Standpoint.choices),
        purpose="立場ごとの 人数を 数えるためです。",
        until=_COUNTED,
    )
    is_first = kept(models.BooleanField(), purpose="はじめての方の数を 数えるためです。", until=_COUNTED)
    who = kept(
        models.CharField(max_length=64),
        purpose="2回 来た方を、同じ人として 数えるためです。だれかは 書いてありませんが、この家の鍵があれば、年度の終わりまで たどれます。数えるときにだけ つかいます。",
        until=_COUNTED,
    )

    class Meta:
        ordering = ["day", "id"]
        constraints = [models.UniqueConstraint(fields=["session", "who"], name="one_room_visit_a_session")]

    def __str__(self) -> str:
        return self.get_standpoint_display()


class Deed(models.Model):
    """Something told, decided or looked at again, on a day, and how many minutes it took. By nobody, about nobody."""

    about_no_person = "その日に あったことの 数と 時間です。"

    day = models.DateField(db_index=True)
    what = models.CharField(max_length=20)
    of = models.CharField(max_length=16, blank=True)
    minutes = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["day", "id"]

    def __str__(self) -> str:
        return self.what


class TalliedDay(models.Model):
    """A day whose deeds are written down."""

    about_no_person = "数えおわった日です。"

    day = models.DateField(unique=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return str(self.day)


class DoubtedDay(models.Model):
    """A date on which the house did not believe its clock yet. Once more on another day, and it does."""

    about_no_person = "家の時計を 信じてよいかを、たしかめた日です。"

    day = models.DateField(unique=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return str(self.day)
