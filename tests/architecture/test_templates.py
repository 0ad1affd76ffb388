"""Rules that every template keeps, walked file by file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, TEMPLATES, modules, templates

ALL = pytest.mark.parametrize("template", templates(), ids=lambda file: str(file.relative_to(TEMPLATES)))
_LETTER = "(?:[ぁ-んァ-ヶー一-龠、。」》]|}})"
HARD_WORDS = ("禁止", "違反", "エラー", "失敗", "退会処分")


def _tags(text: str) -> list[str]:
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", text, flags=re.S)
    return re.findall(r"<[a-zA-Z](?:{%.*?%}|{{.*?}}|[^>])*>", text, re.S)


def test_there_are_templates() -> None:
    assert len(templates()) > 10


@ALL
def test_no_script_and_no_style_stands_in_the_page(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style\b|<script(?![^>]*\bsrc=)[^>]*>", text)
    bad = [tag for tag in _tags(text) if re.search(r"\s(?:on[a-z]+|style)\s*=|javascript:", tag, re.I)]
    assert bad == []


@ALL
def test_nothing_is_loaded_from_elsewhere(template: Path) -> None:
    loads = [
        tag
        for tag in _tags(template.read_text())
        if re.match(r"<(?:script|link|img|iframe|source|video|audio|object|embed)\b", tag)
    ]
    assert [tag for tag in loads if re.search(r"""(?:src|href|srcset|data)=["'](?:https?:)?//""", tag)] == []


@ALL
def test_a_link_that_leaves_the_house_does_not_tell_where_from(template: Path) -> None:
    links = [tag for tag in _tags(template.read_text()) if re.match(r"<a\b", tag)]
    outside = [
        tag for tag in links if re.search(r"""href=["']https?://|\bhelpline\.url\b|source_url\b""", tag)
    ]
    assert [tag for tag in outside if "noreferrer" not in tag] == []


@ALL
def test_every_form_says_where_it_goes_and_a_post_carries_its_token(template: Path) -> None:
    text = template.read_text()
    for form in re.findall(r"<form\b.*?</form>", text, re.S):
        head = _tags(form)[0]
        assert re.search(r"""\baction=["'][^"']""", head), head
        if re.search(r"""method=["']post["']""", head, re.I):
            assert "csrf_token" in form, head


@ALL
def test_a_field_reads_nothing_but_what_it_is_given(template: Path) -> None:
    """A page's own `form` or `say` would be taken for the field's."""
    tags = re.findall(r'{% include "elements/field\.html"[^%]*%}', template.read_text())
    assert [tag for tag in tags if not tag.endswith(" only %}")] == []


@ALL
def test_the_words_are_kind(template: Path) -> None:
    assert [word for word in HARD_WORDS if word in template.read_text()] == []


@ALL
def test_pieces_of_a_line_are_set_apart_by_a_gap(template: Path) -> None:
    """A wide space hangs over a narrow margin, and a hard one may begin a line."""
    assert (
        re.findall(
            r"\u3000|\u00a0|&(?:[en]msp|nbsp|ensp|thinsp|#12288|#160|#x3000|#xa0);",
            template.read_text(),
            re.I,
        )
        == []
    )


def test_no_words_of_the_house_hold_a_wide_space() -> None:
    """`beside` sets pieces apart; where a wide space is meant, its number says so."""
    assert [file for file in modules("ibasho") if "\u3000" in file.read_text()] == []
    assert [file for file in (ROOT / "frontend" / "js").rglob("*.js") if "\u3000" in file.read_text()] == []


@ALL
def test_a_gap_in_what_one_presses_stands_in_a_piece_of_text(template: Path) -> None:
    """Buttons and folds lay out their pieces side by side, and nothing but a space is no piece."""
    presses = re.findall(r"<(a|button|summary)\b[^>]*>(.*?)</\1>", template.read_text(), re.S)
    bare = [words for _, words in presses if "{% gap %}" in words and not words.startswith("<span>")]
    assert bare == []


@ALL
def test_no_word_ends_a_line_after_its_first_letter(template: Path) -> None:
    """In these words Chromium sees the end of a phrase: 「机にも／どる」. A word joiner keeps them whole."""
    text = re.sub(r"{#.*?#}|{% block title %}.*?{% endblock %}", "", template.read_text(), flags=re.S)
    assert re.findall(rf".*{_LETTER}(?:もど|なお[すし]|さが[すし]|たしかめ).*|.*あて先.*", text) == []


@ALL
def test_no_line_begins_with_a_comma(template: Path) -> None:
    """A piece that keeps together may be parted from what follows, whatever that is."""
    assert re.findall(r'class="keep">[^<]*</span>[、。）」！？]', template.read_text()) == []


@ALL
def test_nobodys_words_are_marked_safe(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", text)


def test_the_scripts_never_write_markup() -> None:
    for script in sorted((ROOT / "frontend" / "js").rglob("*.js")):
        text = script.read_text()
        assert not re.search(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b", text), (
            script
        )
        assert not re.search(r"""["'`](?:https?|wss?)://""", text), script


def test_the_styles_load_nothing_from_elsewhere_and_shout_nowhere() -> None:
    for sheet in sorted((ROOT / "frontend" / "css").rglob("*.css")):
        text = sheet.read_text()
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"']https?:", text), sheet
        assert "!important" not in text, sheet
