"""Who keeps the house: a name to sign in with, a name on duty, roles, and links that begin an account."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ibasho.lib.kept import kept
from ibasho.people.models.person import Person

LOGIN_NAME_LETTERS = 40
DUTY_NAME_LETTERS = 20
LINK_HOURS = 24
_AS_KEEPER = "スタッフを やめるまで。"
_WORK = "このスタッフの しごとの記録が なくなるまで。"
_LINK = "24時間。使ったときは、そのとき。"


class Role(models.TextChoices):
    MODERATOR = "moderator", "見守り役"
    FACILITATOR = "facilitator", "進行役"
    COORDINATOR = "coordinator", "調整役"
    STEWARD = "steward", "家の番"


class Keeper(models.Model):
    """One account of a keeper. It never takes part as a person."""

    person = kept(
        models.OneToOneField(Person, on_delete=models.CASCADE, related_name="keeper"),
        purpose="スタッフの しるしと、記録を つなぐためです。",
        until=_WORK,
    )
    login_name = kept(
        models.CharField(max_length=LOGIN_NAME_LETTERS, unique=True, null=True),
        purpose="スタッフが 入るときの 名前です。ほかの人には 見えません。",
        until=_AS_KEEPER,
    )
    duty_name = kept(
        models.CharField(max_length=DUTY_NAME_LETTERS, unique=True),
        purpose="見守りを しているときに、部屋で 見える名前です。",
        until="このスタッフの 書いた言葉や しごとの記録が なくなるまで。",
    )
    began_on = kept(models.DateField(), purpose="スタッフに なった日です。", until=_WORK)
    ended_on = kept(
        models.DateField(null=True, blank=True),
        purpose="スタッフを やめた日です。もう 入れないように するためです。",
        until=_WORK,
    )

    def __str__(self) -> str:
        return self.duty_name


class KeeperRole(models.Model):
    """What a keeper may do. No row, no role."""

    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, related_name="roles"),
        purpose="だれの役わりかを つなぐためです。",
        until=_AS_KEEPER,
    )
    role = kept(
        models.CharField(max_length=12, choices=Role.choices),
        purpose="スタッフの できることを 決めるためです。",
        until=_AS_KEEPER,
    )
    given_on = kept(models.DateField(), purpose="役わりを うけた日です。", until=_AS_KEEPER)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["keeper", "role"], name="keeper_role_once"),
            models.CheckConstraint(name="keeper_role_known", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class KeeperLink(models.Model):
    """A link that begins an account (`keeper` is None) or gives one back. The token is only in the link."""

    token_hash = kept(
        models.CharField(max_length=64, primary_key=True),
        purpose="スタッフになるための リンクを たしかめるためです。リンクそのものは 残りません。",
        until=_LINK,
    )
    keeper = kept(
        models.ForeignKey(Keeper, on_delete=models.CASCADE, null=True, related_name="links"),
        purpose="入れなくなったスタッフが もどるための リンクかどうかです。",
        until=_LINK,
    )
    roles = kept(
        models.CharField(max_length=60, blank=True, default=""),
        purpose="新しいスタッフの 役わりです。",
        until=_LINK,
    )
    made_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="links_made"),
        purpose="だれが リンクを作ったかを たしかめるためです。",
        until=_LINK,
    )
    expires_at = kept(
        models.DateTimeField(db_index=True), purpose="リンクが 使えなくなる時刻です。", until=_LINK
    )
    used_at = kept(
        models.DateTimeField(null=True, blank=True),
        purpose="一度だけ 使えるように するためです。",
        until=_LINK,
    )

    def __str__(self) -> str:
        return "link"
