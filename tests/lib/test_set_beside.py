"""Short pieces of one line: what is empty leaves no space behind."""

from __future__ import annotations

from ibasho.lib.beside import beside


def test_pieces_stand_side_by_side_and_a_line_may_end_between_them() -> None:
    assert beside("13:30〜15:00", "準備中") == "13:30〜15:00\u00a0 準備中"


def test_what_is_empty_leaves_no_space() -> None:
    assert beside("", "いつ", "", "どこ", "") == "いつ\u00a0 どこ"
    assert beside("24時間", "") == "24時間"
    assert beside() == ""
