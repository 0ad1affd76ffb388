"""The rows of the log as HTML. A page has fifty, and two of a kind differ in a few texts only: so each kind
is rendered once by elements/message.html, and then filled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from ibasho.rooms.views.shown import ShownMessage

_GAP = "\0"
_MARKS = tuple(field.name for field in fields(ShownMessage) if field.type == "bool")
_TEXTS = tuple(field.name for field in fields(ShownMessage) if field.name not in _MARKS)


def rows_html(slug: str, lines: Iterable[ShownMessage]) -> SafeString:
    """What the template makes of these lines, one after the other."""
    return mark_safe("".join(_filled(slug, line) for line in lines))  # noqa: S308 - every text was escaped


def _filled(slug: str, line: ShownMessage) -> str:
    texts = {name: str(getattr(line, name)) for name in _TEXTS}
    marks = tuple(getattr(line, name) for name in _MARKS)
    parts = list(_mould(slug, tuple(map(bool, texts.values())), marks))
    escaped = {name: escape(text) for name, text in texts.items()}
    parts[1::2] = [escaped[name] for name in parts[1::2]]
    return "".join(parts)


@lru_cache(maxsize=256)
def _mould(slug: str, has_text: tuple[bool, ...], marks: tuple[bool, ...]) -> tuple[str, ...]:
    """One kind of row, cut where its texts go: every second part is the name of one. Nobody's words are in it.

    The template may ask whether there is a text, not which, and puts no filter on it.
    """
    texts = {name: f"{_GAP}{name}{_GAP}" * is_there for name, is_there in zip(_TEXTS, has_text, strict=True)}
    kind: dict[str, Any] = texts | dict(zip(_MARKS, marks, strict=True))
    row = render_to_string("elements/message.html", {"line": ShownMessage(**kind), "room": {"slug": slug}})
    return tuple(row.split(_GAP))
