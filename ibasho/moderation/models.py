"""What keepers did for the quiet of a room: acts with their undo, sealed words, asked reviews, and the log."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.rooms.models import Message, Room, Seat

REVIEW_DAYS = 30
DUE_DAYS = 7  # within which somebody has looked again
CANDIDATE_DAYS = 180
WORDS_GRAPHEMES = 200
WORDS_BYTES = 800
_ACT = (
    "見直しを お願いできるあいだ（30日）。"
    "見直しを お願いされたときは、結果が 出てから 30日。かくしている書き込みは、それが 消えるまで。"
)
_ERASED = "記録を 消したときは、そのとき。"
_SEAL = "見直しを お願いできるあいだ（30日）。見直しを 待っているあいだは、結果が 出るまで。"
_REVIEW = "結果が 出てから 30日。"
_LOG = "ずっと。参加した方のことは、書いていません。"
_DETAIL = "参加した方のことは、30日。スタッフのことは、ずっと。" + _ERASED


class Act(models.Model):
    """One act of a keeper on a seat, with its reason, its end and its undo."""

    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+"),
        purpose="どの部屋の ことかです。",
        until=_ACT,
    )
    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+"),
        purpose="どの席への 声かけかです。だれの席かは、スタッフにも 見えません。",
        until=_ACT,
    )
    keeper = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが したかです。見直しのときに、たしかめます。",
        until=_ACT,
    )
    rule_key = kept(models.CharField(max_length=40), purpose="理由にした 約束です。", until=_ACT)
    words = kept(
        models.CharField(max_length=WORDS_BYTES, blank=True),
        purpose="スタッフから あなたへの ひとことです。",
        until=_ACT + _ERASED,
    )
    at = kept(models.DateTimeField(db_index=True), purpose="いつの ことかです。", until=_ACT)
    lifted_at = kept(models.DateTimeField(null=True), purpose="もどした時です。", until=_ACT)
    lifted_by = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが もどしたかです。",
        until=_ACT,
    )
    code_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="見直しの番号を たしかめるためです。番号そのものには もどせません。",
        until=_ACT,
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class Hiding(Act):
    """Words that a keeper hid. The words stay on the row, for keepers only."""

    message = kept(
        models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="hidings"),
        purpose="どの書き込みかです。",
        until=_ACT,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"], condition=Q(lifted_at__isnull=True), name="one_hiding_at_a_time"
            )
        ]

    def is_in_force_at(self, moment: datetime) -> bool:
        """Until it is lifted, or the words are gone."""
        message = self.message
        return self.lifted_at is None and message is not None and message.state == Message.State.HIDDEN


class Redaction(Act):
    """A part of somebody's words that a keeper covered. The words as they were lie under `seal`."""

    message = kept(
        models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="redactions"),
        purpose="どの書き込みかです。",
        until=_ACT,
    )
    seal = kept(
        models.ForeignKey("SealedText", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="もとの言葉に もどすためです。",
        until=_SEAL,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"], condition=Q(lifted_at__isnull=True), name="one_redaction_at_a_time"
            )
        ]

    def is_in_force_at(self, moment: datetime) -> bool:
        """Until it is lifted, its writer changed the words, or they cannot be brought back any more."""
        message = self.message
        can_end = self.lifted_at is None and self.seal_id is not None
        return can_end and message is not None and message.redacted


class Bounded(Act):
    """An act that ends by itself at `until`."""

    message_key = kept(
        models.UUIDField(null=True), purpose="きっかけになった 書き込みの番号です。", until=_ACT
    )
    until = kept(models.DateTimeField(), purpose="いつ 終わるかです。", until=_ACT)

    class Meta:
        abstract = True

    def is_in_force_at(self, moment: datetime) -> bool:
        """Until it is lifted, or over."""
        return self.lifted_at is None and self.until > moment


class Rest(Bounded):
    """少し休む: this seat reads and does not write until then."""


class RoomRemoval(Bounded):
    """This seat is out of this one room until then."""


class SealedText(models.Model):
    """The words an act pointed at, as they were: for keepers and a review, and never changed."""

    message_key = kept(models.UUIDField(db_index=True), purpose="どの書き込みの うつしかです。", until=_SEAL)
    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, null=True, related_name="+"),
        purpose="あなたの記録に 出すためです。記録を 消すと、つながりも 消えます。",
        until=_SEAL,
    )
    call_name = kept(
        models.CharField(max_length=200, blank=True), purpose="書いたときの名前です。", until=_SEAL
    )
    text = kept(models.TextField(), purpose="見直しのとき、スタッフだけが 読むためです。", until=_SEAL)
    cover = kept(models.CharField(max_length=600, blank=True), purpose="おおいの言葉です。", until=_SEAL)
    tone = kept(
        models.CharField(max_length=16, blank=True),
        purpose="「聞いてほしいだけ」などの ねがいです。",
        until=_SEAL,
    )
    sealed_at = kept(models.DateTimeField(), purpose="うつした時です。", until=_SEAL)
    until = kept(models.DateTimeField(db_index=True), purpose="消す時です。", until=_SEAL)

    class Meta:
        ordering = ["sealed_at", "id"]

    def __str__(self) -> str:
        return str(self.message_key)


