"""The desk while it is open: it changes by itself, is heard, stays awake, and never says that it lives when it does not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.guests import Place, until
from tests.browser.keepers import (
    KeeperBrowser,
    leave_note_about_dying,
    open_staffed_room,
    take_duty,
    take_roles,
)

DESK = {"width": 1280, "height": 800}
# What the page does to be heard, written down; the sound itself goes out as always.
_LISTEN = """
window.tones = 0; window.shakes = []; window.locks = [];
const start = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };
Object.defineProperty(navigator, 'vibrate', { value: (shape) => window.shakes.push(shape) });
const request = navigator.wakeLock.request.bind(navigator.wakeLock);
navigator.wakeLock.request = async (kind) => {
  const lock = await request(kind);
  window.locks.push(lock);
  return lock;
};
"""
# What was heard of a page until its keeper went on from it.
_REMEMBER = """addEventListener('pagehide', () => {
  localStorage.setItem('test.heard', JSON.stringify([window.tones, window.shakes.length]));
});"""
_NO_SOCKETS = """window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose?.({ code: 1006, reason: '' })); }
  send() { throw new Error('never open'); }
  close() {}
};"""
_STAYS = "globalThis.isStillHere = true"


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that needs two keepers: its slug and its title."""
    title = "机の部屋"
    return open_staffed_room(place, "tsukue", title), title


def _row(page: Page, title: str) -> Locator:
    return page.locator("[data-panel=rooms] tr").filter(has_text=title)


def _panels(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        "Array.from(document.querySelectorAll('[data-panel]'), (it) => it.dataset.panel)"
    )
    return names


def test_what_one_keeper_does_shows_on_the_others_desk_by_itself(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    _, title = staffed
    midori, susuki = keeper_browser("みどり", viewport=DESK), keeper_browser("すすき")
    page = susuki.open("/desk/")
    page.evaluate(_STAYS)
    expect(page.get_by_text("当番ではありません")).to_be_visible()
    take_duty(midori, title)
    expect(_row(page, title)).to_contain_text("みどり")
    expect(_row(page, title)).to_contain_text("あと1人")
    assert page.evaluate("isStillHere")

    take_duty(susuki, title)
    row = _row(midori.page, title)
    expect(row).to_contain_text("すすき")
    expect(row).to_contain_text("しずか")
    with susuki.page.expect_navigation():
        susuki.page.get_by_role("link", name="当番をおわる").click()
    page = midori.page
    page.evaluate(_STAYS)
    with susuki.page.expect_navigation():
        susuki.page.get_by_role("button", name="書かずに、おわる").click()
    expect(row).to_contain_text("休けい")
    expect(page.locator("[data-panel=alerts]")).to_contain_text(title)
    assert page.evaluate("isStillHere")
    for keeper in (midori, susuki):
        assert {frame["type"] for frame in keeper.said} <= {"here"}


def test_a_danger_to_life_is_seen_read_out_and_heard_as_the_keeper_chose(
    keeper_browser: KeeperBrowser, place: Place, staffed: tuple[str, str]
) -> None:
    keeper = keeper_browser("みどり")
    keeper.context.add_init_script(_LISTEN)
    page = keeper.open("/desk/")
    page.get_by_label("小さな音を鳴らす").check()
    page.get_by_label("ふるえて知らせる").check()
    page.get_by_role("button", name="ためす").click()
    expect(page.get_by_text("鳴らしました。")).to_be_visible()
    assert page.evaluate("[tones, shakes.length]") == [2, 1]
    page.reload()
    expect(page.get_by_label("小さな音を鳴らす")).to_be_checked()
    page.get_by_role("heading", name="スタッフの机").click()

    leave_note_about_dying(place)
    expect(page.locator("[role=alert][data-heard=life]")).to_have_text("命が心配なメモが、届いています。")
    expect(page.get_by_role("heading", name="いますぐ見てください")).to_be_visible()
    until(page, "() => tones === 2 && shakes.length === 1")
    by_itself = _panels(page)
    assert by_itself.index("life") < by_itself.index("handover")
    page.reload()
    assert by_itself == _panels(page)
    expect(page.get_by_role("heading", name="いますぐ見てください")).to_be_visible()
    page.wait_for_timeout(1_000)
    assert page.evaluate("[tones, shakes.length]") == [0, 0]  # told once


def test_a_device_that_nobody_asked_to_be_heard_is_silent(
    keeper_browser: KeeperBrowser, place: Place, staffed: tuple[str, str]
) -> None:
    keeper = keeper_browser("すすき")
    keeper.context.add_init_script(_LISTEN)
    page = keeper.open("/desk/")
    page.get_by_role("button", name="ためす").click()
    expect(page.locator("desk-signals [data-say]")).to_have_text("上で えらぶと、ためせます。")
    leave_note_about_dying(place)
    expect(page.locator("[data-heard=life]")).not_to_be_empty()
    assert page.evaluate("[tones, shakes.length]") == [0, 0]


@pytest.mark.parametrize("is_chosen", [True, False], ids=["chosen", "silent"])
def test_taking_duty_tries_what_is_switched_on_and_waits_for_nothing(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str], is_chosen: bool
) -> None:
    _, title = staffed
    keeper = keeper_browser("みどり")
    keeper.context.add_init_script(_LISTEN + _REMEMBER)
    page = keeper.open("/desk/")
    if is_chosen:
        page.get_by_label("小さな音を鳴らす").check()
        page.get_by_label("ふるえて知らせる").check()
        page.get_by_role("button", name="ためす").click()  # from here on the browser lets sound out
        expect(page.get_by_text("鳴らしました。")).to_be_visible()
    page.locator("[data-panel=taking]").get_by_role("checkbox", name=title).check()
    before = page.evaluate("[tones, shakes.length]")
    with page.expect_navigation():
        page.get_by_role("button", name="当番に入る").click()
    expect(_row(page, title)).to_contain_text("みどり")
    heard = page.evaluate("JSON.parse(localStorage.getItem('test.heard'))")
    assert (before, heard) == (([2, 1], [4, 2]) if is_chosen else ([0, 0], [0, 0]))


