"""Ears get one calm sentence for a burst, and the screen shows no number."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.guests import Come, until

_LISTEN = """() => {
  globalThis.heard = [];
  for (const region of document.querySelectorAll('[aria-live=polite], [role=status]')) {
    new MutationObserver(() => region.textContent.trim() && heard.push(region.textContent.trim()))
      .observe(region, { childList: true, characterData: true, subtree: true });
  }
}"""


def _heard(page: Page) -> list[str]:
    heard: list[str] = page.evaluate("heard")
    return heard


def test_a_burst_of_sixty_becomes_a_few_sentences(come: Come, room: str) -> None:
    listener, other = come(viewport={"width": 1280, "height": 800}).enter(), come().enter()
    page = listener.sit(room)
    other.sit(room)
    page.get_by_label("新しい書き込みの読み上げ").select_option("すぐ")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
    page.evaluate(_LISTEN)
    other.say_many(room, [f"ひとこと{number}" for number in range(60)], at_once=True)
    listener.sees("ひとこと59")
    count = (
        "() => heard.reduce((sum, text) => sum + Number(/書き込みが(\\d+)/.exec(text)?.[1] ?? 1), 0) >= 60"
    )
    until(page, count)
    assert len(_heard(page)) <= 4
    assert not re.search(r"\d", page.locator(".below").inner_text())


def test_one_message_is_read_out_and_own_words_are_not(come: Come, room: str) -> None:
    listener, other = come().enter(), come().enter()
    page = listener.page
    page.add_init_script("sessionStorage.setItem('ibasho.pace', '\"soon\"')")
    listener.sit(room)
    other.sit(room, name="こもれび")
    page.evaluate(_LISTEN)
    listener.write("じぶんの言葉")
    listener.sees("じぶんの言葉")
    other.write("こんばんは")
    until(page, "() => heard.length > 0")
    assert _heard(page) == ["こもれび。こんばんは"]
