"""Acts of keepers with their undo, and the sealed words they point at."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.rooms.models import HeldPost, Message, Room, Seat

REVIEW_DAYS = 30
WORDS_GRAPHEMES = 200
WORDS_BYTES = 800
ERASED = "記録を 消したときは、そのとき。"
_ACT = (
    "見直しを お願いできるあいだ（30日）。"
    "見直しを お願いされたときは、結果が 出てから 30日。かくしている書き込みは、それが 消えるまで。"
)
_SEAL = "見直しを お願いできるあいだ（30日）。見直しを 待っているあいだは、結果が 出るまで。"


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
        until=_ACT + ERASED,
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

    @property
    def made_by(self) -> frozenset[int]:
        """The keepers who did it: somebody else looks at it again."""
        return frozenset({self.keeper_id} if self.keeper_id else ())


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
    """A part of somebody's words that a keeper covered. The words as they were lie under `seal`; `spans` are the
    covered [from, to] in them, also those of an earlier act.
    """

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
    spans = kept(
        models.JSONField(default=list),
        purpose="かくしたところが、なおした言葉に また出ないようにするためです。",
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


class Unnaming(Act):
    """A name that a keeper took from a seat, with whatever looks like it. The name itself lies under `seal`; the seat
    was called `given_name` from then on, if it still bore it.
    """

    message_key = kept(
        models.UUIDField(null=True), purpose="きっかけになった 書き込みの番号です。", until=_ACT
    )
    seal = kept(
        models.ForeignKey("SealedText", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="もとの名前に もどすためです。",
        until=_SEAL,
    )
    name_skeleton = kept(
        models.CharField(max_length=400, blank=True),
        purpose="はずした名前が、この部屋で また使われないようにするためです。",
        until=_SEAL,
    )
    given_name = kept(
        models.CharField(max_length=200, blank=True),
        purpose="もどすときに、あなたが えらんだ名前を 変えないためです。",
        until=_SEAL + ERASED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "name_skeleton"],
                condition=Q(lifted_at__isnull=True) & ~Q(name_skeleton=""),
                name="one_unnaming_of_a_name_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["room", "name_skeleton"], name="unnamed_in_a_room")]

    def is_in_force_at(self, moment: datetime) -> bool:
        """Until it is lifted, or the name cannot be brought back any more."""
        return self.lifted_at is None and self.seal_id is not None


class KeepingBack(Act):
    """Words that waited for a keeper, and were not shown. They lie under a seal, for keepers only."""

    held = kept(
        models.ForeignKey(HeldPost, on_delete=models.SET_NULL, null=True, related_name="keepings_back"),
        purpose="どの言葉かです。",
        until=_ACT,
    )
    message_key = kept(models.UUIDField(), purpose="言葉の番号です。", until=_ACT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["held"], condition=Q(lifted_at__isnull=True), name="one_keeping_back_at_a_time"
            )
        ]

    def is_in_force_at(self, moment: datetime) -> bool:
        """Until it is lifted, or the words are gone."""
        held = self.held
        return self.lifted_at is None and held is not None and held.outcome == HeldPost.Outcome.KEPT_BACK


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
        purpose="あなたの記録に 出すためです（知らせのための うつしは、1日までに お知らせして、そのあと）。記録を 消すと、つながりも 消えます。",
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
