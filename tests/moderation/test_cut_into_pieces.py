"""What a keeper can point at, and what is left when it is covered."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibasho.moderation.pieces import COVERED, cover_pieces, pieces_of

TEXTS = st.text(
    alphabet=st.sampled_from("あか阿亜アーabc09０９ー-.@、。「」…\n 　😀\u200d\ufe0f\u3099"), max_size=40
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("連絡は 000-0000-0000 まで。", ["連絡は", "000-0000-0000", "まで。"]),
        ("０９０ー１２３４ー５６７８に、でんわ", ["０９０ー１２３４ー５６７８", "に、", "でんわ"]),
        ("IDはabc_123です！", ["ID", "は", "abc_123", "です！"]),
        ("横浜市の田中です。\n（笑）", ["横浜市の", "田中です。", "（", "笑）"]),
        ("a.b@example.jp へ", ["a.b@example.jp", "へ"]),
    ],
)
def test_a_number_or_a_name_is_one_piece(text: str, pieces: list[str]) -> None:
    assert [piece.text for piece in pieces_of(text)] == pieces


def test_neighbours_are_covered_as_one_and_say_no_length() -> None:
    text = "連絡は 000-0000-0000 まで。"
    assert cover_pieces(text, [1]) == f"連絡は {COVERED} まで。"
    assert cover_pieces(text, [2, 1]) == f"連絡は {COVERED}"
    assert cover_pieces(text, [0, 2]) == f"{COVERED} 000-0000-0000 {COVERED}"
    assert cover_pieces("A は B", [0]) == cover_pieces("ABCDEFG は B", [0])


@given(TEXTS)
def test_everything_but_white_space_lies_in_one_piece(text: str) -> None:
    pieces = pieces_of(text)
    assert "".join(piece.text for piece in pieces) == "".join(text.split())
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
    assert all(before.end <= after.start for before, after in pairwise(pieces))


@given(TEXTS, st.data())
def test_what_was_chosen_is_gone_and_the_rest_is_there_in_its_order(text: str, data: st.DataObject) -> None:
    pieces = pieces_of(text)
    chosen = data.draw(st.sets(st.integers(0, len(pieces) - 1))) if pieces else set()
    covered = cover_pieces(text, chosen)
    kept = "".join(piece.text for number, piece in enumerate(pieces) if number not in chosen)
    assert "".join(covered.replace(COVERED, "").split()) == kept
