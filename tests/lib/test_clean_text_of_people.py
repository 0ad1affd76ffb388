"""The hygiene of words: rows C1–C3 of bad input, and what must come through untouched."""

import sys
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from ibasho.lib import unicode_text
from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import clean, graphemes, is_empty, measure

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
anything = st.text(st.characters(codec=None), max_size=60)
awkward = st.text(
    st.sampled_from(
        "aか\u3099\u0301\u200b\u200d\ufe0f\u20e3#1❤👩🏽🦰\u202e\u2069\r\n\u2028葛\U000e0100\u00ad\ufeff\u1100\u1161 "
    ),
    max_size=30,
)


def code_of(text: str) -> str:
    with pytest.raises(Refusal) as caught:
        clean(text)
    return caught.value.code


@pytest.mark.parametrize(
    "poison",
    [
        "\ud800", "a\udfffb", "\x00", "\x07", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\x9b", "\ufdd0", "\ufffe",
        "\uffff", "\U0001ffff", "\U0010fffe", "\U000e0001", "\U000e0041\U000e007f",
    ],
)  # fmt: skip
def test_poison_is_refused(poison: str) -> None:
    assert code_of(poison) == "malformed"
    assert code_of(f"今日は{poison}晴れ") == "malformed"


@pytest.mark.parametrize(
    "text",
    [
        "今日は、少しだけ外に出ました。\nゆっくりで 大丈夫です。",
        " 　はじめの空白も\t、おわりの空白も、そのまま \n\n",
        f"{FAMILY} ❤️ ❤️‍🔥 👩🏽‍🦰 🏴‍☠️ 1️⃣ #️⃣ 🇯🇵 ©️",
        "葛\U000e0100城市",
        "ｶﾞｷﾞ ＡＢＣ ①",
        "é ñ ü 한국어 ไทย",
    ],
)
def test_what_people_write_comes_through_untouched(text: str) -> None:
    assert clean(text) == text


def test_line_ends_become_one_kind() -> None:
    assert clean("a\r\nb\rc\u2028d\u2029e") == "a\nb\nc\nd\ne"


def test_what_cannot_be_seen_is_dropped() -> None:
    assert clean("見\u200bえ\u200cな\u2060い\ufeff\u00ad") == "見えない"
    assert clean("a\u202eb\u2066c\u2069d\u200ee\u061c") == "abcde"
    assert clean("ab\u200dcd x\ufe0f 1\ufe0f か\U000e0100") == "abcd x 1 か"
    assert clean("👩\u200d\u200d👧\u200d") == "👩👧"
    assert clean("\u3164\uffa0\u115f") == ""


def test_words_are_composed() -> None:
    assert clean("か\u3099e\u0301") == "がé"


def test_a_pile_of_marks_is_refused_quickly() -> None:
    assert clean("a" + "\u0363" * 8) == "a" + "\u0363" * 8
    assert code_of("a" + "\u0363" * 9) == "malformed"
    assert code_of("a" + "\u0301\u0323" * 8_000) == "malformed"
    assert code_of("a" + "\u0363\u200b" * 9) == "malformed"


def test_a_name_stays_on_one_line() -> None:
    assert clean("ゆ\r\n\tき", lines=False) == "ゆ き"


@given(anything | awkward)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    try:
        once = clean(text)
    except Refusal:
        return  # by `malformed`, as the poison above
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once
    once.encode()


def test_the_quick_way_takes_only_what_the_long_way_leaves_alone() -> None:
    ordinary = [
        char for code in range(sys.maxunicode + 1) if unicode_text._ORDINARY.fullmatch(char := chr(code))
    ]
    assert len(ordinary) > 20_000
    text = "".join(ordinary)
    assert unicode_text._clean_rare(text) == text
    assert unicode_text._clean_rare("".join(reversed(ordinary)))[::-1] == text
    joins = regex.compile(r"[^\p{Grapheme_Cluster_Break=Other}\n\t]")
    assert joins.findall(text) == []


@given(st.text(st.sampled_from("あ漢aA1、。！？\n\t　❤🌙ｱ"), max_size=80))
def test_both_ways_count_the_same(text: str) -> None:
    assert graphemes(text) == len(regex.findall(r"\X", text))
    assert clean(text) == unicode_text._clean_rare(text)


def test_a_family_is_one_character() -> None:
    assert graphemes(FAMILY) == 1
    assert graphemes("ｶﾞ🇯🇵e\u0301") == 3


@pytest.mark.parametrize(
    "text", ["", " ", "　\n\t", "\u200b\u200d", "\u3164", "\u2800", "\u0301", "\ufe0f", "\u00a0"]
)
def test_nothing_to_see_is_empty(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize("text", ["あ", "…", "❤️", "0", " 。 ", "\uf8ff"])
def test_a_single_mark_is_not_empty(text: str) -> None:
    assert not is_empty(text)


def test_length_is_counted_as_people_count() -> None:
    measure(FAMILY * 100, 100, 4_000)
    for text, graphemes_allowed, bytes_allowed in [
        ("あ" * 11, 10, 100),
        ("あ" * 10, 10, 29),
        (FAMILY * 2, 10, 49),
    ]:
        with pytest.raises(Refusal) as caught:
            measure(text, graphemes_allowed, bytes_allowed)
        assert caught.value.code == "too_long"
    with pytest.raises(Refusal) as caught:
        measure(" \u200b", 10, 100)
    assert caught.value.code == "empty"


def test_a_refusal_names_the_field_in_words() -> None:
    with pytest.raises(Refusal) as caught:
        measure("あ" * 21, 20, 80, "call_name")
    assert caught.value.text == "少し長いようです。名前は、20文字までです。"
    with pytest.raises(Refusal) as caught:
        measure("", 20, 80, "合言葉")
    assert caught.value.text == "合言葉が入っていないようです。"
