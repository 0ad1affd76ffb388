"""Rooms, their hours and sessions, the seats in them, and the words said there.

`db_index=False`: a constraint that begins with this column serves its lookups, and every index
less is a page less to bring to disk with each post.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from ibasho.duty.models import Duty, Shift
from ibasho.lib import clock
from ibasho.lib.beside import beside
from ibasho.lib.kept import kept
from ibasho.people.models import Person, Standpoint

MESSAGE_GRAPHEMES = 1000
MESSAGE_BYTES = 4000
COVER_GRAPHEMES = 60
CALL_NAME_GRAPHEMES = 20
TOPIC_GRAPHEMES = 80
PAGE_SIZE = 50
EDIT_MINUTES = 5
CLOSING_MINUTES = 15
GRACE_SECONDS = 60
ACTIVE_MINUTES = 10
NAME_HELD_HOURS = 24
MOST_IGNORED = 100
_WORDS = "部屋ごとに決めた日数（はじめは14日）。"
_SEAT = "さいごの書き込みが 消えるまで。"
_IGNORING = "また見るように するまで。どちらかの席が なくなるまで。"


class Room(models.Model):
    about_no_person = "部屋のつくりです。"

    class Entry(models.TextChoices):
        OPEN = "open", "だれでも"
        PASSPHRASE = "passphrase", "部屋の合言葉"
        INVITATION = "invitation", "よばれた人だけ"
        MEETING = "meeting", "申し込んだ人だけ"

    # on no list, and nobody's to find or to read but of those who sit in them
    APART = (Entry.INVITATION, Entry.MEETING)

    class Holidays(models.TextChoices):
        AS_USUAL = "as_usual", "いつもどおり"
        CLOSED = "closed", "お休み"

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    entry = models.CharField(max_length=12, choices=Entry.choices, default=Entry.OPEN)
    passphrase_key = models.CharField(max_length=64, null=True, unique=True)
    is_listed = models.BooleanField(default=True)
    is_trial = models.BooleanField(default=False)
    is_facilitated = models.BooleanField(default=False)
    age_note = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=400, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    newcomer_seats = models.PositiveSmallIntegerField(default=0)
    pace_seconds = models.PositiveSmallIntegerField(default=0)
    keepers_needed = models.PositiveSmallIntegerField(default=2)
    checked_first = models.BooleanField(default=False, db_default=False, help_text="見てから出す部屋。")
    newcomers_first = models.BooleanField(
        default=False, db_default=False, help_text="はじめての方の言葉だけ、見てから出す部屋。"
    )
    holds_abuse = models.BooleanField(
        default=False, db_default=False, help_text="人を傷つけるかもしれない言葉は、見てから出す部屋。"
    )
    planned = models.JSONField(
        null=True,
        blank=True,
        help_text="スタッフが いまだけ変えたことの、もとの値。部屋がしまると もどります。",
    )
    cited = models.JSONField(
        null=True,
        blank=True,
        help_text="スタッフが いまだけ変えたことの、もとになった約束の言葉。部屋がしまると 消えます。",
    )
    retention_days = models.PositiveSmallIntegerField(default=14)
    holidays = models.CharField(max_length=8, choices=Holidays.choices, default=Holidays.AS_USUAL)
    retired_on = models.DateField(null=True, blank=True, help_text="たたんだ日。もう あきません。")
    opens_at = models.DateTimeField(null=True, blank=True, help_text="集まりの部屋だけ。1回だけ あきます。")
    closes_at = models.DateTimeField(null=True, blank=True)
    seq = models.BigIntegerField(default=0)
    last_position = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="room_has_keepers", condition=Q(keepers_needed__gte=1) | Q(is_trial=True)
            ),
            models.CheckConstraint(name="room_keeps_some_days", condition=Q(retention_days__gte=1)),
            models.CheckConstraint(
                name="room_newcomers_fit",
                condition=Q(capacity__isnull=True) | Q(newcomer_seats__lte=F("capacity")),
            ),
            models.CheckConstraint(
                name="room_passphrase_set",
                condition=~Q(entry="passphrase") | Q(passphrase_key__isnull=False),
            ),
            models.CheckConstraint(
                name="an_invitation_is_quiet",
                condition=~Q(entry="invitation")
                | Q(is_listed=False, keepers_needed__gte=2, retired_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_meetings_room_is_on_no_list",
                condition=~Q(entry="meeting") | Q(is_listed=False, keepers_needed__gte=2, is_trial=False),
            ),
            models.CheckConstraint(
                name="only_a_meetings_room_opens_once",
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(
                    entry="meeting",
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    closes_at__gt=F("opens_at"),
                ),
            ),
            models.UniqueConstraint(fields=["is_trial"], condition=Q(is_trial=True), name="one_trial_room"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_by_invitation(self) -> bool:
        """A quiet room: for one seat and two keepers, on no list."""
        return self.entry == Room.Entry.INVITATION

    @property
    def is_of_a_meeting(self) -> bool:
        """A meeting's own room: for who has joined it, in its time, on no list."""
        return self.entry == Room.Entry.MEETING

    @property
    def is_apart(self) -> bool:
        """On no list of rooms, of anybody's."""
        return self.entry in Room.APART

    @property
    def title_at_desk(self) -> str:
        """With the day of a meeting, of which the next one may be called the same."""
        return beside(self.title, clock.day_text(self.opens_at)) if self.opens_at else self.title

    def may_begin_at(self, moment: datetime) -> bool:
        """Whether keepers may open it by hand then."""
        if self.retired_on is not None:
            return False
        if not self.is_of_a_meeting:
            return True
        return (
            self.opens_at is not None
            and self.closes_at is not None
            and self.opens_at <= moment < self.closes_at
        )


