"""What is looked for on a page: barriers, targets too small for a thumb, and things that stick out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import axe_core_python
from playwright.sync_api import Locator, Page

AXE = Path(axe_core_python.__file__).with_name("axe.min.js").read_text()
# What lies in a closed fold keeps its boxes, and axe takes them for shown: as if they covered what stands below.
_LOOK = """async () => {
  const folded = new CSSStyleSheet();
  folded.replaceSync('details:not([open]) > :not(summary) { display: none; }');
  document.adoptedStyleSheets.push(folded);
  try {
    return await axe.run(document, { resultTypes: ['violations'] });
  } finally {
    document.adoptedStyleSheets.pop();
  }
}"""
WIDTHS = (320, 390, 1280)
# things one taps: a box of at least 44 px, unless it is a link inside a sentence
_SMALL = """() => Array.from(document.querySelectorAll(
    'button, summary, select, textarea, input:not([type=hidden]), a.button, nav a, .menu__do'), (it) => {
  const box = (it.closest('label') ?? it).getBoundingClientRect();
  const isShown = it.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1;
  const isSmall = isShown && (box.height < 43.5 || box.width < 43.5);
  return isSmall && `${it.outerHTML.slice(0, 90)} ${Math.round(box.width)}×${Math.round(box.height)}`;
}).filter(Boolean)"""
# on how many lines a word of an element stands
_LINES = """(element, word) => {
  const text = Array.from(element.childNodes).find(({ data }) => data?.includes(word));
  const range = document.createRange(), at = text.data.indexOf(word);
  range.setStart(text, at);
  range.setEnd(text, at + word.length);
  return new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top))).size;
}"""
# what sticks out of the window and is not inside something that scrolls by itself
_OUTSIDE = """() => {
  const scrolls = (it) => it && (/auto|scroll/.test(getComputedStyle(it).overflowX) || scrolls(it.parentElement));
  const root = document.documentElement;
  const wide = root.scrollWidth > root.clientWidth ? [`page ${root.scrollWidth} px wide`] : [];
  return wide.concat(Array.from(document.body.querySelectorAll('*')).filter((it) => {
    const box = it.getBoundingClientRect();
    const isShown = it.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1;
    return isShown && (box.right > root.clientWidth + 1 || box.left < -1) && !scrolls(it.parentElement) && !it.closest('svg, .unseen, .skip');
  }).slice(0, 5).map((it) => it.outerHTML.slice(0, 80)));
}"""


def barriers(page: Page) -> list[str]:
    """What axe finds."""
    page.evaluate(AXE)
    found = page.evaluate(_LOOK)
    assert len(found["passes"]) > 5  # it has looked
    return [
        f"{violation['id']}: {[(node['target'], node['failureSummary']) for node in violation['nodes']][:5]}"
        for violation in found["violations"]
    ]


def small_targets(page: Page) -> list[str]:
    small: list[str] = page.evaluate(_SMALL)
    return [f"small: {it}" for it in small]


def lines_of(element: Locator, word: str) -> int:
    """On how many lines this word of the element stands."""
    lines: int = element.evaluate(_LINES, word)
    return lines


def what_sticks_out(page: Page) -> Iterator[str]:
    """At every width; the window is left as it was."""
    before = page.viewport_size
    assert before
    for width in WIDTHS:
        page.set_viewport_size({**before, "width": width})
        yield from (f"at {width}: {it}" for it in page.evaluate(_OUTSIDE))
    page.set_viewport_size(before)
