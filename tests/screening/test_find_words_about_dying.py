"""The support card comes out for who means it, and stays in for who does not."""

from __future__ import annotations

import pytest

from ibasho.screening.support import is_about_dying
from tests.screening.lines import MEANT, NOT_MEANT


@pytest.mark.parametrize("line", MEANT)
def test_help_is_offered_to_who_may_be_in_danger(line: str) -> None:
    assert is_about_dying(line)


@pytest.mark.parametrize("line", NOT_MEANT)
def test_nothing_is_offered_for_words_that_mean_something_else(line: str) -> None:
    assert not is_about_dying(line)


@pytest.mark.parametrize(
    "written",
    ["ｼﾆﾀｲ", "シニタイ", "し に た い", "し\nに\nた\nい", "ﾀﾋにたい", "死にたーい", "死、に、た、い"],
)
def test_width_kana_and_what_stands_between_the_letters_change_nothing(written: str) -> None:
    assert is_about_dying(written)


def test_one_line_that_is_meant_outweighs_others_that_are_not() -> None:
    assert is_about_dying("死ぬほど眠い。でも、ほんとうは死にたい")
    assert is_about_dying("前は死にたいと思う時期があった。いままた死にたい")


def test_an_empty_note_says_nothing() -> None:
    assert not is_about_dying("")
    assert not is_about_dying("　\n")


def test_a_very_long_text_is_read_at_once() -> None:
    assert is_about_dying("あ" * 4000 + "死にたい")