class RoomAudience(models.Model):
    """Which standpoint may see and enter a room."""

    about_no_person = "部屋のつくりです。"

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="audiences")
    standpoint = models.CharField(max_length=12, choices=Standpoint.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "standpoint"], name="one_audience_row")]

    def __str__(self) -> str:
        return self.get_standpoint_display()


class OpeningHours(models.Model):
    """Weekly hours in Asia/Tokyo. Minutes from midnight; `closes` may pass 24:00 (1440)."""

    about_no_person = "部屋の時間です。"

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text="0=月 … 6=日")
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="opening_hours_in_order",
                condition=Q(weekday__lte=6, opens__lt=1440, closes__lte=2880) & Q(closes__gt=F("opens")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes}"


class ClosedDay(models.Model):
    """A date (the one a session starts on) without opening."""

    about_no_person = "部屋の休みです。"

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="closed_days")
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "date"], name="one_closed_day")]

    def __str__(self) -> str:
        return str(self.date)


class RoomSession(models.Model):
    """One opening of a room. `closes_at` is empty only for the room to try."""

    about_no_person = "部屋があいた時間です。"

    class State(models.TextChoices):
        PREPARING = "preparing", "準備中"
        OPEN = "open", "あいています"
        CLOSING = "closing", "もうすぐ閉まります"
        PAUSED = "paused", "休けい"
        CLOSED = "closed", "閉まっています"

    class Pause(models.TextChoices):
        NO_KEEPERS = "no_keepers", "スタッフを待っています"
        BY_HAND = "by_hand", "スタッフが休けいにしました"

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="sessions")
    state = models.CharField(max_length=10, choices=State.choices)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, db_index=True)
    first_position = models.BigIntegerField(help_text="この回の最初の書き込みの位置。")
    first_seq = models.BigIntegerField(help_text="この回がはじまったときの番号。")
    paused_why = models.CharField(max_length=10, choices=Pause.choices, blank=True, default="")
    paused_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True, help_text="空のあいだは、再開するまで。")

    class Meta:
        ordering = ["opens_at"]
        constraints = [
            models.CheckConstraint(
                name="a_pause_says_why",
                condition=Q(state="paused", paused_at__isnull=False, paused_why__in=["no_keepers", "by_hand"])
                | (~Q(state="paused") & Q(paused_why="", paused_at__isnull=True, paused_until__isnull=True)),
            ),
            models.UniqueConstraint(fields=["room", "opens_at"], name="one_session_per_opening"),
            models.UniqueConstraint(
                fields=["room"], condition=~Q(state="closed"), name="one_session_at_a_time"
            ),
            models.CheckConstraint(
                name="session_ends_later",
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class RoomDuty(models.Model):
    """A keeper's duty covers this room."""

    duty = kept(
        models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="rooms"),
        purpose="どの当番かです。",
        until="当番が終わってから90日。",
    )
    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="duties"),
        purpose="どの部屋の当番かです。",
        until="当番が終わってから90日。",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "room"], name="one_duty_per_room")]

    def __str__(self) -> str:
        return f"{self.duty} {self.room}"


