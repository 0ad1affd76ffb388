"""A row that was filled is the row that the template makes."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product
from typing import Any

import pytest
from django.template.loader import render_to_string

from ibasho.rooms.views.rows import rows_html
from ibasho.rooms.views.shown import QUIET_WORDS, ShownMessage

WORDS = ShownMessage(
    id="9d7e6c1a-52a5-4f7c-9f0e-0f4f4b6d6c11",
    position=1_000_001,
    seq=1_000_002,
    seat="5b8f6a54-6d3a-4f57-8f43-0c1d9d0b2a10",
    call_name="<b>なぎ</b>",
    keeper=False,
    is_own=False,
    at_iso="2026-11-22T11:02:00Z",
    time="20:02",
    edited=False,
    redacted=False,
    may_edit=False,
    wish="",
    cover="",
    text="<script>&amp; \"quoted\" 'and' {{ line.id }} {%",
    quiet_words="",
)
MARKS = ("keeper", "is_own", "edited", "redacted", "may_edit", "is_nameless")


def by_template(*lines: ShownMessage) -> str:
    room = {"slug": "engawa"}
    rows = [render_to_string("elements/message.html", {"line": line, "room": room}) for line in lines]
    return "".join(rows)


@pytest.mark.parametrize("marks", list(product((False, True), repeat=len(MARKS))))
@pytest.mark.parametrize("wish", ["", "聞いてほしいだけ"])
@pytest.mark.parametrize("cover", ["", "<つらい話>"])
def test_every_kind_of_row_reads_as_the_template_says(marks: tuple[bool, ...], wish: str, cover: str) -> None:
    flags: dict[str, Any] = dict(zip(MARKS, marks, strict=True))
    kind = replace(WORDS, wish=wish, cover=cover, **flags)
    assert rows_html("engawa", [kind]) == by_template(kind)


@pytest.mark.parametrize("words", QUIET_WORDS.values())
def test_so_does_a_quiet_one(words: str) -> None:
    quiet = replace(WORDS, call_name="", text="", quiet_words=words)
    assert rows_html("engawa", [quiet]) == by_template(quiet)


def test_so_does_one_that_is_left_out() -> None:
    left_out = replace(WORDS, call_name="", text="", is_ignored=True)
    assert rows_html("engawa", [left_out]) == by_template(left_out)
    assert "message--ignored" in rows_html("engawa", [left_out])


@pytest.mark.parametrize("name", [field.name for field in fields(ShownMessage) if field.type != "bool"])
@pytest.mark.parametrize("text", ["", "<i>", "&amp;", "\0id\0", "\0"])
def test_no_text_becomes_markup_or_another_text(name: str, text: str) -> None:
    odd: ShownMessage = replace(WORDS, **{name: text})  # type: ignore[arg-type]
    assert rows_html("engawa", [odd, WORDS]) == by_template(odd, WORDS)


def test_rows_of_a_kind_share_nothing_but_their_shape() -> None:
    mine = replace(WORDS, text="わたしの言葉", call_name="なぎ")
    theirs = replace(WORDS, text="ほかの言葉", call_name="すみれ")
    assert rows_html("engawa", [mine, theirs]) == by_template(mine, theirs)
    assert "/rooms/niwa/" in rows_html("niwa", [replace(mine, is_own=True)])
