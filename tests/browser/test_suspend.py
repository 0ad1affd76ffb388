"""Two keepers on their phones close the house to somebody, who reads why and asks again; a third gives it back."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.guests import PHONE, Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.people.keeping import code_now

TITLE = "なずな"
WORDS = "きみの家を、知っています。"
WHY = "なんども、ほかの方をおどしました。"
NARROW: ViewportSize = {"width": 320, "height": 720}
_LOOKS = {
    "paper": {"theme": "paper", "text_size": "100"},
    "night": {"theme": "night", "text_size": "150"},
    "clear": {"theme": "clear", "text_size": "200"},
}
# As if what this keeper's browsers showed had been shown ten minutes before.
_AGE = """
import json
from django.db import transaction
from ibasho.people.models import Session

with transaction.atomic():
    for row in Session.objects.filter(person__keeper__duty_name={name!r}):
        data = json.loads(row.data)
        for record in data.get("account_authentication_methods", ()):
            record["at"] -= 600
        row.data = json.dumps(data)
        row.save(update_fields=["data"])
"""


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_staffed_room(place, "nazuna", TITLE, needed=1)


def _on_duty(keeper_browser: KeeperBrowser, *names: str, **options: object) -> list[Guest]:
    keepers = [keeper_browser(name, viewport=PHONE, **options) for name in names]
    for keeper in keepers:
        take_duty(keeper, TITLE)
    return keepers


def _show_code(page: Page) -> None:
    page.get_by_label("アプリに出ている数字").fill(code_now())
    page.get_by_role("button", name="つぎへ").click()


def test_two_keepers_close_the_house_and_a_third_opens_it(
    come: Come, keeper_browser: KeeperBrowser, place: Place, slug: str
) -> None:
    midori, susuki = _on_duty(keeper_browser, "みどり", "すすき")
    for keeper in (midori, susuki):
        keeper.forgive("404")  # what was taken back is gone from the page they left open
    writer, reader = come(viewport=PHONE).enter(), come().enter()
    writer.forgive("403")
    writer.sit(slug, name="ゆうぐれ")
    reader.sit(slug, mode="observe")
    writer.write(WORDS)
    reader.sees(WORDS)
    before = reader.view()

    page = midori.open(f"/desk/rooms/{slug}/")
    midori.row(WORDS).get_by_role("link", name="この書き込みについて").click()
    page.get_by_role("link", name="ほかのスタッフに相談する").click()  # one
    page.get_by_label("どうしてですか").fill(WHY)
    page.locator("input[name=rule]").first.check()  # two
    page.get_by_role("button", name=re.compile("^30日")).click()  # three
    expect(page.get_by_text("いまは、何も変わっていません。")).to_be_visible()
    expect(writer.page.locator("[data-notices] .notice")).to_have_count(0)

    place.tell(_AGE.format(name="すすき"))
    page = susuki.open("/desk/")
    page.get_by_role("link", name=re.compile("^相談を見る")).first.click()
    expect(page.get_by_text(WHY).first).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_hidden()
    expect(page.get_by_role("button", name="利用を止める")).to_have_count(0)
    page.get_by_role("link", name="たしかめて、つづける").click()
    _show_code(page)
    page.get_by_role("button", name="利用を止める").click()
    expect(page.get_by_role("heading", name="決まりました")).to_be_visible()

    letter = writer.page.locator("[data-notices] .notice")
    expect(letter).to_contain_text("スタッフ2人が、それぞれ考えて決めました。")
    code = re.search(r"「(\w{5}-\w{5})」", letter.inner_text())
    assert code
    assert reader.view() == before
    page = writer.open(f"/rooms/{slug}/")
    expect(page.get_by_text("いまは、この場所の利用を止めています。").first).to_be_visible()
    assert WORDS not in page.content()
    expect(writer.open("/me/").locator("[data-notice]")).to_contain_text("今もできます。")

    stranger = come(java_script_enabled=False)
    page = stranger.open("/reviews/")
    page.get_by_label("見直しの番号").fill(code[1].lower())
    page.get_by_label("伝えたいこと").fill("おどしたつもりは、ありませんでした。")
    page.get_by_role("button", name="もう一度 見てほしい").click()
    expect(page.get_by_role("status")).to_have_text("受けとりました。ありがとうございます。")

    kajika = keeper_browser("かじか", "steward", viewport=PHONE)
    page = kajika.open("/desk/")
    page.get_by_role("link", name=re.compile("^見直す")).first.click()
    expect(page.get_by_text("みどりさんと、すすきさんが、").first).to_be_visible()
    page.get_by_role("button", name="前の判断をとりけす").click()
    expect(page.get_by_role("heading", name="決まりました")).to_be_visible()

    page = writer.sit(slug, name="ゆうぐれ")
    expect(page.locator("[data-notices] .notice")).to_contain_text("いまから使えます。")
    writer.write("ただいま。")
    reader.sees("ただいま。")
    assert "利用を止め" not in midori.open(f"/desk/rooms/{slug}/").content()


@pytest.mark.parametrize("look", _LOOKS)
def test_every_page_of_it_can_be_shown_to_anybody(
    come: Come, keeper_browser: KeeperBrowser, place: Place, slug: str, look: str
) -> None:
    midori, susuki = _on_duty(keeper_browser, "みどり", "すすき")
    writer = come().enter()
    writer.sit(slug, name="とてもながい名前のひとですよ")
    writer.write(WORDS)
    faults = list[str]()

    def look_at(guest: Guest, name: str, path: str = "") -> None:
        page = guest.open(path) if path else guest.page
        page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
        found = [*barriers(page), *small_targets(page), *what_sticks_out(page)]
        faults.extend(f"{name}: {fault}" for fault in found)
        _draw(guest, f"{name}-{look}")

    for keeper in (midori, susuki):
        keeper.send("/me/settings/", send_delay="0", **_LOOKS[look])
        keeper.page.set_viewport_size(NARROW)
    page = midori.open(f"/desk/rooms/{slug}/")
    midori.row(WORDS).get_by_role("link", name="この書き込みについて").click()
    page.get_by_role("link", name="ほかのスタッフに相談する").wait_for()
    look_at(midori, "message")
    page.get_by_role("link", name="ほかのスタッフに相談する").click()
    page.get_by_label("どうしてですか").fill(WHY)
    look_at(midori, "ask")
    place.tell(_AGE.format(name="みどり"))
    page.locator("input[name=rule]").first.check()
    page.get_by_role("button", name=re.compile("^1年")).click()
    page.get_by_role("link", name="べつの画面でた\u2060しかめる").wait_for()
    look_at(midori, "ask-too-late")
    midori.forgive("409")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="べつの画面でた\u2060しかめる").click()
    _show_code(opened.value)
    opened.value.get_by_role("heading", name="利用を止める相談").wait_for()
    page.get_by_role("button", name=re.compile("^1年")).click()
    page.get_by_role("button", name="相談をとりけす").wait_for()
    look_at(midori, "own")
    look_at(susuki, "desk", "/desk/")
    look_at(susuki, "list", "/desk/suspensions/")
    susuki.page.get_by_role("link", name=re.compile("^相談を見る")).first.click()
    susuki.page.get_by_role("button", name="利用を止める").wait_for()
    look_at(susuki, "decide")
    susuki.page.get_by_role("button", name="利用を止める").click()
    susuki.page.get_by_role("heading", name="決まりました").wait_for()
    look_at(susuki, "decided")
    writer.forgive("403")
    writer.page.set_viewport_size(NARROW)
    writer.send("/me/settings/", send_delay="0", **_LOOKS[look])
    look_at(writer, "shut", f"/rooms/{slug}/")
    look_at(writer, "me", "/me/")
    kajika = keeper_browser("かじか", "steward", viewport=NARROW)
    kajika.send("/me/settings/", send_delay="0", **_LOOKS[look])
    look_at(kajika, "in-force", "/desk/suspensions/")
    kajika.page.locator("main .lines a").first.click()
    kajika.page.get_by_role("button", name="また使えるようにする").wait_for()
    look_at(kajika, "lift")
    assert not faults, "\n".join(faults)


def _draw(guest: Guest, name: str) -> None:
    """For whoever wants to look: IBASHO_LOOKS names the folder."""
    folder = os.environ.get("IBASHO_LOOKS")
    size = guest.page.viewport_size
    assert size
    for width in (320, 390, 1280) if folder else ():
        guest.page.set_viewport_size({**size, "width": width})
        guest.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True, animations="disabled")
    guest.page.set_viewport_size(size)