class RoomShift(models.Model):
    """A planned duty means to cover this room."""

    shift = kept(
        models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="rooms"),
        purpose="どの当番の予定かです。",
        until="当番の時間が終わってから90日。",
    )
    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="shifts"),
        purpose="どの部屋の当番の予定かです。",
        until="当番の時間が終わってから90日。",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "room"], name="one_shift_per_room")]

    def __str__(self) -> str:
        return f"{self.shift} {self.room}"


class Seat(models.Model):
    """One row per person and room, for as long as anything hangs on it."""

    class Mode(models.TextChoices):
        OBSERVE = "observe", "見ているだけ"
        SPEAK = "speak", "話す"

    id = kept(models.UUIDField(primary_key=True), purpose="部屋の中だけの席の番号です。", until=_SEAT)
    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="seats", db_index=False),
        purpose="どの部屋の席かです。",
        until=_SEAT,
    )
    person = kept(
        models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="seats"),
        purpose="だれの席かです。ほかの人には 見えません。",
        until=_SEAT,
    )
    mode = kept(
        models.CharField(max_length=8, choices=Mode.choices),
        purpose="話すか、見ているだけかです。",
        until=_SEAT,
    )
    call_name = kept(
        models.CharField(max_length=200, blank=True),
        purpose="この部屋での名前です。ほかの部屋とは つながりません。",
        until=_SEAT,
    )
    name_skeleton = kept(
        models.CharField(max_length=400, blank=True),
        purpose="まちがえやすい名前を さけるためです。",
        until=_SEAT,
    )
    left_at = kept(
        models.DateTimeField(null=True), purpose="席を立ったことです。理由は 聞きません。", until=_SEAT
    )
    first_entered_at = kept(
        models.DateTimeField(), purpose="はじめての方を ゆっくり むかえるためです。", until=_SEAT
    )
    active_at = kept(models.DateTimeField(), purpose="席の数を 数えるためです。", until=_SEAT)
    post_count = kept(
        models.PositiveIntegerField(default=0),
        purpose="はじめての方を ゆっくり むかえるためです。",
        until=_SEAT,
    )
    last_posted_at = kept(
        models.DateTimeField(null=True), purpose="部屋の ゆっくりさを 守るためです。", until=_SEAT
    )
    resting_until = kept(
        models.DateTimeField(null=True), purpose="少し休む時間の 終わりです。", until="その時刻が 来るまで。"
    )
    removed_until = kept(
        models.DateTimeField(null=True),
        purpose="この部屋を 出ている時間の 終わりです。",
        until="その時刻が 来るまで。",
    )
    covered_at = kept(
        models.DateTimeField(null=True),
        purpose="スタッフが かくしたところが、同じ回に また出ないようにするためです。",
        until=_SEAT,
    )
    facts = kept(
        models.BigIntegerField(default=0, db_index=True),
        purpose="開いている画面に、変わったことを 知らせるための番号です。",
        until=_SEAT,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "person"], name="one_seat_per_person_and_room"),
            models.CheckConstraint(name="seat_mode_known", condition=Q(mode__in=["observe", "speak"])),
        ]
        indexes = [models.Index(fields=["room", "name_skeleton"], name="seat_names")]

    def __str__(self) -> str:
        return str(self.id)


