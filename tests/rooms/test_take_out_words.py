"""What goes and what stays when words are sent without what was found in them."""

from __future__ import annotations

import re
import time
from itertools import pairwise, product

import pytest

from ibasho.rooms.taking_out import TAKEN_OUT, take_out, whole_spans
from ibasho.screening import Label, screen

ASKED = (Label.PERSONAL_INFO, Label.CONTACT_EXCHANGE)
RUN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ\d]+")
NUMBERS = (
    "090-1234-5678",
    "０９０－１２３４－５６７８",
    "090 1234 5678",
    "(090)1234-5678",
    "03-1234-5678",
    "taro.yamada@example.com",
    "taro_yamada+ibasho@mail.example.co.jp",
    "〒160-0023",
    "東京都新宿区西新宿2丁目8番1号103号室",
    "東京都新宿区西新宿２－８－１－１０３",
    "東京都千代田区丸の内1-2-3 ハイツ丸の内203",
    "大阪府大阪市北区梅田三丁目1番3号",
)
AROUND = (
    ("", ""),
    ("番号は", "です。"),
    ("LINE交換しよう IDは", "だよ"),
    ("住所は ", " です。"),
    ("こんばんは、", "。よろしくお願いします。"),
)
LINES = [before + number + after for number, (before, after) in product(NUMBERS, AROUND)]


def spans_in(text: str) -> list[list[int]]:
    return whole_spans(text, [finding.span for finding in screen(text) if finding.label in ASKED])


def left(text: str) -> str:
    return take_out(text, spans_in(text))


@pytest.mark.parametrize("text", LINES)
def test_no_half_of_a_number_or_a_name_stays(text: str) -> None:
    found = [f.span for f in screen(text) if f.label in ASKED]
    assert found, text
    spans = whole_spans(text, found)
    assert spans == sorted(spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    for run in RUN.finditer(text):
        touched = [span for span in spans if span[0] <= run.end() and run.start() <= span[1]]
        assert all(span[0] <= run.start() and run.end() <= span[1] for span in touched), text
    assert not re.search(r"\d", take_out(text, spans)), "all of these digits belong together"


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("LINE交換しよう IDは090-1234-5678", [(0, 6), (0, 16)], TAKEN_OUT),
        ("LINEのIDはtaro_1234です。", [(0, 12)], f"{TAKEN_OUT}です。"),
        ("西新宿2-8-1です。よろしくお願いします。", [(0, 5)], f"{TAKEN_OUT}です。よろしくお願いします。"),
        ("千代田区丸の内1-2-3 ハイツ丸の内203 です", [(0, 10)], f"{TAKEN_OUT} です"),
        ("西新宿２丁目８番１号１０３です", [(0, 6)], f"{TAKEN_OUT}です"),
        ("梅田三丁目1番3号に30歳から", [(0, 5)], f"{TAKEN_OUT}に30歳から"),
        ("丸の内1-2-3 30歳です", [(0, 6)], f"{TAKEN_OUT} 30歳です"),
        ("センター090-1234-5678ー", [(4, 17)], f"センター{TAKEN_OUT}ー"),
        ("abcd です", [(0, 4), (0, 4)], f"{TAKEN_OUT} です"),
        ("あいうえおか", [(0, 4), (1, 2), (3, 5)], f"{TAKEN_OUT}か"),
        ("うちは 090、080 です", [(4, 7), (8, 11)], f"うちは {TAKEN_OUT} です"),
    ],
)
def test_what_was_found_goes_whole_and_ordinary_words_stay(
    text: str, found: list[tuple[int, int]], rest: str
) -> None:
    assert take_out(text, whole_spans(text, found)) == rest


def test_many_in_a_row_leave_one_mark() -> None:
    assert left("@abc " * 199) == f"{TAKEN_OUT} "


@pytest.mark.parametrize("line", ["・9番地", "1-", "a・", "ー"])
def test_a_thousand_letters_in_a_row_are_gone_through_in_no_time(line: str) -> None:
    text = line * (1000 // len(line))
    found = [(at + len(line) - 1, at + len(line)) for at in range(0, len(text), len(line))]

    def seconds() -> float:
        begun = time.process_time()
        assert whole_spans(text, found)
        return time.process_time() - begun

    assert min(seconds() for _ in range(5)) < 0.02
