"""Taking out of words what their writer was asked about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

TAKEN_OUT = "（消しました）"
SHORT = "…"  # where the words would grow too long

_DIGIT = r"\d①-⓿"  # any width, and in circles
_LETTER = rf"A-Za-zＡ-Ｚａ-ｚ{_DIGIT}"
_JOIN = "@＠._＿+＋\\-－‐−–ー／/．"
_END = r"@＠._＿+＋\-"  # of a name; a long vowel or a dash at the edge belongs to the words beside it
_RUN_ON = re.compile(
    rf"(?:[{_JOIN}]*+[{_LETTER}])*+[{_END}]*+"
)  # the same from behind, in words turned round
_NUMBER = rf"[{_DIGIT}一二三四五六七八九十〇]"
_UNIT = "(?:丁目|番地|番|号室|号棟|号|室|棟|の)"
_NO_PLACE = "(?!歳|才|年|円|時|分|人|月|日|回|度|個|名|[0-9０-９])"
# what stands behind a digit and goes on with it: the rest of a number, of an address, a room in a house
_MORE = re.compile(
    rf"(?:(?:[\s()（）・{_JOIN}]{{1,3}})[{_DIGIT}][{_LETTER}]*+{_NO_PLACE}|{_UNIT}{{1,2}}[\s、]?{_NUMBER}+{_UNIT}?"
    rf"|[\s、]{{1,2}}[^\W\d_]{{1,14}}[{_DIGIT}]{{2,4}}{_NO_PLACE}(?:号室|号|室)?)"
)
_UNITS = re.compile(r"(?:丁目|番地|番|号室|号棟|号|室)+")
_ENDS_IN_DIGIT = re.compile(rf"[{_DIGIT}]\Z|[{_DIGIT}一二三四五六七八九十]{_UNIT}\Z")
_LONGEST_END = 3
_MARK = re.compile(f"{TAKEN_OUT}|{SHORT}")
_BETWEEN = re.compile(r"[\s、，,・/／]*")


def whole_spans(text: str, found: Iterable[Sequence[int]]) -> list[list[int]]:
    """`found` (from, to) as what is to go: each with all of the number or name it touches, none within another."""
    merged: list[list[int]] = []
    for start, end in sorted(map(tuple, found)):
        last = merged[-1] if merged else [0, -1]
        if end <= last[1]:
            continue
        start = _start_of_run(text, start) if start > last[1] else last[0]
        if start <= last[1]:
            last[:] = min(start, last[0]), _widened(text, last[0], end)
        else:
            merged.append([start, _widened(text, start, end)])
    return merged


def take_out(text: str, spans: Iterable[Sequence[int]], mark: str = TAKEN_OUT) -> str:
    """`text` with `mark` in the place of `spans`; neighbours leave one together."""
    kept, at = [], 0
    for start, end in spans:
        if at == 0 or not _BETWEEN.fullmatch(text, at, start):
            kept += [text[at:start], mark]
        at = end
    return "".join((*kept, text[at:]))


def leaves_words(left: str) -> bool:
    """Whether anything is left to send but marks, signs and space."""
    return re.search(r"\w", _without_marks(left, " ")) is not None


def parts_left(left: str, start: int, end: int) -> list[str]:
    """What stands there between the marks."""
    return [part.strip() for part in _without_marks(left, "\0")[start:end].split("\0")]


def is_taken_out(text: str, start: int, end: int) -> bool:
    """Whether nothing stands there but what was put in the place of other words."""
    return not _BETWEEN.sub("", _without_marks(text, " ")[start:end])


def _without_marks(text: str, blank: str) -> str:
    return _MARK.sub(lambda mark: blank * len(mark[0]), text)


def _start_of_run(text: str, at: int) -> int:
    return at - _end_of(_RUN_ON, text[:at][::-1], 0)


def _widened(text: str, start: int, end: int) -> int:
    while True:
        before = end
        end = _end_of(_RUN_ON, text, end)
        if _ENDS_IN_DIGIT.search(text, max(start, end - _LONGEST_END), end):
            end = _end_of(_MORE, text, end)
            end = _end_of(_UNITS, text, end)
        if end == before:
            return end


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
