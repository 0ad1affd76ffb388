"""When two names look alike, and when a name looks like a keeper's.

A skeleton is for comparing only: what is kept and shown is what was written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files

import regex

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_SMALL_TO_LARGE = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", "ー")
# Letters that pass for another only side by side, or only in the other case.
_SIDE_BY_SIDE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("l", "i"))
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢĸкнтмв", "abcdefghijklmnoprstuvwyzkkhtmb")
# Letters in black circles and squares, and those that make flags: no width form, yet read as letters.
_BADGES = {first + step: chr(97 + step) for first in (0x1F150, 0x1F170, 0x1F1E6) for step in range(26)}
_VOICING_MARKS = "\u3099\u309a"
# Those with a width of their own stand beside their kana, and look as if they were on it.
_BESIDE_KANA = str.maketrans("゛゜", _VOICING_MARKS)
_MARKS = regex.compile(rf"[\p{{M}}--[{_VOICING_MARKS}]]", regex.V1)
_UNSEEN = regex.compile(r"[\s\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]")
_DIGITS = re.compile(r"\d")
_ORNAMENTS = regex.compile(r"[\p{P}\p{S}]")

# Each stands for the keepers wherever it is found in a name.
_RESERVED_PARTS = (
    "スタッフ", "運営", "うんえい", "管理者", "管理人", "かんりしゃ", "かんりにん", "公式", "見守り役", "見守役",
    "みまもりやく", "みまもり役", "見守りやく", "調整役", "ちょうせいやく", "進行役", "しんこうやく", "部屋番", "へやばん",
    "モデレータ", "コーディネータ", "ファシリテータ", "事務局", "じむきょく", "責任者", "世話人", "アドミン",
    "admin", "moderator", "staff", "official", "facilitator", "coordinator", "steward", "keeper",
)  # fmt: skip
# Short Latin words stand for the keepers only by themselves: a ghost is not a host.
_RESERVED_WORDS = ("mod", "mods", "host", "system", "root", "owner")
# And so do these as a whole name: a 家の番犬 is somebody else.
_RESERVED_NAMES = ("家の番", "家の番の人", "家の番さん")


def fold(text: str) -> str:
    """For matching: one width, and hiragana for katakana."""
    return unicodedata.normalize("NFKC", text).translate(_KATAKANA_TO_HIRAGANA)


def skeleton(name: str) -> str:
    """Equal for names that look alike: width, case, kana, marks, spaces, ornaments, foreign letters.

    ゆき, ユキ and ﾕｷ are one; ゆき and ゆぎ, びよういん and びょういん are not. A name made of
    nothing but ornaments keeps them. The look-alikes are those of Unicode UTS #39.
    """
    text = unicodedata.normalize("NFKC", name.translate(_BESIDE_KANA)).casefold()
    text = text.translate(_BADGES)
    text = _look_through(_ORNAMENTS.sub("", text) or text)
    text = _without_marks(_UNSEEN.sub("", _without_marks(text)))
    text = text.translate(_KATAKANA_TO_HIRAGANA)
    return _ORNAMENTS.sub("", text) or text


def _look_through(text: str) -> str:
    prototypes = _prototypes()
    for _ in range(2):  # a capital from abroad first becomes ours, then small
        text = text.translate(_SMALL_CAPITALS).translate(prototypes).casefold()
    for looks, means in _SIDE_BY_SIDE:
        text = text.replace(looks, means)
    return text


def _without_marks(text: str) -> str:
    """ádmin → admin, while が stays が: its voicing mark makes it another letter."""
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


def is_keeper_like(name: str) -> bool:
    """Whether a reader could take the name for a keeper's."""
    # mod1 is a mod: as a look-alike, the digit would have become a letter.
    return any(map(_names_a_keeper, (_coarse(name), _coarse(_DIGITS.sub("", name)))))


def _names_a_keeper(text: str) -> bool:
    is_one = text in _reserved_names() or bool(_reserved_words().search(text))
    return is_one or any(part in text for part in _reserved_parts())


def at_a_glance(bones: str) -> str:
    """A skeleton without what is easily overlooked: スタツフ and モデレータ pass for the real thing."""
    return bones.translate(_SMALL_TO_LARGE)


def _coarse(name: str) -> str:
    return at_a_glance(skeleton(name))


@cache
def _reserved_names() -> frozenset[str]:
    return frozenset(_coarse(name) for name in _RESERVED_NAMES)


@cache
def _reserved_parts() -> frozenset[str]:
    return frozenset(_coarse(part) for part in _RESERVED_PARTS)


@cache
def _reserved_words() -> re.Pattern[str]:
    words = "|".join(re.escape(_coarse(word)) for word in _RESERVED_WORDS)
    return re.compile(rf"(?<![a-z])(?:{words})(?![a-z])")


@cache
def _prototypes() -> dict[int, str]:
    """Each character with a look-alike → the one of its kind that people here type."""
    found = json.loads((files("confusable_homoglyphs") / "confusables.json").read_text("utf-8"))
    table = {_bare(centre): [_bare(entry["c"]) for entry in entries] for centre, entries in found.items()}
    prototypes: dict[int, str] = {}
    for centre, rays in table.items():
        if len(rays) == 1 and len(table[rays[0]]) > 1:
            continue  # itself a ray: its centre tells the whole kind
        kind = sorted((one for one in (centre, *rays) if len(one) == 1), key=_how_unusual)
        prototypes.update((ord(one), kind[0]) for one in kind[1:] if not _is_plain(one))
    return prototypes


def _is_plain(character: str) -> bool:
    # . - , ' 4 are what they are here, though each has a look-alike among letters abroad.
    return character.isascii() and not character.isalpha() and character not in "01"


def _bare(text: str) -> str:
    return text.strip("\u200e")  # the file puts marks around what is written from right to left


def _how_unusual(character: str) -> tuple[int, str]:
    if character.isascii() and character.isalpha():
        return (0 if character.islower() else 1), character
    if "\u3041" <= character <= "\u30ff":
        return 2, character
    return (3 if character.isalpha() else 4), character
