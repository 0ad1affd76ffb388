"""Keepers' Markdown → HTML that cannot do anything. The only module that imports bleach.

bleach is no longer maintained: what it is known to miss is done here, before and after
it, and a test compares it with nh3 on a hostile corpus. Replacing it is this file.
"""

from __future__ import annotations

import re
from functools import cache

import bleach
from markdown_it import MarkdownIt

from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import clean

MARKDOWN_BYTES = 20_000
TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "hr", "a"})
_HEADINGS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
_SCHEMES = ("https", "http", "mailto", "tel")
_GOOD_LINK = re.compile(r"(?:https?://[^/]|mailto:[^/]|tel:[+0-9]|/(?![/\\])|#)[^\s\\]*", re.IGNORECASE)
_OPENING_LINK = re.compile(r"<a\b[^>]*>")


def render(markdown: str) -> str:
    """HTML with paragraphs, lists, headings, quotes, emphasis and links, and nothing else.

    Links lead to http(s), mail, a telephone or a page of ours, and leave no referrer.
    Raises `malformed`, or `too_long` beyond 20,000 bytes.
    """
    # Invisible characters go first: a scheme broken by one is no scheme to a sanitiser,
    # and may be one to a browser.
    text = clean(markdown)
    if len(text.encode()) > MARKDOWN_BYTES:
        raise Refusal("too_long")
    html = bleach.clean(
        _as_html(text),
        tags=TAGS,
        attributes=_is_good_attribute,
        protocols=_SCHEMES,
        strip=True,
        strip_comments=True,
    )
    return _OPENING_LINK.sub(_without_referrer, html)


def _as_html(markdown: str) -> str:
    tokens = _markdown().parse(markdown)
    for token in tokens:
        if token.tag in _HEADINGS:  # the page has its own first heading
            token.tag = _HEADINGS[token.tag]
    rendered: str = _markdown().renderer.render(tokens, _markdown().options, {})
    return rendered


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).disable(
        ["image", "html_block"]
    )


def _is_good_attribute(tag: str, name: str, value: str) -> bool:
    return tag == "a" and name == "href" and _GOOD_LINK.fullmatch(value) is not None


def _without_referrer(link: re.Match[str]) -> str:
    leads_outside = re.search(r'href="(?![/#])', link[0])
    return link[0][:-1] + ' rel="noreferrer">' if leads_outside else link[0]
