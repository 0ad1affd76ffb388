"""How somebody becomes a keeper: asking to help, a talk, training, the pledge, a first shift beside somebody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.people.models import Keeper

WHY_GRAPHEMES = 1000
COULD_GRAPHEMES = 200
CONTACT_LETTERS = 120
CALL_NAME_GRAPHEMES = 20
NOTE_GRAPHEMES = 1000
LETTER_GRAPHEMES = 1000
PLEDGE_GRAPHEMES = 2000
DECIDED_DAYS = 30
UNDECIDED_DAYS = 90
_ASKED = "決まってから30日。決まらないときは、さいごに進んでから90日。"
_WORK = "スタッフを やめてから30日。スタッフに ならなかったときは、決まってから30日。"


class Volunteer(models.Model):
    """Somebody who would like to help. The contact is sealed, and for coordinator and steward alone."""

    class State(models.TextChoices):
        APPLIED = "applied", "申しこみを受けとりました"
        TALK = "talk", "お話をします"
        TRAINING = "training", "研修をしています"
        PLEDGE = "pledge", "誓約を読みます"
        FIRST_SHIFT = "first_shift", "はじめての当番をします"
        KEEPER = "keeper", "スタッフになりました"
        DECLINED = "declined", "今回は、見送りました"
        WITHDRAWN = "withdrawn", "とりさげました"

    OPEN = (State.APPLIED, State.TALK, State.TRAINING, State.PLEDGE, State.FIRST_SHIFT)
    LEARNING = (State.PLEDGE, State.FIRST_SHIFT)

    code_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="ひかえの番号を たしかめるためです。番号そのものには もどせません。",
        until=_WORK,
    )
    call_name = kept(
        models.CharField(max_length=200, blank=True), purpose="お話のときに 呼ぶためです。", until=_WORK
    )
    contact = kept(
        models.TextField(blank=True),
        purpose="お話の日を 決めるためです。暗号にして、調整役と 家の番だけが 読みます。",
        until=_ASKED,
    )
    why = kept(
        models.TextField(blank=True),
        purpose="手伝いたいと思った わけを、調整役と 家の番が 読むためです。",
        until=_ASKED,
    )
    could = kept(
        models.TextField(blank=True), purpose="手伝える時間を、当番の相談に 使うためです。", until=_ASKED
    )
    about_dying = kept(
        models.BooleanField(default=False), purpose="スタッフが 先に読むためです。", until=_ASKED
    )
    applied_on = kept(models.DateField(), purpose="申しこんだ日です。", until=_WORK)
    state = kept(
        models.CharField(max_length=12, choices=State.choices, default=State.APPLIED),
        purpose="どこまで進んだかを、申しこんだ方に 伝えるためです。",
        until=_WORK,
    )
    state_on = kept(models.DateField(), purpose="いまの段になった日です。", until=_WORK)
    talk_at = kept(models.DateTimeField(null=True), purpose="お話をする時です。", until=_WORK)
    note = kept(
        models.TextField(blank=True),
        purpose="調整役と 家の番の おぼえ書きです。申しこんだ方も、ひかえの番号で 読めます。",
        until=_ASKED,
    )
    letter = kept(
        models.TextField(blank=True),
        purpose="今回は見送ることを、申しこんだ方に 伝えるためです。",
        until=_ASKED,
    )
    link_hash = kept(
        models.CharField(max_length=64, blank=True, default=""),
        purpose="スタッフになるための リンクと つなぐためです。リンクそのものは 残りません。",
        until="リンクを使うまで。",
    )
    keeper = kept(
        models.OneToOneField(Keeper, on_delete=models.CASCADE, null=True, related_name="volunteer"),
        purpose="研修の記録を、スタッフと つなぐためです。",
        until=_WORK,
    )

    class Meta:
        ordering = ["applied_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="volunteer_state_known",
                condition=Q(
                    state__in=[
                        "applied",
                        "talk",
                        "training",
                        "pledge",
                        "first_shift",
                        "keeper",
                        "declined",
                        "withdrawn",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="a_volunteer_on_duty_is_a_keeper",
                condition=~Q(state__in=["first_shift", "keeper"]) | Q(keeper__isnull=False),
            ),
            models.CheckConstraint(
                name="who_took_it_back_is_not_known",
                condition=~Q(state="withdrawn")
                | Q(call_name="", talk_at__isnull=True, contact="", why="", could="", note=""),
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class TrainingUnit(models.Model):
    """研修の項目: one thing that whoever keeps this house has learnt. Out of use it still stands in records."""

    about_no_person = "研修の項目です。"

    title = models.CharField(max_length=60)
    about = models.TextField(blank=True)
    retired_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Training(models.Model):
    """A unit that somebody has done: when, and with whom."""

    volunteer = kept(
        models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="trainings"),
        purpose="だれの研修かです。",
        until=_WORK,
    )
    unit = kept(
        models.ForeignKey(TrainingUnit, on_delete=models.PROTECT, related_name="trainings"),
        purpose="どの研修かです。",
        until=_WORK,
    )
    done_on = kept(models.DateField(), purpose="研修をした日です。", until=_WORK)
    led_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフと 研修をしたかです。",
        until=_WORK,
    )

    class Meta:
        ordering = ["done_on", "id"]
        constraints = [models.UniqueConstraint(fields=["volunteer", "unit"], name="one_training_a_unit")]

    def __str__(self) -> str:
        return str(self.done_on)


class PledgeText(models.Model):
    """誓約, one version of its words. The highest number counts."""

    about_no_person = "誓約の言葉です。"

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    written_on = models.DateField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class Pledge(models.Model):
    """A keeper has read that version and said yes to it, with their own hand."""

    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="pledges"),
        purpose="だれが 誓約したかです。",
        until="スタッフを やめてから30日。",
    )
    version = kept(
        models.ForeignKey(PledgeText, on_delete=models.PROTECT, related_name="pledges"),
        purpose="どの言葉に 誓約したかです。",
        until="スタッフを やめてから30日。",
    )
    accepted_on = kept(models.DateField(), purpose="誓約した日です。", until="スタッフを やめてから30日。")

    class Meta:
        ordering = ["accepted_on", "id"]
        constraints = [models.UniqueConstraint(fields=["keeper", "version"], name="one_pledge_a_version")]

    def __str__(self) -> str:
        return str(self.accepted_on)