class Attendance(models.Model):
    """This seat was in this session, and so may read it later."""

    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="attendances", db_index=False),
        purpose="あとから、その回の書き込みを 読めるようにするためです。",
        until=_SEAT,
    )
    session = kept(
        models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="attendances"),
        purpose="どの回かです。",
        until=_SEAT,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seat", "session"], name="one_attendance")]

    def __str__(self) -> str:
        return f"{self.session}"


class Message(models.Model):
    """Words at a position. `seq` is the number of the row's last change."""

    class State(models.TextChoices):
        SHOWN = "shown", "出ています"
        HIDDEN = "hidden", "スタッフがかくしました"
        WITHDRAWN = "withdrawn", "とりけしました"
        ERASED = "erased", "消えました"

    id = kept(models.UUIDField(primary_key=True), purpose="書き込みの番号です。", until=_WORDS)
    room = kept(
        models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages", db_index=False),
        purpose="どの部屋の書き込みかです。",
        until=_WORDS,
    )
    session = kept(
        models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="messages"),
        purpose="どの回の書き込みかです。",
        until=_WORDS,
    )
    seat = kept(
        models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="messages", db_index=False),
        purpose="どの席の書き込みかです。",
        until=_WORDS,
    )
    position = kept(models.BigIntegerField(), purpose="ならび順です。", until=_WORDS)
    seq = kept(models.BigIntegerField(), purpose="変わった順の番号です。", until=_WORDS)
    request_id = kept(
        models.UUIDField(), purpose="同じ書き込みが 2つに ならないようにするためです。", until=_WORDS
    )
    posted_seq = kept(models.BigIntegerField(), purpose="送り手への はじめての返事です。", until=_WORDS)
    words_key = kept(
        models.CharField(max_length=64, blank=True),
        purpose="同じ言葉かどうかを たしかめるためです。もとの言葉には もどせません。",
        until=_WORDS,
    )
    call_name = kept(
        models.CharField(max_length=200, blank=True), purpose="書いたときの名前です。", until=_WORDS
    )
    name_skeleton = kept(
        models.CharField(max_length=400, blank=True),
        purpose="出ている名前を、ほかの席が まねできないようにするためです。",
        until=_WORDS,
    )
    keeper = kept(
        models.BooleanField(default=False), purpose="スタッフの書き込みかどうかです。", until=_WORDS
    )
    text = kept(models.TextField(null=True), purpose="部屋の人が 読むためです。", until=_WORDS)
    cover = kept(models.CharField(max_length=600, blank=True), purpose="おおいの言葉です。", until=_WORDS)
    tone = kept(
        models.CharField(max_length=16, blank=True),
        purpose="「聞いてほしいだけ」などの ねがいです。",
        until=_WORDS,
    )
    at = kept(models.DateTimeField(db_index=True), purpose="書いた時（分まで）です。", until=_WORDS)
    edited = kept(models.BooleanField(default=False), purpose="なおしたかどうかです。", until=_WORDS)
    state = kept(
        models.CharField(max_length=10, choices=State.choices, default=State.SHOWN),
        purpose="出ているかどうかです。",
        until=_WORDS,
    )
    redacted = kept(
        models.BooleanField(default=False, db_default=False),
        purpose="スタッフが 一部を かくしたかどうかです。",
        until=_WORDS,
    )
    unnamed = kept(
        models.BooleanField(default=False, db_default=False),
        purpose="スタッフが 名前を はずしたかどうかです。",
        until=_WORDS,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "position"], name="one_message_per_position"),
            models.UniqueConstraint(fields=["seat", "request_id"], name="one_message_per_request"),
            models.CheckConstraint(
                name="only_shown_or_hidden_has_words",
                condition=Q(state__in=["shown", "hidden"], text__isnull=False)
                | Q(state__in=["withdrawn", "erased"], text__isnull=True, cover="", tone=""),
            ),
            models.CheckConstraint(
                name="only_words_are_redacted",
                condition=Q(redacted=False) | Q(state__in=["shown", "hidden"]),
            ),
        ]
        indexes = [
            models.Index(fields=["room", "seq"], name="message_changes"),
            models.Index(fields=["room", "name_skeleton", "seat"], name="message_names"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Amendment(models.Model):
    """An edit or a withdrawal that was done: asked again, it gets the same answer."""

    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE),
        purpose="同じことを 2度しないためです。",
        until=_WORDS,
    )
    request_id = kept(models.UUIDField(), purpose="同じことを 2度しないためです。", until=_WORDS)
    message = kept(
        models.ForeignKey(Message, on_delete=models.CASCADE, null=True),
        purpose="どの書き込みかです。",
        until=_WORDS,
    )
    held = kept(
        models.ForeignKey("rooms.HeldPost", on_delete=models.CASCADE, null=True),
        purpose="とりけした、待っていた言葉です。",
        until=_WORDS,
    )
    seq = kept(models.BigIntegerField(), purpose="送り手への返事です。", until=_WORDS)
    words_key = kept(
        models.CharField(max_length=64, blank=True),
        purpose="同じ言葉かどうかを たしかめるためです。",
        until=_WORDS,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat", "request_id"], name="one_amendment_per_request"),
            models.CheckConstraint(
                name="an_amendment_is_of_words_that_stand_or_wait",
                condition=Q(message__isnull=False, held__isnull=True)
                | Q(message__isnull=True, held__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.request_id)


class Ignoring(models.Model):
    """A seat does not want to read another seat's words. Nobody but its own person ever learns of it."""

    seat = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="ignorings", db_index=False),
        purpose="だれが えらんだかです。ほかの人にも、スタッフにも 見えません。",
        until=_IGNORING,
    )
    whom = kept(
        models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+"),
        purpose="どの席の書き込みを 見ないかです。その人には 伝わりません。",
        until=_IGNORING,
    )
    call_name = kept(
        models.CharField(max_length=200, blank=True),
        purpose="あなたが あとで 見分けるための、そのときの名前です。",
        until=_IGNORING,
    )
    taken_skeleton = kept(
        models.CharField(max_length=400, blank=True, db_default="", default=""),
        purpose="スタッフが はずした名前だったときに、もどった名前を 合わせるためです。",
        until=_IGNORING,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat", "whom"], name="one_ignoring_per_seat"),
            models.CheckConstraint(name="nobody_ignores_themself", condition=~Q(seat=F("whom"))),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.whom_id}"


class RoomChange(models.Model):
    """The room's own last change (state, topic, pace): one row a room, as words have theirs."""

    about_no_person = "部屋のようすです。"

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="change")
    seq = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.seq)


class Birthmarks(models.Manager["Birthmark"]):
    def locked(self) -> Birthmark:
        """The one row, made where there is none. Only inside a transaction."""
        row, _ = self.select_for_update().get_or_create(pk=1, defaults={"mark": secrets.token_hex(8)})
        return row


class Birthmark(models.Model):
    """One row: the database's random id. A copy carries it along, another database has another.

    `count` is that of the epoch, as `rooms.epoch` says; `secret_key` tells whether a process has the house secret
    that this database was written with.
    """

    about_no_person = "データベースの しるしです。"

    mark = models.CharField(max_length=32)
    count = models.PositiveIntegerField(default=0, db_default=0)
    secret_key = models.CharField(max_length=64, default="", db_default="")

    objects = Birthmarks()

    def __str__(self) -> str:
        return self.mark
