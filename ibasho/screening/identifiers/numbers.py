"""Telephone numbers, postal codes, accounts; never dates, times, prices, versions or a public helpline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from ibasho.screening.folding import Folded
from ibasho.screening.gates import Gate, compiled, joined
from ibasho.screening.identifiers.digits import figures_of

_Places = Sequence[tuple[int, int]]
# Published numbers of helplines; domain.md (b3) and the same bodies' other lines. Data, to be reviewed with them.
PUBLIC = frozenset(
    [
        "0120279338",
        "0120279226",
        "05036550279",
        "0120061338",
        "0120783556",
        "0570783556",
        "0570064556",
        "0120997777",
        "0120529528",
        "0120279889",
        "0120007110",
        "0120189783",
        "0570003110",
        "0570070810",
        "0120078310",
        "0120565653",
    ]
)
# Numbers that only firms and offices have.
_OFFICES = ("0120", "0570")
_FEWEST_OF_PHONE = 10
_A_PHONE = "電話番号のように読めます。"
_SEP = r"[-‐‑−–—―ーｰ_()\[\]\s.・、,/~〜の。*＊\U0001f300-\U0001faff\u2190-\u21ff\u2600-\u27bf]{0,3}"
# Whatever is one number has so many figures near each other; before them 「+81 - (」 may stand, and one letter behind
# them may say that they are none.
_NEAR = re.compile(rf"[0-9](?:{_SEP}[0-9]){{6,}}+")
_BEFORE, _BEHIND = 8, 1
_PHONE = re.compile(
    rf"(?:(?=[+(0-9])|(?<=81[-\s]))(?<![0-9.])(?:\+?81{_SEP})?(?:0|\(0\)|(?<=81)|(?<=81[-\s]))(?:{_SEP}[0-9]){{8,10}}(?![0-9])"
)
# The rest of a mobile number with words between: 「090、そのあと0012で、しっぽが3456」.
_IN_PIECES = re.compile(
    r"0(?<![0-9.].)[5-9]0(?![0-9])(?:[^0-9\n]{1,14}[0-9]{1,4}(?![0-9]|\s?(?:円|年|月|日|時|分|歳|才|人|回|個|%))){2,5}"
)
_AREA = re.compile(r"(?<![0-9])0[0-9]{1,3}[-(ー\s][0-9]{2,4}[-)ー\s][0-9]{4}(?![0-9])")
_POSTAL = re.compile(r"〒\s?[0-9]{3}[-‐−ー\s]?[0-9]{4}|(?<![0-9\-])[0-9]{3}[-‐−ー][0-9]{4}(?![0-9\-ー])")
_NOT_POSTAL = compiled(r"(?:バージョン|型番|品番|ver|isbn|第|no)[^。]{0,6}$")
_MY_NUMBER = Gate(
    r"(?:マイナンバー|個人番号|保険証|免許証?|パスポート|年金|クレジット|カード)(?:の)?(?:番号)?[^0-9。]{0,12}(?:[a-z]{0,2}[0-9][\s\-ー]?){6,16}"
    r"|(?:介護保険|健康保険|受給者証|会員証|学生証|社員証|(?:学籍|受験|求職|会員|社員|診察券?)番号)(?:の)?(?:番号)?[^0-9。]{0,6}(?:[a-z]-?[0-9]{4}|(?:[a-z]{0,2}[0-9][\s\-ー]?){5,16})"
)
_BANK = Gate(
    r"(?:銀行|信用金庫|信金|ゆうちょ|郵便局|支店)[^。]{0,16}(?:普通|当座|口座|記号|番号)[^0-9。]{0,8}[0-9]{4,8}|口座番号?[^0-9。]{0,12}[0-9]{5,8}|記号[^0-9。]{0,4}[0-9]{5}[^0-9]{0,6}番号[^0-9。]{0,4}[0-9]{4,8}"
)
_FRIEND_CODE = Gate(
    r"(?:フレンド|fc|フレコ|コード)[^0-9。]{0,12}(?:sw-?)?[0-9]{4}[-\s][0-9]{4}[-\s][0-9]{4}|(?:sw|da|ma)(?<![a-z]..)-?[0-9]{4}-[0-9]{4}-[0-9]{4}"
)
_PLATE = Gate(
    r"(?:ナンバー|車)[^。]{0,8}[一-鿿]{2,4}\s?[0-9]{3}\s?[あ-ん]\s?[0-9]{2}[-\s]?[0-9]{2}"
    r"|[一-鿿ぁ-ゖ]{2,5}\s?[0-9]{3}\s?の?\s?[あ-ん]\s?[0-9・]{1,2}-[0-9]{2}(?![0-9])"
    r"|(?:バイク|原付|車|ナンバー)[^。]{0,12}[一-鿿ぁ-ゖ]{2,4}\s[あ-ん]\s[0-9]{2}-?[0-9]{2}(?![0-9])",
    also=r"(?:[0-9]\s?の?\s?|\s)[あ-ん]\s?[0-9・]",
)
NAMED = (
    (_MY_NUMBER, "番号で人がわかるもののように読めます。"),
    (_BANK, "口座の番号のように読めます。"),
    (_FRIEND_CODE, "ゲームで友だちになる番号のように読めます。"),
    (_PLATE, "車の番号のように読めます。"),
)
_NOT_OURS = compiled(r"(?:定価|円周率|isbn|バージョン|約|参加費|ver\.?)[^0-9]{0,8}$")
_NOT_AFTER = compiled(
    r"^(?:円|万|番台|で始まる|から始まる|とかの番号|年|月|ml|g|kg|cm|mm|km|歩|kcal|hz|点|位|人|回|件|%)"
)
# No price and no version has as many figures.
_MOBILE = re.compile(r"0[5-9]0[0-9]{8}")
_DATE = re.compile(r"^(?:19|20)[0-9]{2}[-/.年]")


# Each begins with 0, which is looked for first.
_HELPLINES = re.compile(
    "0(?<![0-9].)(?:"
    + "|".join(r"[-‐−–ー()\s・]?".join(number).removeprefix("0") for number in sorted(PUBLIC))
    + ")(?![0-9])"
)


def without_helplines(folded: Folded) -> Folded:
    """The same with one word for each public number: it says nothing about anybody."""
    return folded.replaced(_HELPLINES, lambda _: "窓") if "0" in folded.text else folded


def find(text: str, figures: int, words: Set[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end, why; `text` has digits for whatever was written as such, and no more than so many. `words`: those
    of the rarest of `NAMED` that it may hold.
    """
    near = joined((max(0, it.start() - _BEFORE), it.end() + _BEHIND) for it in _NEAR.finditer(text))
    phones = list(_phones(text, near)) if figures >= _FEWEST_OF_PHONE else []
    yield from phones
    yield from _areas_and_postal(text, near, max((end for _, end, _ in phones), default=-1))
    for gate, why in NAMED:
        for found in gate.finditer(text) if gate.rarest & words else ():
            yield (*found.span(), why)