def test_the_screen_stays_on_while_its_keeper_is_on_duty(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    _, title = staffed
    keeper = keeper_browser("みどり")
    keeper.context.add_init_script(_LISTEN)
    page = keeper.open("/desk/")
    page.wait_for_timeout(300)
    assert page.evaluate("locks.length") == 0
    take_duty(keeper, title)
    until(page, "() => locks.length === 1 && !locks[0].released")
    expect(page.get_by_text("当番のあいだ、画面はついたままです。")).to_be_visible()
    page.evaluate("locks[0].release()")  # as a browser does when the page is out of sight
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(page, "() => locks.length === 2 && !locks[1].released")
    with page.expect_navigation():
        page.get_by_role("button", name="ひと休み", exact=True).click()
    page.wait_for_timeout(300)
    assert page.evaluate("locks.length") == 0


def test_a_device_that_cannot_stay_on_says_so(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    keeper = keeper_browser("みどり")
    keeper.context.add_init_script("delete Navigator.prototype.wakeLock")
    take_duty(keeper, staffed[1])
    expect(keeper.page.get_by_text("この端末では、画面をつけたままにできません。")).to_be_visible()


def test_without_a_socket_the_desk_still_changes_and_its_keeper_is_still_there(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    _, title = staffed
    midori, susuki = keeper_browser("みどり"), keeper_browser("すすき")
    susuki.context.add_init_script(_NO_SOCKETS)
    page = susuki.open("/desk/")
    page.evaluate(_STAYS)
    take_duty(midori, title)
    expect(_row(page, title)).to_contain_text("みどり")
    assert page.evaluate("isStillHere")
    expect(page.locator("[data-lost]")).to_be_hidden()
    assert susuki.said == []


def test_what_a_keeper_uses_is_left_alone_until_asked_for(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    _, title = staffed
    midori, susuki = keeper_browser("みどり"), keeper_browser("すすき")
    page = midori.open("/desk/")
    taking = page.locator("[data-panel=taking]")
    box = taking.get_by_role("checkbox").first
    was = box.is_checked()
    box.set_checked(not was)
    page.get_by_role("heading", name="スタッフの机").click()
    take_duty(susuki, title)
    show = page.get_by_role("button", name="見る")
    expect(show).to_be_visible()
    expect(_row(page, title)).to_contain_text("すすき")  # what is not in use has changed
    expect(taking).not_to_contain_text("すすき")
    assert box.is_checked() is not was
    show.click()
    expect(taking).to_contain_text("すすき")
    assert taking.get_by_role("checkbox").first.is_checked() is not was
    expect(show).to_be_hidden()


def test_a_choice_that_is_not_sent_yet_outlasts_what_others_change(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    midori, susuki = keeper_browser("みどり", viewport=DESK), keeper_browser("すすき")
    take_duty(midori, title)
    take_duty(susuki, title)
    midori.send(f"/desk/rooms/{slug}/pace/", seconds="30")
    page = midori.open(f"/desk/rooms/{slug}/")
    pace = page.get_by_label("ゆっくり")
    pace.select_option("0")  # the first there is
    page.get_by_role("heading", name="部屋のこと").click()
    page.wait_for_timeout(3_000)  # nobody's hand is on it any more
    susuki.send(f"/desk/rooms/{slug}/topic/", text="雨の日")
    expect(page.get_by_role("button", name="見る")).to_be_visible()
    assert pace.input_value() == "0"
    page.get_by_role("button", name="見る").click()
    expect(page.get_by_label("いまの話題")).to_have_value("雨の日")
    assert pace.input_value() == "0"


def test_what_is_under_the_eyes_does_not_move(
    keeper_browser: KeeperBrowser, place: Place, staffed: tuple[str, str]
) -> None:
    keeper = keeper_browser("みどり")
    page = keeper.open("/desk/")
    heading = page.get_by_role("heading", name="待っていること")
    heading.evaluate("it => scrollTo(0, it.getBoundingClientRect().top - 200)")
    before = heading.evaluate("it => it.getBoundingClientRect().top")
    leave_note_about_dying(place)
    expect(page.locator("[data-panel=life]")).to_have_count(1)
    assert abs(heading.evaluate("it => it.getBoundingClientRect().top") - before) < 2


def test_a_keeper_without_a_role_is_out_at_once(
    keeper_browser: KeeperBrowser, place: Place, staffed: tuple[str, str]
) -> None:
    keeper = keeper_browser("かわせみ")
    keeper.forgive("status of 404")
    page = keeper.open("/desk/")
    expect(page.get_by_role("heading", name="スタッフの机")).to_be_visible()
    take_roles(place, "かわせみ")
    expect(page.get_by_role("heading", name="スタッフの机")).to_have_count(0)
    expect(page.locator("[data-panel]")).to_have_count(0)


def test_a_desk_that_nobody_reaches_says_so_plainly(
    keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    keeper = keeper_browser("みどり", through_tunnel=True)
    keeper.forgive("net::ERR", "WebSocket connection")
    page = keeper.page
    page.clock.install()
    take_duty(keeper, staffed[1])
    page.clock.run_for(1_000)
    until(page, "() => document.querySelector('[data-awake]').textContent")
    keeper.tunnel.cut()
    keeper.context.set_offline(True)
    page.clock.run_for(20_000)
    expect(page.locator("[data-lost]")).to_be_hidden()
    for _ in range(30):
        page.clock.run_for(3_000)
    expect(page.locator("[data-lost]")).to_have_text(
        "いま、つながっていません。切れて3分たつと、部屋が休けいになることがあります。"
    )
    keeper.tunnel.open()
    keeper.context.set_offline(False)
    for _ in range(20):
        page.clock.run_for(2_000)
        page.wait_for_timeout(100)
    expect(page.locator("[data-lost]")).to_be_hidden()
