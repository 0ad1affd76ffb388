"""Words that wait for a keeper, and what was found in words that stand or wait."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ibasho.lib.kept import kept
from ibasho.rooms.models.words import Message, Room, RoomSession, Seat

MOST_WAITING = 3
MOST_WAITING_OF_NEWCOMERS = 10  # in one room
_WORDS = "部屋ごとに決めた日数（はじめは14日）。"
_FOUND = "その書き込みが 消えるまで。"


class HeldPost(models.Model):
    """Words that a keeper reads before anybody else does. Its id is the message's, once they are shown."""

    class Code(models.TextChoices):
        """Why they wait, as the wire says it."""

        TO_KEEPERS = "to_keepers", "書いた方が えらびました"
        PERSONAL_INFO = "personal_info", "電話番号や住所のようなもの"
        CONTACT_EXCHANGE = "contact_exchange", "連絡先のようなもの"
        CARE = "care", "ていねいに読みたい言葉"
        SOLICITATION = "solicitation", "さそいのような言葉"
        LINK = "link", "はじめての方のリンク"
        ABUSE = "abuse", "人を傷つけるかもしれない言葉"
        COVERED = "covered", "スタッフが かくした言葉"
        HOUSE_WORD = "house_word", "この家で 決めた言葉"
        NEWCOMERS_FIRST = "newcomers_first", "はじめての方の書き込み"
        CHECKED_FIRST = "checked_first", "見てから出す部屋"

    class Outcome(models.TextChoices):
        WAITING = "waiting", "待っています"
        RELEASED = "released", "出しました"
        KEPT_BACK = "kept_back", "出しませんでした"
        WITHDRAWN = "withdrawn", "とりけしました"
        LEFT = "left", "席を立ちました"
        CLOSED = "closed", "部屋がしまりました"
        ERASED = "erased", "消えました"

    id = kept(models.UUIDField(primary_key=True), purpose="待っている言葉の番号です。", until=_WORDS)
    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="held_posts", db_index=False),
        purpose="どの部屋の言葉かです。",
        until=_WORDS,
    )
    session = kept(
        models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="held_posts"),
        purpose="どの回の言葉かです。その回のあいだだけ、出せます。",
        until=_WORDS,
    )
    seat = kept(
        models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="held_posts", db_index=False),
        purpose="どの席の言葉かです。",
        until=_WORDS,
    )
    request_id = kept(
        models.UUIDField(), purpose="同じ書き込みが 2つに ならないようにするためです。", until=_WORDS
    )
    words_key = kept(
        models.CharField(max_length=64, blank=True),
        purpose="同じ言葉かどうかを たしかめるためです。もとの言葉には もどせません。",
        until=_WORDS,
    )
    call_name = kept(
        models.CharField(max_length=200, blank=True), purpose="書いたときの名前です。", until=_WORDS
    )
    text = kept(
        models.TextField(null=True),
        purpose="出してよいかを、スタッフが 読んで 決めるためです。とりけしたあとも、スタッフだけが 読めます。",
        until=_WORDS,
    )
    cover = kept(models.CharField(max_length=600, blank=True), purpose="おおいの言葉です。", until=_WORDS)
    tone = kept(
        models.CharField(max_length=16, blank=True),
        purpose="「聞いてほしいだけ」などの ねがいです。",
        until=_WORDS,
    )
    code = kept(
        models.CharField(max_length=16, choices=Code.choices), purpose="どうして 待つのかです。", until=_WORDS
    )
    newcomer = kept(
        models.BooleanField(default=False),
        purpose="はじめての方の言葉が、たまりすぎないようにするためです。",
        until=_WORDS,
    )
    at = kept(models.DateTimeField(db_index=True), purpose="書いた時（分まで）です。", until=_WORDS)
    place = kept(
        models.PositiveIntegerField(default=0, db_default=0),
        purpose="同じ分に 書いた言葉を、書いた順に ならべるためです。",
        until=_WORDS,
    )
    outcome = kept(
        models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING),
        purpose="どうなったかです。",
        until=_WORDS,
    )
    decided_at = kept(models.DateTimeField(null=True), purpose="いつ どうなったかです。", until=_WORDS)
    decided_by = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 決めたかです。",
        until=_WORDS,
    )

    class Meta:
        ordering = ["at", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "request_id"], name="one_held_post_per_request"),
            models.CheckConstraint(
                name="held_words_until_shown_or_erased",
                condition=Q(outcome__in=["released", "erased"], text__isnull=True, cover="", tone="")
                | (~Q(outcome__in=["released", "erased"]) & Q(text__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_held_post_waits_or_was_decided",
                condition=Q(outcome="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(outcome="waiting") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["room", "seat"], condition=Q(outcome="waiting"), name="held_posts_waiting")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Finding(models.Model):
    """What the screening noticed at words that stand, or at words that wait: a hint to keepers, no more.

    `spans` are pairs [from, to] of characters in the words as they were written.
    """

    class Level(models.TextChoices):
        NOW = "now", "いますぐ"
        LOOK = "look", "見てほしい"

    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="findings"),
        purpose="どの部屋の 言葉かです。",
        until=_FOUND,
    )
    session = kept(
        models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="findings"),
        purpose="どの回の 言葉かです。",
        until=_FOUND,
    )
    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="findings"),
        purpose="どの席の 言葉かです。",
        until=_FOUND,
    )
    message = kept(
        models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="findings"),
        purpose="どの書き込みかです。",
        until=_FOUND,
    )
    held = kept(
        models.ForeignKey(HeldPost, on_delete=models.CASCADE, null=True, related_name="findings"),
        purpose="待っている どの言葉かです。",
        until=_FOUND,
    )
    label = kept(
        models.CharField(max_length=32), purpose="スタッフが すぐ 気づけるようにするためです。", until=_FOUND
    )
    level = kept(
        models.CharField(max_length=4, choices=Level.choices, default=Level.LOOK),
        purpose="どれくらい いそぐかです。",
        until=_FOUND,
    )
    about_other = kept(
        models.BooleanField(default=False), purpose="ほかの方の ことかどうかです。", until=_FOUND
    )
    spans = kept(models.JSONField(default=list), purpose="言葉の どこかです。", until=_FOUND)
    why = kept(
        models.CharField(max_length=400, blank=True), purpose="どうして 気づいたかです。", until=_FOUND
    )
    at = kept(models.DateTimeField(db_index=True), purpose="いつの ことかです。", until=_FOUND)
    seen_at = kept(models.DateTimeField(null=True), purpose="スタッフが 見た時です。", until=_FOUND)
    seen_by = kept(
        models.ForeignKey("people.Keeper", on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 見たかです。",
        until=_FOUND,
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_finding_is_at_words_that_stand_or_wait",
                condition=Q(message__isnull=False, held__isnull=True)
                | Q(message__isnull=True, held__isnull=False),
            ),
            models.CheckConstraint(name="finding_level_known", condition=Q(level__in=["now", "look"])),
            models.CheckConstraint(
                name="a_finding_is_seen_by_somebody_at_some_time",
                condition=Q(seen_by__isnull=True) | Q(seen_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["room", "label"], condition=Q(seen_at__isnull=True), name="findings_unseen")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.level}"
