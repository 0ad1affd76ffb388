"""会のあとのカード: how it was to be there, as one number of a whole month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept

FEWEST_CARDS = 5  # so many are written at once, or none
_COUNTED = "会の次の月の8日。"


class AfterCard(models.Model):
    """So many said so, of all meetings of a month together: no row says who, at which meeting, or when."""

    about_no_person = "ひと月ぶんの、答えの数だけです。だれの答えかも、どの会の答えかも ありません。"

    class Answer(models.TextChoices):
        WELL = "well", "だいじょうぶでした"
        TIRED = "tired", "少し、つかれました"
        UNEASY = "uneasy", "いづらかったです"

    month = models.DateField()
    answer = models.CharField(max_length=8, choices=Answer.choices)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["month", "answer"]
        constraints = [
            models.UniqueConstraint(fields=["month", "answer"], name="one_number_of_a_card"),
            models.CheckConstraint(
                name="card_answer_known", condition=Q(answer__in=["well", "tired", "uneasy"])
            ),
        ]

    def __str__(self) -> str:
        return self.get_answer_display()


class CardMark(models.Model):
    """Some sign-up has answered: which one, the house secret alone can tell, and what it answered nobody.

    Written with those of several others, in the order of the marks and not in that of the answers.
    """

    mark = kept(
        models.CharField(max_length=64, primary_key=True),
        purpose="会のあとのカードに、同じ申し込みから 2回 答えないためです。だれの しるしかは 書いてありません。何と答えたかは、残りません。",
        until=_COUNTED,
    )
    month = kept(models.DateField(), purpose="いつ消すかです。", until=_COUNTED)

    def __str__(self) -> str:
        return str(self.month)
