"""The part of わたしの記録 that people hold themselves."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from ibasho.lib import clock
from ibasho.people.models import Keeper, Kind, Person, Standpoint
from ibasho.people.my_record import Section

_STAY = "合言葉があるときは、ご自分で消すまで。ないときは、さいごに使ってから7日（この端末をおぼえるときは30日）。"

_AS_KEEPER = "スタッフを やめるまで。やめたあとは、しごとの記録に 見守りの名前だけが 残ります。"


def sections(person: Person) -> list[Section]:
    if person.kind == Kind.KEEPER:
        return [*_as_keeper(person), *_on_screen(person, "スタッフをやめるまで。")]
    return [Section("あなた", _about(person), _STAY), *_on_screen(person, _STAY)]


def _on_screen(person: Person, until: str) -> list[Section]:
    return [
        Section("見え方と送り方", _wishes(person), until),
        Section(
            "入っている端末", _browsers(person), "さいごに使ってから7日（この端末をおぼえるときは30日）。"
        ),
    ]


def _as_keeper(person: Person) -> list[Section]:
    keeper = Keeper.objects.prefetch_related("roles").get(person=person)
    rows = [
        ("入るときの名前", keeper.login_name or "ありません"),
        ("見守りの名前", keeper.duty_name),
        ("スタッフになった日", clock.day_text(keeper.began_on)),
        ("さいごに使った日", clock.day_text(person.last_seen_on)),
        *(
            ("役わり", f"{row.get_role_display()}（{clock.day_text(row.given_on)}から）")
            for row in keeper.roles.all()
        ),
    ]
    ways = [("パスワード", "あります（言葉そのものは残していません）"), *_second_factors(person)]
    return [Section("スタッフとして", rows, _AS_KEEPER), Section("入り方", ways, _AS_KEEPER)]


def _second_factors(person: Person) -> list[tuple[str, str]]:
    names = {
        Authenticator.Type.TOTP: "アプリの数字",
        Authenticator.Type.WEBAUTHN: "パスキー",
        Authenticator.Type.RECOVERY_CODES: "ひかえの番号",
    }
    rows = Authenticator.objects.filter(user=person).order_by("created_at")
    return [
        (names[Authenticator.Type(row.type)], f"{clock.day_text(clock.tokyo(row.created_at).date())}から")
        for row in rows
    ]


def _about(person: Person) -> list[tuple[str, str]]:
    rows = [
        ("立場", person.get_standpoint_display()),
        ("はじめて来た日", clock.day_text(person.entered_on)),
        ("さいごに使った日", clock.day_text(person.last_seen_on)),
        ("合言葉", "あります（言葉そのものは残していません）" if person.has_phrase else "ありません"),
    ]
    if person.next_standpoint and person.next_standpoint_on:
        label = Standpoint(person.next_standpoint).label
        rows.insert(1, ("これからの立場", f"{label}（{clock.day_text(person.next_standpoint_on)}から）"))
    if person.suspended_until:
        rows.append(("利用を止めている時間の終わり", clock.when_text(person.suspended_until)))
    return rows


def _wishes(person: Person) -> list[tuple[str, str]]:
    return [
        ("色", person.get_theme_display()),
        ("文字の大きさ", person.get_text_size_display()),
        ("ふりがな", _yes_no(person.furigana)),
        ("言葉のあいだをあける", _yes_no(person.spacing)),
        ("送る前に待つ", person.get_send_delay_display().replace(" ", "")),
        ("Enterで送る", _yes_no(person.enter_sends)),
    ]


def _browsers(person: Person) -> list[tuple[str, str]]:
    rows = person.sessions.order_by("expires_on")
    return [
        ("この端末をおぼえる" if row.keep else "閉じるまで", f"{clock.day_text(row.expires_on)}まで")
        for row in rows
    ]


def _yes_no(value: bool) -> str:
    return "はい" if value else "いいえ"
