from __future__ import annotations

import pytest
from django.utils.html import conditional_escape

from ibasho.house import written
from ibasho.house.templatetags.house import kanji_number, long

TEXT = "｜本当《ほんとう》の｜名前《なまえ》は いりません。"


def test_without_wishes_it_is_plain() -> None:
    assert written.shown(TEXT, furigana=False, spacing=False) == "本当の名前はいりません。"


def test_spaces_show_only_for_who_wants_them() -> None:
    assert written.shown(TEXT, furigana=False, spacing=True) == "本当の名前は いりません。"


def test_readings_become_ruby_that_no_screen_reader_says_twice() -> None:
    shown = written.shown(TEXT, furigana=True, spacing=False)
    assert shown.startswith('<ruby>本当<rp>（</rp><rt aria-hidden="true">ほんとう</rt><rp>）</rp></ruby>の')
    assert " い" not in shown


@pytest.mark.parametrize("furigana", [True, False])
def test_nothing_written_becomes_markup(furigana: bool) -> None:
    evil = "<script>｜<b>《<i>》&"
    shown = conditional_escape(written.shown(evil, furigana=furigana, spacing=True))
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert "&amp;" in shown


def test_words_in_latin_letters_keep_their_spaces() -> None:
    assert written.plain("Open Dialogue の 会") == "Open Dialogueの会"


@pytest.mark.parametrize(
    ("number", "name"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")]
)
def test_promises_are_counted_as_on_a_sheet_by_the_door(number: int, name: str) -> None:
    assert kanji_number(number) == name


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1秒"), (90, "90秒"), (91, "2分"), (3540, "59分"), (3541, "1時間"), (7201, "3時間")],
)
def test_a_wait_is_told_in_words_one_can_plan_with(seconds: int, words: str) -> None:
    assert long(seconds) == words
