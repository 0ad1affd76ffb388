"""A page as it comes out of a printer."""

from __future__ import annotations

import re

from playwright.sync_api import Page

_SMALL = """() => Array.from(document.querySelectorAll('.sheet *, .slip *'), (it) => {
  const own = Array.from(it.childNodes).some((node) => node.nodeType === 3 && node.data.trim());
  const size = parseFloat(getComputedStyle(it).fontSize);
  return own && it.localName !== 'rt' && it.localName !== 'rp' && it.checkVisibility() && size < 15.9 && it.outerHTML.slice(0, 80);
}).filter(Boolean)"""


def sheets_of(page: Page) -> int:
    """On how many sheets of A4 it comes out, in letters of 12 pt or more."""
    page.emulate_media(media="print")
    small = page.evaluate(_SMALL)
    assert small == [], "nothing is smaller than 12 pt"
    sizes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(595, 842)}, "A4 in points"
    return len(sizes)
