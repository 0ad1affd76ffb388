"""The house's own texts: ｜漢字《かんじ》 marks a reading, a space the end of a 文節."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_READING = re.compile(r"｜([^｜《》\n]+)《([^｜《》\n]+)》")
# A space between two half-width words belongs to the words; any other marks a 文節.
_PHRASE_END = re.compile(r"(?<![!-~]) +| +(?![!-~])")


def plain(text: str) -> str:
    """The text alone, without readings and 文節 spaces."""
    return _without_spaces(_READING.sub(r"\1", text))


def shown(text: str, *, furigana: bool, spacing: bool) -> str:
    """The text with what was asked for, escaped where it became HTML."""
    spaced = text if spacing else _without_spaces(text)
    return _with_ruby(spaced) if furigana else _READING.sub(r"\1", spaced)


def _without_spaces(text: str) -> str:
    return _PHRASE_END.sub("", text)


def _with_ruby(text: str) -> SafeString:
    # The readings for eyes only: screen readers would say every word twice.
    parts, end = [], 0
    for found in _READING.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(
            format_html(
                '<ruby>{}<rp>（</rp><rt aria-hidden="true">{}</rt><rp>）</rp></ruby>', *found.groups()
            )
        )
        end = found.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 -- every part was escaped
