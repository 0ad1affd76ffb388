"""申し込み: a household that means to come, its turn, and the seat it is asked about."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from ibasho.events.models.plan import MOST_PARTY, Event
from ibasho.lib.kept import kept
from ibasho.people.models import Person, Standpoint

SIGN_UP_DAYS = 30
MOST_SIGN_UPS = 2000
_AFTER = "会の30日あと。呼び名と答えは、とりけしたときに 消えます。"
_SAME_ONCE = "同じ申し込みを 2回に しないためです。"
_KEPT_FREE = "席を、とってあります"
_WAS = {
    _KEPT_FREE: "席を、とっておきました",
    "参加します": "席を、とっておきました",
    "面談をします": "面談の予定でした",
    "順番を待っています": "順番を待っていました",
    "席があいたので、聞いています": "順番を待っていました",
}
_POLITE = ("さん", "さま", "様", "ちゃん", "くん")


class SignUp(models.Model):
    """A party's place in the line of one meeting. `turn` never changes; `seats` are those it holds now.

    Nothing counts how often somebody withdrew or did not come, and no column may ever do so. `revision` grows with
    each state of this one row, since `revised_at`; it ends with the row and is no number of anybody.
    """

    class State(models.TextChoices):
        APPLIED = "applied", "受けとりました"
        INTERVIEW = "interview", "面談をします"
        INTERVIEWED = "interviewed", "面談が終わりました"
        WAITING = "waiting", "順番を待っています"
        OFFERED = "offered", "席があいたので、聞いています"
        JOINED = "joined", "参加します"
        REFERRED = "referred", "ほかの窓口をお伝えしました"
        WITHDRAWN = "withdrawn", "とりけしました"

    IN_LINE = (State.WAITING, State.OFFERED, State.JOINED)
    HOLDING = (State.OFFERED, State.JOINED)

    class Participation(models.TextChoices):
        TEXT = "text", "文字だけ"
        LISTEN = "listen", "聞くだけ"
        SPEAK = "speak", "話す"
        UNDECIDED = "undecided", "まだわからない"

    id = kept(models.UUIDField(primary_key=True, default=uuid4), purpose=_SAME_ONCE, until=_AFTER)
    event = kept(
        models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sign_ups", db_index=False),
        purpose="どの会の 申し込みかです。",
        until=_AFTER,
    )
    request_id = kept(models.UUIDField(unique=True), purpose=_SAME_ONCE, until=_AFTER)
    words_key = kept(models.CharField(max_length=64), purpose=_SAME_ONCE, until=_AFTER)
    code_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="ひかえの番号を たしかめるためです。番号そのものは 残りません。",
        until=_AFTER,
    )
    person = kept(
        models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="sign_ups"),
        purpose="「わたし」から 見られるように、ご自分で つないだときだけです。",
        until=_AFTER,
    )
    call_name = kept(
        models.CharField(max_length=200, blank=True),
        purpose="会で 呼ぶためです。この会だけの 名前です。",
        until=_AFTER,
    )
    standpoint = kept(
        models.CharField(max_length=12, choices=Standpoint.choices),
        purpose="だれのための会かを たしかめ、人数を 数えるためです。",
        until=_AFTER,
    )
    participation = kept(
        models.CharField(max_length=10, choices=Participation.choices, default=Participation.UNDECIDED),
        purpose="すごし方を 用意するためです。",
        until=_AFTER,
    )
    party = kept(
        models.PositiveSmallIntegerField(default=1), purpose="いっしょに来る人の数です。", until=_AFTER
    )
    seats = kept(models.PositiveSmallIntegerField(default=0), purpose="席を 数えるためです。", until=_AFTER)
    all_or_none = kept(
        models.BooleanField(default=False), purpose="「みんなの席がそろったら」の しるしです。", until=_AFTER
    )
    auto_accept = kept(
        models.BooleanField(default=False),
        purpose="「席があいたら そのまま参加にする」の しるしです。",
        until=_AFTER,
    )
    is_first = kept(
        models.BooleanField(null=True),
        purpose="はじめての方の席と、その日のスタッフの あいさつのためです。",
        until=_AFTER,
    )
    state = kept(
        models.CharField(max_length=12, choices=State.choices),
        purpose="どこまで進んだかを 伝えるためです。",
        until=_AFTER,
    )
    revision = kept(
        models.PositiveIntegerField(default=0),
        purpose="ご自分の カレンダーが、どちらが新しいかを 知るためです。",
        until=_AFTER,
    )
    revised_at = kept(
        models.DateTimeField(null=True),
        purpose="ご自分の カレンダーに、いつ変わったかを 出すためです。",
        until=_AFTER,
    )
    turn = kept(models.PositiveIntegerField(), purpose="申し込んだ順番です。", until=_AFTER)
    asked_at = kept(
        models.BigIntegerField(null=True),
        purpose="同じ席を くりかえし聞かないためです。",
        until=_AFTER,
    )
    referral = kept(models.TextField(blank=True), purpose="ほかの窓口を お伝えするためです。", until=_AFTER)
    about_dying = kept(
        models.BooleanField(default=False), purpose="スタッフが 先に読むためです。", until=_AFTER
    )
    marks = kept(
        models.CharField(max_length=80, blank=True),
        purpose="スタッフが 心づもりをして 読むためです。",
        until=_AFTER,
    )

    class Meta:
        ordering = ["event", "turn"]
        indexes = [models.Index(fields=["event", "state", "turn"], name="sign_ups_in_line")]
        constraints = [
            models.UniqueConstraint(fields=["event", "turn"], name="one_sign_up_a_turn"),
            models.CheckConstraint(
                name="sign_up_holds_seats_or_none",
                condition=Q(state__in=["joined", "offered"], seats__gte=1, seats__lte=F("party"))
                | Q(
                    state__in=["applied", "interview", "interviewed", "waiting", "referred", "withdrawn"],
                    seats=0,
                ),
            ),
            models.CheckConstraint(
                name="a_party_of_four_at_most", condition=Q(party__gte=1, party__lte=MOST_PARTY)
            ),
            models.CheckConstraint(
                name="a_referral_has_words", condition=~Q(state="referred") | ~Q(referral="")
            ),
            models.CheckConstraint(
                name="who_withdrew_has_no_name",
                condition=~Q(state="withdrawn") | Q(call_name="", about_dying=False, marks=""),
            ),
        ]

    @property
    def called(self) -> str:
        """The name with さん, which some write themselves."""
        return self.call_name if self.call_name.endswith(_POLITE) else f"{self.call_name}さん"

    @property
    def lacks(self) -> int:
        """Seats that a party which has joined still waits for."""
        return self.party - self.seats if self.state == self.State.JOINED else 0

    @property
    def state_text(self) -> str:
        """How it stands, in words; who has not decided is not told that they come."""
        is_open = self.state == self.State.JOINED and self.participation == self.Participation.UNDECIDED
        return _KEPT_FREE if is_open else self.get_state_display()

    def state_text_at(self, now: datetime) -> str:
        """The same; once the meeting is over, as something that was. It says nothing of who came."""
        text = self.state_text
        return _WAS.get(text, text) if now >= self.event.ends else text

    def __str__(self) -> str:
        return self.get_state_display()


class Offer(models.Model):
    """A seat is free: these seats are held for one party until that hour."""

    class Reply(models.TextChoices):
        OPEN = "", "聞いています"
        YES = "yes", "参加する"
        NO = "no", "やめておく"
        LATER = "later", "また今度"
        SILENCE = "silence", "返事がありませんでした"
        GONE = "gone", "とりけしました"
        GROWN = "grown", "もっと席があいたので、聞きなおしました"

    sign_up = kept(
        models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="offers"),
        purpose="席があいたことを お伝えするためです。",
        until=_AFTER,
    )
    seats = kept(models.PositiveSmallIntegerField(), purpose="いくつの席が あいたかです。", until=_AFTER)
    made_at = kept(models.DateTimeField(), purpose="席があいた時です。", until=_AFTER)
    until = kept(models.DateTimeField(db_index=True), purpose="いつまで 席をとっておくかです。", until=_AFTER)
    answer = kept(
        models.CharField(max_length=8, choices=Reply.choices, blank=True, default=Reply.OPEN),
        purpose="返事です。",
        until=_AFTER,
    )
    answered_at = kept(models.DateTimeField(null=True), purpose="返事をした時です。", until=_AFTER)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sign_up"], condition=Q(answer=""), name="one_open_offer_a_sign_up"
            ),
            models.CheckConstraint(
                name="offer_answered_once",
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=["yes", "no", "later", "silence", "gone", "grown"], answered_at__isnull=False),
            ),
            models.CheckConstraint(name="offer_of_some_seats", condition=Q(seats__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.until)
