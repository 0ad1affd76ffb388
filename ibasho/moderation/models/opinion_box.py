"""意見箱: what anybody thinks of the house, and what the house says to it before everybody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.concerns import UNDECIDED_DAYS

OPINION_DAYS = 30
SHOWN_DAYS = 365
QUESTION_GRAPHEMES = 300
ANSWER_GRAPHEMES = 1000
_WORDS = (
    f"返事が 決まってから{OPINION_DAYS}日。決まらないときも、{UNDECIDED_DAYS}日。とりさげたときは、そのとき。"
)
_SHOWN = f"返事を のせてから1年。のせないときは{OPINION_DAYS}日。とりさげたときは、そのとき。"


class OpinionPost(models.Model):
    """An opinion, tied to nobody. `question` is the coordinator's own wording of it: never the words themselves."""

    code_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="ひかえの番号を たしかめるためです。番号そのものには もどせません。",
        until=_SHOWN,
    )
    text = kept(
        models.TextField(blank=True),
        purpose="調整役が 読むためです。だれが書いたかは 残しません。このまま のせることも ありません。",
        until=_WORDS,
    )
    written_on = kept(models.DateField(), purpose="消す日を 決めるためです。", until=_SHOWN)
    about_dying = kept(models.BooleanField(default=False), purpose="先に読むためです。", until=_WORDS)
    marks = kept(
        models.CharField(max_length=80, blank=True, default=""),
        purpose="心づもりをしてから 読むためです。",
        until=_WORDS,
    )
    decided_on = kept(
        models.DateField(null=True), purpose="返事をした日か、読んだ日です。消す日を 決めます。", until=_SHOWN
    )
    question = kept(
        models.TextField(blank=True, default=""),
        purpose="調整役が みじかく書きなおした 意見です。返事といっしょに のせます。",
        until=_SHOWN,
    )
    answer = kept(models.TextField(blank=True, default=""), purpose="返事です。", until=_SHOWN)
    is_shown = kept(
        models.BooleanField(default=False),
        purpose="「この場所への意見」に のせたかどうかです。",
        until=_SHOWN,
    )
    is_taken_back = kept(
        models.BooleanField(default=False), purpose="とりさげたことを、伝えるためです。", until=_SHOWN
    )

    class Meta:
        ordering = ["written_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_shown_opinion_has_its_answer",
                condition=Q(is_shown=False) | (~Q(question="") & ~Q(answer="") & Q(decided_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="an_opinion_taken_back_says_nothing",
                condition=Q(is_taken_back=False)
                | Q(text="", question="", answer="", is_shown=False, decided_on__isnull=False, marks=""),
            ),
        ]

    def __str__(self) -> str:
        return "opinion"
