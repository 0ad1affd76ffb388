"""What passes for a link, so that a newcomer's waits for a keeper."""

from __future__ import annotations

import time

import pytest

from ibasho.rooms.limits import has_link


@pytest.mark.parametrize(
    "text",
    [
        "https://example.jp/song",
        "これexample.jpです",
        "example.shop/abc",
        "example.bargains/abc を見て",
        "日本語.jp",
        "ｅｘａｍｐｌｅ．ｃｏｍ",
        "192.168.0.1/a",
        "192.168.0.1:8080",
        "example[.]com",
        "example(dot)com",
        "example。com",
        "example ドット com",
        "example dot com",
        "t.me/abc",
        "例え.xn--wgv71a",
    ],
)
def test_a_link_is_known_however_it_is_written(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mr.Childrenが好き",
        "Node.jsの勉強",
        "vol.2、No.1、3.5.1",
        "12.5キロ、2026.11.29",
        "そうです。comというのは",
        "a.m. と p.m.",
        "ドット柄のcomfortな服",
        "1.2.3.4.5",
        "a polka dot is cute",
        "こんばんは。どっと疲れた",
    ],
)
def test_other_words_with_dots_are_no_link(text: str) -> None:
    assert not has_link(text)


def test_long_words_cost_no_time() -> None:
    began = time.process_time()
    for text in ("a." * 2000, "a " * 2000, "1." * 2000, " " * 4000 + "。", "a [" * 1300):
        has_link(text)
    assert time.process_time() - began < 1
