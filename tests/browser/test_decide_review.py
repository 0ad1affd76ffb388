"""Words hidden by mistake: asked for again without JavaScript, given back by another keeper on a phone."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out

TITLE = "むくげ"
WORDS = "きょうは、死ぬほど眠いです。"
SORRY = "前の判断をとりけしました。いやな思いをさせて、ごめんなさい。"
NARROW = {"width": 320, "height": 720}
_LOOKS = {
    "paper": {"theme": "paper", "text_size": "100"},
    "night": {"theme": "night", "text_size": "150"},
    "clear": {"theme": "clear", "text_size": "200"},
}
_HIDE = """
from ibasho.moderation.actions import hide
from ibasho.people.models import Keeper
from ibasho.people.queries import facts_of
from ibasho.rooms.models import Message

message = Message.objects.filter(room__slug={slug!r}).latest("position")
hide(facts_of(Keeper.objects.get(duty_name="みどり")), {slug!r}, message.pk, rule="about_dying")
"""


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_staffed_room(place, "mukuge", TITLE, needed=1)


@pytest.fixture
def code(come: Come, keeper_browser: KeeperBrowser, place: Place, slug: str) -> str:
    """Of words that みどり hid; their writer has no script, and asked from the letter."""
    take_duty(keeper_browser("みどり"), TITLE)
    writer = come(java_script_enabled=False).enter()
    writer.send(f"/rooms/{slug}/door/", mode="speak", call_name="ゆうぐれ")
    page = writer.open(f"/rooms/{slug}/")
    page.locator("textarea[name=text]").fill(WORDS)
    page.get_by_role("button", name="送信").click()
    place.tell(_HIDE.format(slug=slug))
    writer.open(f"/rooms/{slug}/")
    letter = page.locator("[data-notice]")
    found = re.search(r"「(\w{5}-\w{5})」", letter.inner_text())
    assert found
    letter.get_by_role("button", name="もう一度 見てほしい").click()
    expect(page.get_by_role("status")).to_have_text("受けとりました。ありがとうございます。")
    return found[1]


def _ask_how_it_stands(come: Come, code: str) -> Guest:
    """From a device that was never inside."""
    stranger = come(java_script_enabled=False)
    page = stranger.open("/reviews/")
    page.get_by_label("見直しの番号").fill(code.lower())
    page.get_by_role("button", name="もう一度 見てほしい").click()
    return stranger


def test_another_keeper_gives_it_back_in_three_taps(
    come: Come, keeper_browser: KeeperBrowser, slug: str, code: str
) -> None:
    reader = come().enter()
    room = reader.sit(slug, mode="observe")
    expect(room.get_by_text(WORDS)).to_have_count(0)
    expect(_ask_how_it_stands(come, code).page.get_by_text("見直しを待っています。")).to_be_visible()

    kajika = keeper_browser("かじか", "steward")
    page = kajika.open("/desk/")
    page.get_by_role("link", name=re.compile("^見直す")).first.click()
    expect(page.get_by_text(f"部屋「{TITLE}」")).to_be_visible()
    expect(page.get_by_text(WORDS).first).to_be_hidden()
    page.get_by_role("button", name="前の判断をとりけす").click()
    expect(page.get_by_role("heading", name="決まりました")).to_be_visible()

    expect(room.get_by_role("log").get_by_text(WORDS)).to_be_visible()
    result = _ask_how_it_stands(come, code).page
    expect(result.get_by_text(SORRY)).to_be_visible()
    expect(result.get_by_text("いまから使えます。")).to_be_visible()
    page = kajika.open("/desk/reviews/lines/")
    expect(page.get_by_role("listitem").get_by_text(WORDS).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="ファイルでとりだす").click()
    assert WORDS in download.value.path().read_text()


def test_it_stays_with_a_reason_also_without_script(
    come: Come, keeper_browser: KeeperBrowser, slug: str, code: str
) -> None:
    tobira = keeper_browser("とびら", "coordinator", java_script_enabled=False)
    page = tobira.open("/desk/reviews/")
    page.get_by_role("link", name=re.compile("^見直す")).first.click()
    page.get_by_label("方法のくわしい話や").check()
    page.locator("form[aria-labelledby=uphold-title] summary").first.click()
    page.locator("#words-uphold").fill("つらい方が、いま読んでいました。")
    page.get_by_role("button", name="前の判断のままにする").click()
    expect(page.get_by_text("前の判断のままにしました。")).to_be_visible()
    result = _ask_how_it_stands(come, code).page
    for words in ("今回は前の判断のままにします。", "つらい方が、いま読んでいました。", "ほかの窓口："):
        expect(result.get_by_text(words)).to_be_visible()


@pytest.mark.parametrize("look", _LOOKS)
def test_every_page_of_it_can_be_shown_to_anybody(
    come: Come, keeper_browser: KeeperBrowser, slug: str, code: str, look: str
) -> None:
    kajika = keeper_browser("かじか", "steward", viewport=NARROW)
    kajika.send("/me/settings/", send_delay="0", **_LOOKS[look])
    page, faults = kajika.page, list[str]()

    def look_at(name: str) -> None:
        page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
        found = [*barriers(page), *small_targets(page), *what_sticks_out(page)]
        faults.extend(f"{name}: {fault}" for fault in found)
        _draw(kajika, f"{name}-{look}")

    def ask_how_it_stands(name: str) -> None:
        kajika.open("/reviews/")
        page.get_by_label("見直しの番号").fill(code)
        page.get_by_role("button", name="もう一度 見てほしい").click()
        page.get_by_role("heading", level=2).first.wait_for()
        look_at(name)

    ask_how_it_stands("waiting")
    kajika.open("/desk/")
    look_at("desk")
    kajika.open("/desk/reviews/")
    look_at("reviews")
    page.get_by_role("link", name=re.compile("^見直す")).first.click()
    page.get_by_role("heading", name="前の判断のままにする").wait_for()
    look_at("review")
    page.get_by_role("button", name="前の判断をとりけす").click()
    page.get_by_role("heading", name="決まりました").wait_for()
    look_at("decided")
    ask_how_it_stands("result")
    for name, path in (
        ("reviews-after", "/desk/reviews/"),
        ("lines", "/desk/reviews/lines/"),
        ("log", "/desk/log/"),
        ("history-ask", f"/desk/history/?room={slug}"),
    ):
        kajika.open(path)
        look_at(name)
    page.get_by_label("わけ").fill("見直しのお願いの、前後を読みます。")
    page.get_by_role("button", name="記録して、読む").click()
    page.get_by_text("読んでいることは、記録に残っています。").wait_for()
    look_at("history")
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
