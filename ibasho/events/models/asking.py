"""What a meeting asks of who signs up: its own questions, and a consent in six parts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ibasho.lib.kept import kept

ANSWER_GRAPHEMES = 500
ANSWER_BYTES = 2000
_ASKED = "質問ごとに決めた日数。長くても、会の30日あと。とりけしたときは、そのとき。"
_CONSENT = "会の30日あと。とりけしたときは、そのとき。"


class QuestionSheet(models.Model):
    """質問の紙: questions that belong together. Out of use it still stands beside its answers."""

    about_no_person = "質問の紙です。"

    title = models.CharField(max_length=40)
    retired_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question, why it is asked, and how many days after the meeting its answers are kept."""

    about_no_person = "質問の言葉です。"

    class Kind(models.TextChoices):
        TEXT = "text", "自由に書く"
        CHOICE = "choice", "えらぶ"
        YES_NO = "yes_no", "はい・いいえ"

    sheet = models.ForeignKey(QuestionSheet, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=20, help_text="申し込みの欄の名前。")
    text = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TEXT)
    choices = models.TextField(blank=True, help_text="えらぶ言葉を、1行に1つ。")
    is_required = models.BooleanField(default=False)
    purpose = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField(default=14)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="one_question_a_key"),
            models.CheckConstraint(name="question_says_why", condition=~Q(purpose="") & ~Q(text="")),
            models.CheckConstraint(name="question_keeps_some_days", condition=Q(days__gte=1, days__lte=30)),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def options(self) -> list[str]:
        """What may be chosen; empty where one writes freely."""
        if self.kind == self.Kind.YES_NO:
            return ["はい", "いいえ"]
        return self.choices.splitlines() if self.kind == self.Kind.CHOICE else []


class Answer(models.Model):
    """What somebody wrote to a question."""

    sign_up = kept(
        models.ForeignKey("events.SignUp", on_delete=models.CASCADE, related_name="answers"),
        purpose="どの申し込みの 答えかです。",
        until=_ASKED,
    )
    question = kept(
        models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers"),
        purpose="どの質問の 答えかです。",
        until=_ASKED,
    )
    text = kept(
        models.TextField(),
        purpose="会の準備のためです。わけは、質問のところに 書いてあります。",
        until=_ASKED,
    )
    ends_on = kept(models.DateField(db_index=True), purpose="この答えを 消す日です。", until=_ASKED)

    class Meta:
        ordering = ["question__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sign_up", "question"], name="one_answer_a_question"),
            models.CheckConstraint(name="an_answer_has_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return str(self.ends_on)


class ConsentText(models.Model):
    """同意の文, one version: six parts, none left out. The highest number in force counts: the meeting's own before its series', then the kind's, then that for all.
    Out of use it still stands beside each yes to it; the one for all stays in use, so that nothing is asked without a text.

    `kind` is one of `Event.Kind`; empty, and of no meeting and no series, is for all that have none of their own.
    """

    about_no_person = "同意の文です。"
    USUAL = 0  # the number of the text a house begins with

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=16, blank=True, default="")
    event = models.ForeignKey(
        "events.Event", on_delete=models.CASCADE, null=True, related_name="consent_texts"
    )
    series = models.ForeignKey(
        "events.EventSeries", on_delete=models.CASCADE, null=True, related_name="consent_texts"
    )
    aim = models.TextField()
    outline = models.TextField()
    cost = models.TextField()
    accident = models.TextField()
    ending = models.TextField()
    data = models.TextField()
    effective_on = models.DateField()
    retired_on = models.DateField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="a_consent_out_of_use_has_counted",
                condition=Q(retired_on__isnull=True) | Q(retired_on__gte=F("effective_on")),
            ),
            models.CheckConstraint(
                name="the_consent_for_all_stays_in_use",
                condition=Q(retired_on__isnull=True) | ~Q(kind="", event__isnull=True, series__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_kind_known",
                condition=Q(
                    kind__in=[
                        "",
                        "family_meeting",
                        "family_class",
                        "sibling_meeting",
                        "peer_meeting",
                        "activity",
                        "briefing",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="consent_of_one_owner",
                condition=Q(event__isnull=True, series__isnull=True)
                | Q(kind="", event__isnull=True)
                | Q(kind="", series__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_in_six_parts",
                condition=~Q(aim="")
                & ~Q(outline="")
                & ~Q(cost="")
                & ~Q(accident="")
                & ~Q(ending="")
                & ~Q(data=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_usual(self) -> bool:
        """Whether the house has not written it itself."""
        return self.number == self.USUAL

    @property
    def version(self) -> str:
        return "ふつうの文" if self.is_usual else f"第{self.number}版"


class Consent(models.Model):
    """Who signs up has read that version and said yes to it."""

    sign_up = kept(
        models.OneToOneField("events.SignUp", on_delete=models.CASCADE, related_name="consent"),
        purpose="どの申し込みの 同意かです。",
        until=_CONSENT,
    )
    text = kept(
        models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents"),
        purpose="どの文に 同意したかです。",
        until=_CONSENT,
    )
    given_on = kept(models.DateField(), purpose="同意した日です。", until=_CONSENT)

    def __str__(self) -> str:
        return str(self.given_on)