def _found_near(pattern: re.Pattern[str], text: str, near: _Places) -> Iterator[re.Match[str]]:
    for start, end in near:
        yield from pattern.finditer(text, start, end)


def _phones(text: str, near: _Places) -> Iterator[tuple[int, int, str]]:
    taken = -1
    for found in _found_near(_PHONE, text, near):
        digits = figures_of(found[0])
        if digits.startswith("81"):
            digits = "0" + digits[2:].removeprefix("0")
        start, end = found.span()
        if not _is_phone(digits, found[0]):
            continue
        if not _MOBILE.match(digits) and _NOT_OURS.search(text[max(0, start - 14) : start]):
            continue
        if _NOT_AFTER.search(text[end : end + 8]):
            continue
        taken = end
        yield start, end, _A_PHONE
    for found in _IN_PIECES.finditer(text):
        if _NOT_AFTER.search(text[found.end() : found.end() + 8]):
            continue
        if found.end() > taken and len(figures_of(found[0])) == 11:
            taken = found.end()
            yield (*found.span(), _A_PHONE)


def _areas_and_postal(text: str, near: _Places, taken: int) -> Iterator[tuple[int, int, str]]:
    for found in _found_near(_AREA, text, near):
        digits = figures_of(found[0])
        if found.end() > taken and len(digits) in (10, 11) and not _is_public(digits):
            yield (*found.span(), _A_PHONE)
    for found in _found_near(_POSTAL, text, near):
        if _NOT_AFTER.search(text[found.end() : found.end() + 8]):
            continue
        if found.start() > taken and not _NOT_POSTAL.search(text[max(0, found.start() - 12) : found.start()]):
            yield (*found.span(), "郵便番号のように読めます。")


def _is_public(digits: str) -> bool:
    return digits in PUBLIC or digits.startswith(_OFFICES)


def _is_phone(digits: str, written: str) -> bool:
    if _is_public(digits) or _DATE.search(written):
        return False
    if len(digits) == 11:
        return digits[:3] in ("090", "080", "070", "050", "060", "020")
    return len(digits) == 10 and digits[1] != "0"
