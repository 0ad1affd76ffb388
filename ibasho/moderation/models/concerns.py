"""What people told the keepers: concerns about words or a room, and the quiet box."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.moderation.models.acts import ERASED
from ibasho.people.models import Keeper, Person
from ibasho.rooms.models import Room, Seat

TAKE_BACK_MINUTES = 10
CONCERN_GRAPHEMES = 1000
CONCERN_BYTES = 4000
CONCERN_DAYS = 30
UNDECIDED_DAYS = 90
QUIET_BOX_DAYS = 30
_CONCERN = "知らせが 終わってから30日。結果が 出ないときも、90日。"
_QUIET = "30日。"


class Concern(models.Model):
    """スタッフに知らせる: somebody told the keepers, about words or about a whole room.

    Only the keepers who decide know which seat told. Concerns about the same words are one case.
    """

    class Reason(models.TextChoices):
        UNSURE = "unsure", "わからないけど、気になる"
        HARM = "harm", "人を傷つける言葉、親や家族を責める言葉"
        IDENTIFIERS = "identifiers", "電話番号や住所など、だれのことか分かる言葉"
        SOLICITATION = "solicitation", "さそいや、連絡先の交換の話"
        LIFE = "life", "命や体のことが心配"

    class Outcome(models.TextChoices):
        ACTED = "acted", "必要なことをした"
        SPOKEN = "spoken", "部屋で声をかけた"
        WATCHED = "watched", "気をつけて見ていく"
        KEPT = "kept", "そのままにする"

    code_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="ひかえの番号を たしかめるためです。番号そのものには もどせません。",
        until=_CONCERN,
    )
    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+"),
        purpose="どの部屋の ことかです。",
        until=_CONCERN,
    )
    message_key = kept(
        models.UUIDField(null=True, db_index=True), purpose="どの書き込みの ことかです。", until=_CONCERN
    )
    about = kept(
        models.ForeignKey(Seat, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どの席の 書き込みかです。だれの席かは、スタッフにも 見えません。",
        until=_CONCERN,
    )
    seal = kept(
        models.ForeignKey("moderation.SealedText", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="知らせがあったときの 言葉の うつしです。",
        until=_CONCERN,
    )
    teller = kept(
        models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="知らせてくれた方に、結果を 伝えるためです。見直すスタッフにも、席しか 見えません。",
        until=_CONCERN + "とりさげたときと、" + ERASED,
    )
    reason = kept(
        models.CharField(max_length=12, choices=Reason.choices),
        purpose="何が 気になったかです。スタッフが 読みます。",
        until=_CONCERN,
    )
    words = kept(
        models.TextField(blank=True),
        purpose="知らせを見るスタッフが 読むためです。",
        until=_CONCERN + "とりさげたときと、" + ERASED,
    )
    about_dying = kept(
        models.BooleanField(default=False), purpose="スタッフが 先に読むためです。", until=_CONCERN
    )
    marks = kept(
        models.CharField(max_length=80, blank=True, default=""),
        purpose="スタッフが、心づもりをしてから 読むためです。",
        until=_CONCERN + "とりさげたときと、" + ERASED,
    )
    at = kept(models.DateTimeField(db_index=True), purpose="知らせがあった時です。", until=_CONCERN)
    withdrawn_at = kept(models.DateTimeField(null=True), purpose="とりさげた時です。", until=_CONCERN)
    outcome = kept(
        models.CharField(max_length=8, choices=Outcome.choices, blank=True, default=""),
        purpose="スタッフが どうしたかです。知らせてくれた方に 伝えます。",
        until=_CONCERN,
    )
    decided_at = kept(models.DateTimeField(null=True), purpose="結果が 出た時です。", until=_CONCERN)
    decided_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 決めたかです。",
        until=_CONCERN,
    )
    writer_told_at = kept(
        models.DateTimeField(null=True),
        purpose="うつしがあることを、書いた方に 伝えた時です。",
        until=_CONCERN,
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_decided_concern_says_how",
                condition=Q(decided_at__isnull=True, outcome="")
                | Q(decided_at__isnull=False, outcome__in=["acted", "spoken", "watched", "kept"]),
            ),
            models.CheckConstraint(
                name="a_withdrawn_concern_says_nothing",
                condition=Q(withdrawn_at__isnull=True)
                | Q(decided_at__isnull=True, teller__isnull=True, words="", about_dying=False, marks=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["room"],
                condition=Q(decided_at__isnull=True, withdrawn_at__isnull=True),
                name="concerns_open",
            )
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a keeper."""
        return self.decided_at is None and self.withdrawn_at is None


class QuietPost(models.Model):
    """言いにくいことポスト: words for the coordinator alone, tied to nobody."""

    text = kept(
        models.TextField(), purpose="調整役だけが 読むためです。だれが書いたかは 残しません。", until=_QUIET
    )
    written_on = kept(models.DateField(), purpose="消す日を 決めるためです。", until=_QUIET)
    about_dying = kept(models.BooleanField(default=False), purpose="先に読むためです。", until=_QUIET)
    marks = kept(
        models.CharField(max_length=80, blank=True, default=""),
        purpose="心づもりをしてから 読むためです。",
        until=_QUIET,
    )
    read_on = kept(models.DateField(null=True), purpose="読んだかどうかです。", until=_QUIET)

    def __str__(self) -> str:
        return "quiet post"
