"""Before the door: large letters are chosen without coming in, and then each page still begins on the first screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come
from tests.browser.looks import barriers, small_targets, what_sticks_out

PHONE, TALL_BAR = {"width": 390, "height": 844}, 844 // 3
_FIRST_LINE = """() => {
  const words = Array.from(document.querySelectorAll('main :is(p, li, dd)')).find((it) => it.checkVisibility() && it.textContent.trim());
  const range = document.createRange();
  range.selectNodeContents(words);
  return range.getClientRects()[0].bottom;
}"""


@pytest.mark.parametrize("has_script", [True, False])
def test_with_the_largest_letters_the_first_line_stands_on_the_first_screen(
    come: Come, has_script: bool
) -> None:
    guest = come(viewport=PHONE, java_script_enabled=has_script)
    page = guest.open("/enter/")
    page.get_by_role("link", name="文字の大きさ・色を変える").click()
    page.get_by_role("radio", name="とても大きい").check()
    page.get_by_role("radio", name="夜").check()
    page.get_by_role("button", name="この見え方にする").click()
    page.wait_for_url("**/enter/")
    expect(page.locator("html")).to_have_class("theme-night text-200")
    for path in ("/enter/", "/rules/", "/events/", "/events/1/", "/sign-ups/", "/help/", "/about/look/"):
        guest.open(path)
        bar = page.locator(".bar").bounding_box()
        assert bar
        assert bar["height"] < TALL_BAR, path
        assert page.evaluate(_FIRST_LINE) < PHONE["height"], path
        assert _faults(page, has_script=has_script) == [], path
    guest.open("/").get_by_role("heading", level=1).wait_for()
    title = page.get_by_role("heading", level=1).bounding_box()
    assert title
    assert title["y"] + title["height"] < PHONE["height"]

    guest.open("/enter/").get_by_role("radio", name="親", exact=True).check()
    page.get_by_role("button", name="約束を読みました").click()
    page.wait_for_url("**/rooms/**")
    expect(page.locator("html")).to_have_class("theme-night text-200")


def _faults(page: Page, *, has_script: bool) -> list[str]:
    found = [*small_targets(page), *what_sticks_out(page)]
    return [*found, *barriers(page)] if has_script else found
