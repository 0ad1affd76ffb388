"""What allauth's tables keep, said beside our own: its fields cannot carry the marks themselves."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Model

from ibasho.lib.kept import kept

_AS_KEEPER = "スタッフが はずすまで。または、スタッフを やめるまで。"
_NEVER = "スタッフの しくみに ついてくる欄です。使いません。いつも 空です。"
_MARKS: dict[type[Model], dict[str, tuple[str, str]]] = {
    Authenticator: {
        "user": ("どのスタッフの 入り方かを つなぐためです。", _AS_KEEPER),
        "type": ("アプリの数字、パスキー、ひかえの番号の どれかです。", _AS_KEEPER),
        "data": (
            "スタッフ本人かを たしかめるためです。数字と番号のもとは、家のかぎで 読めなくして しまいます。",
            _AS_KEEPER,
        ),
        "created_at": ("いつから 使っているかを、スタッフ本人に 見せるためです。", _AS_KEEPER),
        "last_used_at": ("知らないうちに 使われていないか、スタッフ本人が たしかめるためです。", _AS_KEEPER),
    },
    EmailAddress: dict.fromkeys(("user", "email", "verified", "primary"), (_NEVER, "何も 残りません。")),
}


def declare() -> None:
    for model, marks in _MARKS.items():
        for name, (purpose, until) in marks.items():
            kept(model._meta.get_field(name), purpose=purpose, until=until)  # type: ignore[type-var]
