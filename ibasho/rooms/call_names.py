"""おまかせ: a gentle name in two parts, of things that are simply there; and the words where a name is not shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable

_HOW = (
    "しろい",
    "あおい",
    "あわい",
    "まるい",
    "ちいさな",
    "しずかな",
    "のんびり",
    "ゆっくり",
    "ふわふわ",
    "そよそよ",
    "ぽかぽか",
    "うとうと",
    "ことこと",
    "ひだまりの",
    "ゆうぐれの",
    "あさがたの",
    "つきよの",
    "あまやどりの",
    "ふゆの",
    "はるの",
    "なつの",
    "あきの",
    "まどべの",
    "のきしたの",
    "にわの",
    "かわべの",
    "もりの",
    "うみべの",
    "おかの",
    "こみちの",
    "みずいろの",
    "わかばの",
    "すみれいろの",
    "とおくの",
    "ほしぞらの",
    "こもれびの",
)
_WHAT = (
    "ゆのみ",
    "きゅうす",
    "ざぶとん",
    "どんぐり",
    "まつぼっくり",
    "すずめ",
    "つばめ",
    "めじろ",
    "かたつむり",
    "かえる",
    "めだか",
    "きんぎょ",
    "こねこ",
    "りす",
    "うさぎ",
    "はりねずみ",
    "くじら",
    "かもめ",
    "たんぽぽ",
    "すみれ",
    "なのはな",
    "つくし",
    "あじさい",
    "ひまわり",
    "こすもす",
    "つばき",
    "みかん",
    "りんご",
    "くり",
    "かき",
    "ゆず",
    "おにぎり",
    "だいふく",
    "せんべい",
    "ほうじちゃ",
    "むぎちゃ",
    "かみふうせん",
    "ふうりん",
    "ちょうちん",
    "つみき",
    "えんぴつ",
    "しおり",
    "けいと",
    "てぶくろ",
    "まふらー",
    "かさ",
    "ながぐつ",
    "こいし",
    "くも",
    "かぜ",
    "ゆき",
)
_TRIES = 30
NAMELESS = "（名前は見せていません）"  # the same as in js/lib/text.js


def any_name(is_taken: Callable[[str], bool]) -> str:
    """A name nobody uses here. Never fails: after some tries it takes a number along."""
    for _ in range(_TRIES):
        name = _pick()
        if not is_taken(name):
            return name
    while is_taken(name := f"{_pick()}{secrets.randbelow(9_000) + 1_000}"):
        continue
    return name


def all_names() -> list[str]:
    """Every name without a number, for tests."""
    return [how + what for how in _HOW for what in _WHAT]


def _pick() -> str:
    return secrets.choice(_HOW) + secrets.choice(_WHAT)
