"""The one hygiene for people's words, their length as people count it, and when two names look alike.

What is refused would poison a reader or a database; what is dropped cannot be seen.
Nothing is trimmed and nothing is judged.
"""

from __future__ import annotations

import re
import unicodedata

import regex

from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import fold, is_keeper_like, skeleton

__all__ = ["clean", "fold", "graphemes", "is_empty", "is_keeper_like", "measure", "skeleton"]

MARKS_PER_BASE = 8
# Longer runs are refused before normalising, which sorts marks in quadratic time.
_MARKS_BEFORE_NFC = 2 * MARKS_PER_BASE

# Nearly every post: each character here is its own NFC form and its own grapheme, and
# none is refused or dropped. One pass of `re`, then nothing else has to be looked at.
_ORDINARY = re.compile(
    r"[\n\t -~\u00a1-\u00ac\u00ae-\u00bf\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2460-\u24ff\u2500-\u265f"
    r"\u3000-\u3029\u3030-\u303d\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9d\uffe0-\uffe6"
    r"\U0001f300-\U0001f3fa\U0001f400-\U0001f64f\U0001f680-\U0001f6fc\U0001f900-\U0001f9ff]*"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Soft hyphen, joiners, bidi controls, fillers, word joiner, invisible operators, variation
# selectors, BOM. ZWJ and VS16 stay inside emoji, an ideographic variant (葛󠄀) behind its kanji.
_ALWAYS_DROPPED = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_MAY_DROP = re.compile(rf"[{_ALWAYS_DROPPED}\u200d\ufe0f\U000e0100-\U000e01ef]")
_DROPPED = regex.compile(
    rf"[{_ALWAYS_DROPPED}]"
    r"|(?<!\p{Extended_Pictographic}\ufe0f?[\U0001f3fb-\U0001f3ff]?)\u200d"
    r"|\u200d(?!\p{Extended_Pictographic})"
    r"|(?<!\p{Extended_Pictographic}|[0-9#*](?=\ufe0f\u20e3))\ufe0f"
    r"|(?<!\p{Han})[\U000e0100-\U000e01ef]"
)
_TOO_MANY_BEFORE_NFC = regex.compile(rf"\p{{M}}{{{_MARKS_BEFORE_NFC + 1}}}")
_TOO_MANY_MARKS = regex.compile(rf"\p{{M}}{{{MARKS_PER_BASE + 1}}}")
_BREAKS = re.compile(r"[\n\t]+")
_VISIBLE = regex.compile(r"[^\s\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u2800]")
_GRAPHEME = regex.compile(r"\X")


def clean(text: str, *, lines: bool = True) -> str:
    """The words as the house keeps them: NFC, LF, nothing invisible. Raises `malformed`.

    With `lines=False`, for a name or a cover, each line break becomes one space.
    Cleaning twice changes nothing more.
    """
    if not _ORDINARY.fullmatch(text):
        text = _clean_rare(text)
    return text if lines else _BREAKS.sub(" ", text)


def _clean_rare(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text)
    if _REFUSED.search(text):
        raise Refusal("malformed")
    if _MAY_DROP.search(text):
        text = _DROPPED.sub("", text)
    if _TOO_MANY_BEFORE_NFC.search(text):
        raise Refusal("malformed")
    text = unicodedata.normalize("NFC", text)
    if _TOO_MANY_MARKS.search(text):
        raise Refusal("malformed")
    return text


def is_empty(text: str) -> bool:
    """Whether a reader would see nothing: only white space, marks without a base, invisibles."""
    return _VISIBLE.search(text) is None


def graphemes(text: str) -> int:
    """The number of characters as a person counts them; a family emoji is one."""
    if _ORDINARY.fullmatch(text):
        return len(text)
    return sum(1 for _ in _GRAPHEME.finditer(text))


_FIELD_WORDS = {"cover": "おおいの言葉", "call_name": "名前", "note": "メモ", "passphrase": "合言葉"}


def measure(text: str, max_graphemes: int, max_bytes: int, field: str = "text") -> None:
    """Raises `empty` or `too_long`. `field` is a field of the protocol, or a Japanese word for it."""
    word = _FIELD_WORDS.get(field, "" if field.isascii() else field)
    if is_empty(text):
        raise Refusal("empty", f"{word}が入っていないようです。" if word else None)
    # Each grapheme takes at least a byte, so a short text needs no second look.
    size = len(text.encode())
    if size > max_bytes or (size > max_graphemes and graphemes(text) > max_graphemes):
        raise Refusal(
            "too_long", f"少し長いようです。{word}は、{max_graphemes}文字までです。" if word else None
        )
