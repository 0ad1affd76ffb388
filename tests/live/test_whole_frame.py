from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibasho.live.whole_frame import frame_of, words_in
from tests.wire import BINARY, PING, TEXT, encode_frame

MASK = b"\x01\xfe\x80\x7f"
GOOD = encode_frame(TEXT, "こんばんは".encode(), mask=MASK)


@given(text=st.text(min_size=1, max_size=300), mask=st.binary(min_size=4, max_size=4))
def test_one_whole_text_frame_is_its_words(text: str, mask: bytes) -> None:
    assert words_in(encode_frame(TEXT, text.encode(), mask=mask)) == text


@pytest.mark.parametrize("length", [1, 125, 126, 127, 16_384, 65_535])
def test_at_every_way_to_write_the_length(length: int) -> None:
    text = "x" * (length - 1) + "y"
    assert words_in(encode_frame(TEXT, text.encode(), mask=MASK)) == text


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_a_server_writes_it_without_a_mask(length: int) -> None:
    assert frame_of(b"x" * length) == encode_frame(TEXT, b"x" * length, mask=b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GOOD[:1],
        GOOD[:-1],
        GOOD + GOOD,
        GOOD + b"\x81",
        encode_frame(TEXT, b"", mask=MASK),
        encode_frame(TEXT, b"x" * 65_536, mask=MASK),
        encode_frame(TEXT, b"words", mask=b""),
        encode_frame(TEXT, b"words", fin=False, mask=MASK),
        encode_frame(0, b"words", mask=MASK),
        encode_frame(BINARY, b"words", mask=MASK),
        encode_frame(PING, b"words", mask=MASK),
        encode_frame(TEXT | 0x40, b"words", mask=MASK),
        encode_frame(TEXT, b"\xed\xa0\x80", mask=MASK),
        encode_frame(TEXT, b"\xff", mask=MASK),
        b"\x81\xfe\x00\x05" + b"\0\0\0\0" + b"words",  # the length in two bytes without need
        b"\x81\xff" + b"\0\0\0\0" + b"x" * 127,  # the length in eight bytes
    ],
)
def test_anything_else_is_left_to_who_reads_streams(data: bytes) -> None:
    assert words_in(data) is None
