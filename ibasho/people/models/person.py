"""A person here is a key nobody sees, a standpoint, and some wishes about the screen."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from ibasho.lib.kept import kept

GUEST_DAYS = 7
KEEP_DAYS = 30
_SESSION = "さいごに使ってから7日（この端末をおぼえるときは30日）。"
_STAY = "合言葉のない方は、さいごに使ってから7日（この端末をおぼえるときは30日）。合言葉のある方は、ご自分で消すまで。"


class Standpoint(models.TextChoices):
    PERSON = "person", "本人"
    PARENT = "parent", "親"
    SIBLING = "sibling", "きょうだい"
    PARTNER_KIN = "partner_kin", "配偶者・ほかの家族"
    SUPPORTER = "supporter", "支援者"
    UNDECIDED = "undecided", "まだ決めない"

    @property
    def side(self) -> str:
        """Which side of the wall: `person`, `family`, or `neither`."""
        if self == Standpoint.PERSON:
            return "person"
        if self in (Standpoint.PARENT, Standpoint.SIBLING, Standpoint.PARTNER_KIN):
            return "family"
        return "neither"


class Kind(models.TextChoices):
    GUEST = "guest", "はじめての方"
    MEMBER = "member", "合言葉のある方"
    KEEPER = "keeper", "スタッフ"


class Theme(models.TextChoices):
    SYSTEM = "system", "この端末に合わせる"
    PAPER = "paper", "紙"
    NIGHT = "night", "夜"
    CLEAR = "clear", "くっきり"


class TextSize(models.IntegerChoices):
    USUAL = 100, "ふつう"
    LARGER = 125, "少し大きい"
    LARGE = 150, "大きい"
    LARGEST = 200, "とても大きい"


class SendDelay(models.IntegerChoices):
    NONE = 0, "待たない"
    FIVE = 5, "5秒 待つ"
    TEN = 10, "10秒 待つ"


def new_key() -> str:
    return secrets.token_hex(16)


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(key=username)


class Person(AbstractBaseUser):
    """The only user model. `key` is internal and never leaves the server."""

    last_login = None  # dates, not times: when somebody was here is nobody's business

    key = kept(
        models.CharField(max_length=32, unique=True, default=new_key),
        purpose="中の仕組みで、記録をつなぐための番号です。外には出ません。",
        until=_STAY,
    )
    password = kept(
        models.CharField(max_length=128),
        purpose="スタッフだけが使う欄です。ほかの方は、空のままです。",
        until=_STAY,
    )
    kind = kept(
        models.CharField(max_length=8, choices=Kind.choices, default=Kind.GUEST),
        purpose="スタッフかどうか、合言葉があるかどうかを 分けるためです。",
        until=_STAY,
    )
    standpoint = kept(
        models.CharField(max_length=12, choices=Standpoint.choices, default=Standpoint.UNDECIDED),
        purpose="入れる部屋を 決めるためです。ほかの人には 見えません。",
        until=_STAY,
    )
    next_standpoint = kept(
        models.CharField(max_length=12, choices=Standpoint.choices, blank=True, default=""),
        purpose="立場を変えるとき、次の日まで 待つためです。",
        until="次の日になるまで。",
    )
    next_standpoint_on = kept(
        models.DateField(null=True, blank=True),
        purpose="新しい立場が はじまる日です。",
        until="その日になるまで。",
    )
    phrase_hash = kept(
        models.CharField(max_length=128, null=True, unique=True),
        purpose="合言葉で もどるためです。言葉そのものは 残りません。",
        until="合言葉を やめるまで。",
    )
    theme = kept(
        models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM),
        purpose="画面の色です。",
        until=_STAY,
    )
    text_size = kept(
        models.PositiveSmallIntegerField(choices=TextSize.choices, default=TextSize.USUAL),
        purpose="文字の大きさです。",
        until=_STAY,
    )
    furigana = kept(
        models.BooleanField(default=False), purpose="ふりがなを つけるかどうかです。", until=_STAY
    )
    spacing = kept(
        models.BooleanField(default=False), purpose="言葉のあいだを あけるかどうかです。", until=_STAY
    )
    send_delay = kept(
        models.PositiveSmallIntegerField(choices=SendDelay.choices, default=SendDelay.NONE),
        purpose="送る前に 待つ秒数です。",
        until=_STAY,
    )
    enter_sends = kept(models.BooleanField(default=False), purpose="Enterで 送るかどうかです。", until=_STAY)
    entered_on = kept(models.DateField(), purpose="はじめて来た日です。時刻は 残しません。", until=_STAY)
    last_seen_on = kept(models.DateField(), purpose="使われていない記録を 消すためです。", until=_STAY)
    suspended_until = kept(
        models.DateTimeField(null=True, blank=True),
        purpose="利用を止めているあいだの 終わりです。",
        until="その時刻が 来るまで。",
    )
    facts = kept(
        models.BigIntegerField(default=0, db_index=True),
        purpose="開いている画面に、変わったことを 知らせるための番号です。",
        until=_STAY,
    )

    USERNAME_FIELD = "key"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="person_standpoint_known", condition=models.Q(standpoint__in=Standpoint.values)
            ),
            models.CheckConstraint(name="person_kind_known", condition=models.Q(kind__in=Kind.values)),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def side(self) -> str:
        return Standpoint(self.standpoint).side

    @property
    def has_phrase(self) -> bool:
        return self.phrase_hash is not None


class Session(models.Model):
    """One browser that has entered. The key itself is only in the cookie."""

    key_hash = kept(
        models.CharField(max_length=64, primary_key=True),
        purpose="この端末が 入っていることの しるしです。",
        until=_SESSION,
    )
    person = kept(
        models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions"),
        purpose="だれの端末かを つなぐためです。",
        until=_SESSION,
    )
    data = kept(
        models.TextField(),
        purpose="ページのあいだで 引きつぐことです。合言葉で見つけた部屋と、つらい気持ちを 書いたあとの 案内と、入る前に えらんだ 見え方も、ここにあります。スタッフは、何を いつ 見せて 入ったかも、ここにあります。",
        until="案内は、24時間。ほかは、" + _SESSION,
    )
    away = kept(
        models.BooleanField(default=False),
        purpose="「すぐ閉じる」のあと、中を 見せないためです。",
        until="「つづける」まで。",
    )
    keep = kept(
        models.BooleanField(default=False),
        purpose="「この端末は、わたしだけが使う」の しるしです。",
        until=_SESSION,
    )
    expires_on = kept(models.DateField(db_index=True), purpose="この しるしを 消す日です。", until=_SESSION)

    def __str__(self) -> str:
        return "session"


class FactsClock(models.Model):
    """One row. Every change that open lines must obey takes the next number from it."""

    about_no_person = "番号がひとつ あるだけです。"

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