class ReviewRequest(models.Model):
    """もう一度 見てほしい: one an act. Another keeper than who acted decides, once."""

    class Outcome(models.TextChoices):
        WAITING = "", "待っています"
        OVERTURNED = "overturned", "前の判断を とりけしました"
        UPHELD = "upheld", "前の判断の ままにしました"

    code_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="どの声かけの 見直しかです。番号そのものには もどせません。",
        until=_REVIEW,
    )
    asked_at = kept(models.DateTimeField(db_index=True), purpose="お願いされた時です。", until=_REVIEW)
    words = kept(models.TextField(blank=True), purpose="見直す人が 読むためです。", until=_REVIEW + _ERASED)
    about_dying = kept(
        models.BooleanField(default=False), purpose="スタッフが 先に読むためです。", until=_REVIEW
    )
    outcome = kept(
        models.CharField(max_length=16, choices=Outcome, blank=True, default=Outcome.WAITING),
        purpose="見直しの 結果です。番号で たしかめられます。",
        until=_REVIEW,
    )
    decided_at = kept(
        models.DateTimeField(null=True, db_index=True), purpose="結果が 出た時です。", until=_REVIEW
    )
    decided_by = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 決めたかです。声をかけた人とは 別の人です。",
        until=_REVIEW,
    )
    rule_key = kept(
        models.CharField(max_length=40, blank=True), purpose="そのままにした 理由の 約束です。", until=_REVIEW
    )
    reply = kept(
        models.CharField(max_length=WORDS_BYTES, blank=True),
        purpose="見直したスタッフから あなたへの ひとことです。",
        until=_REVIEW + _ERASED,
    )

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_review_is_decided_whole",
                condition=Q(outcome="", decided_at__isnull=True)
                | Q(outcome__in=["overturned", "upheld"], decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return "review"

    @property
    def due_at(self) -> datetime:
        """By then somebody has looked again."""
        return self.asked_at + timedelta(days=DUE_DAYS)


class ScreeningCandidate(models.Model):
    """A line like one that was hidden by mistake: may become one of the tests of the screening."""

    line = kept(
        models.CharField(max_length=WORDS_BYTES),
        purpose="同じ まちがいを しないように、しくみを ためすための 言葉です。だれの言葉かは、残していません。",
        until="180日。",
    )
    noted_on = kept(models.DateField(db_index=True), purpose="消す日を 決めるためです。", until="180日。")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["line"], name="one_candidate_a_line")]

    def __str__(self) -> str:
        return self.line


class LogHead(models.Model):
    """One row: the end of the chain. Whoever appends locks it first."""

    about_no_person = "スタッフの記録の さいごの番号です。"

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.number)


class LogEntry(models.Model):
    """What a keeper did, never changed: each row holds the hash of the row before."""

    number = kept(models.BigIntegerField(primary_key=True), purpose="記録の ならび順です。", until=_LOG)
    at = kept(models.DateTimeField(), purpose="スタッフが いつ したかです。", until=_LOG)
    actor = kept(
        models.BigIntegerField(null=True), purpose="どのスタッフが したかを、番号で 残します。", until=_LOG
    )
    verb = kept(models.CharField(max_length=40), purpose="スタッフが 何を したかです。", until=_LOG)
    room = kept(models.CharField(max_length=40, blank=True), purpose="どの部屋の ことかです。", until=_LOG)
    rule = kept(models.CharField(max_length=40, blank=True), purpose="理由にした 約束です。", until=_LOG)
    detail_hash = kept(
        models.CharField(max_length=64),
        purpose="くわしいことが 書きかえられていないと、たしかめるためです。",
        until=_LOG,
    )
    prev = kept(models.CharField(max_length=64), purpose="前の記録と つなぐためです。", until=_LOG)
    hash = kept(
        models.CharField(max_length=64),
        purpose="記録が 書きかえられていないと、たしかめるためです。",
        until=_LOG,
    )

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["actor", "-number"], name="log_of_a_keeper"),
            models.Index(fields=["room", "-number"], name="log_of_a_room"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class LogDetail(models.Model):
    """The erasable twin of an entry. Emptied, it says nothing, and the chain still holds."""

    entry = kept(
        models.OneToOneField(LogEntry, on_delete=models.PROTECT, primary_key=True, related_name="detail"),
        purpose="どの記録の くわしいことかです。",
        until=_LOG,
    )
    seat = kept(models.UUIDField(null=True, db_index=True), purpose="どの席の ことかです。", until=_DETAIL)
    salt = kept(
        models.CharField(max_length=64, blank=True),
        purpose="消したあとに、中身を あてられないようにするためです。",
        until=_DETAIL,
    )
    # The text itself, not a JSON column: an engine that sorts keys would change what was hashed.
    body = kept(models.TextField(blank=True), purpose="くわしいことです。", until=_DETAIL)

    def __str__(self) -> str:
        return f"{self.entry_id}"

    @property
    def facts(self) -> dict[str, Any]:
        """What it says; nothing once it was emptied."""
        found: dict[str, Any] = json.loads(self.body) if self.body else {}
        return found
