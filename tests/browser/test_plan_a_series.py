"""調整役's year from the form: a second Saturday that skips a month (E08), and a class in three sessions (E09)."""

from __future__ import annotations

from datetime import date, timedelta

import icalendar
from playwright.sync_api import Page, expect

from ibasho.lib import clock
from tests.browser.guests import PHONE, Come, Guest, Place
from tests.browser.keepers import KeeperBrowser
from tests.browser.test_coordinate_meetings import WIDTHS, saves, signs_up

_NOTICE = "from ibasho.events.actions import number_changes\nnumber_changes()"


def _chooses(page: Page, group: str, *labels: str) -> None:
    for label in labels:
        page.get_by_role("group", name=group, exact=True).get_by_label(label, exact=True).check()


def _unfolds(page: Page, summary: str) -> None:
    page.locator("summary", has_text=summary).click()


def _first_of_next_month() -> date:
    return (clock.today().replace(day=1) + timedelta(days=31)).replace(day=1)


def _plans(coordinator: Guest, title: str, first: date) -> Page:
    """The form of a series as far as both have the same to say."""
    page = coordinator.open("/desk/meetings/series/new/")
    page.get_by_label("集まりの名前").fill(title)
    _chooses(page, "だれの集まり", "親", "配偶者・ほかの家族")
    page.get_by_label("はじめの日").fill(clock.day_text(first).split("（")[0])
    page.get_by_label("時間", exact=True).fill("１３：３０〜１５：００")
    return page


def _days(page: Page) -> list[str]:
    return page.locator("section[aria-labelledby=days-title] ul.lines > li").all_inner_texts()


def test_a_usual_meeting_is_planned_on_one_screen_of_a_phone(keeper_browser: KeeperBrowser) -> None:
    page = keeper_browser("つきみ", "coordinator", viewport=PHONE).open("/desk/meetings/new/")
    expect(page.locator("form details[open]")).to_have_count(0)
    parts = [page.get_by_label("集まりの名前"), page.get_by_label("どんな集まり")]
    parts += [page.get_by_label(label, exact=True) for label in ("日にち", "時間", "どこで", "席の数")]
    boxes = [box for part in [*parts, page.get_by_label("来る場所")] if (box := part.bounding_box())]
    assert len(boxes) == 7
    assert max(box["y"] + box["height"] for box in boxes) - min(box["y"] for box in boxes) < PHONE["height"]


@WIDTHS
def test_a_second_saturday_skips_a_month_and_one_of_its_days_is_called_off(
    come: Come, place: Place, keeper_browser: KeeperBrowser, width: int
) -> None:
    viewport = {"width": width, "height": 844}
    first = _first_of_next_month()
    off = (first + timedelta(days=31)).month  # so that the days made ahead reach over it
    coordinator = keeper_browser("つきみ", "coordinator", viewport=viewport)
    coordinator.forgive("status of 400")  # the place is forgotten once
    page = _plans(coordinator, "第2土曜の会", first)
    page.get_by_label("月の、第何・何曜日").check()
    _chooses(page, "曜日", "土曜")
    _chooses(page, "第何週", "第2")
    _unfolds(page, "休みの月")
    _chooses(page, "休みの月", f"{off}月")
    page.get_by_label("どこで").select_option(label="どちらでも")
    saves(page, "下書きをつくる")
    # refused for want of a place: what was filled in is still there, and what was unfolded still open
    expect(page.get_by_label("来る場所")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label(f"{off}月", exact=True)).to_be_checked()
    expect(page.get_by_label(f"{off}月", exact=True)).to_be_visible()
    page.get_by_label("来る場所").fill("つばめ坂センター 2階")
    saves(page, "下書きをつくる")
    expect(page.get_by_text(f"第2土曜 13:30〜15:00、{off}月は休み")).to_be_visible()
    saves(page, "予定に出す")
    place.tell(_NOTICE)
    days = _days(page)
    assert len(days) >= 4
    assert all("（土）" in day and "13:30〜15:00" in day for day in days)
    assert not any(day.startswith(f"{off}月") for day in days)
    series = page.url.removeprefix(coordinator.place.url)

    page.locator("section[aria-labelledby=days-title] a").nth(1).click()
    here = page.url.removeprefix(coordinator.place.url)
    event = here.strip("/").rsplit("/", 1)[-1]
    mother = come(viewport=viewport).enter("parent")
    signs_up(mother, event)
    _unfolds(page, "なくなったことにする")
    page.get_by_label("申し込んだ方への言葉").fill("会場が使えない日です。")
    saves(page, "なくなったことにする")
    mine = mother.open("/sign-ups/mine/")
    expect(mine.get_by_text("会場が使えない日です。")).to_be_visible()
    expect(mine.get_by_text("何もしなくて、大丈夫です。")).to_be_visible()
    calendar = icalendar.Calendar.from_ical(
        mother.context.request.get(f"{mother.place.url}/events.ics").body()
    )
    [called_off] = [one for one in calendar.walk("VEVENT") if f"/events/{event}/" in str(one["url"])]
    assert (str(called_off["status"]), str(called_off["sequence"])) == ("CANCELLED", "1")

    # the others stand, and a series that ends keeps the day to which somebody signed up
    assert "なくなりました" in _days(coordinator.open(series))[1]
    assert sum("予定に出ています" in day for day in _days(page)) == len(days) - 1
    page.get_by_role("link", name="くりかえし方や内容をかえる").click()
    until = page.get_by_label("おわりの日")
    expect(until).to_be_visible()  # the months that are off keep their part open
    until.fill(first.replace(day=28).isoformat())
    saves(page, "この内容にする")
    left = _days(page)
    assert len(left) == 2
    assert "なくなりました" in left[1]
    expect(mother.open("/sign-ups/mine/").get_by_text("会場が使えない日です。")).to_be_visible()


@WIDTHS
def test_a_class_of_three_numbered_sessions_has_materials_each(
    come: Come, keeper_browser: KeeperBrowser, width: int
) -> None:
    viewport = {"width": width, "height": 844}
    coordinator = keeper_browser("つきみ", "coordinator", viewport=viewport)
    page = _plans(coordinator, "学びの会", clock.today() + timedelta(days=3))
    page.get_by_label("どんな集まり").select_option(label="家族教室")
    page.get_by_label("毎週の、何曜日").check()
    _chooses(page, "曜日", "水曜")
    _unfolds(page, "休みの月")
    page.get_by_label("回数").fill("３")
    page.get_by_label("名前に「第1回」とつける").check()
    saves(page, "下書きをつくる")
    expect(page.get_by_text("毎週水曜 13:30〜15:00、全3回")).to_be_visible()
    saves(page, "予定に出す")
    days = page.locator("section[aria-labelledby=days-title] ul.lines > li")
    expect(days).to_have_count(3)
    for number in range(3):
        expect(days.nth(number)).to_contain_text(f"学びの会 第{number + 1}回")
    paths = [link.get_attribute("href") or "" for link in days.get_by_role("link").all()]
    for number, path in enumerate(paths[:2], 1):
        coordinator.open(path)
        _unfolds(page, "資料をかえる")
        page.get_by_role("textbox", name="資料").fill(
            f"第{number}回のまとめ https://papers.example/{number}.pdf"
        )
        saves(page, "この資料にする")

    # somebody who begins with the second session reads its materials, and only those
    event = paths[1].strip("/").rsplit("/", 1)[-1]
    mother = come(viewport=viewport).enter("parent")
    signs_up(mother, event)
    mine = mother.open("/sign-ups/mine/")
    expect(mine.get_by_role("link", name="第2回のまとめ")).to_have_attribute(
        "href", "https://papers.example/2.pdf"
    )
    expect(mine.get_by_text("第1回のまとめ")).to_have_count(0)
    before = mother.open(f"/events/{event}/")
    expect(before.get_by_text("第2回のまとめ")).to_have_count(0)
    stranger = come(viewport=viewport)
    assert "のまとめ" not in stranger.read(f"/events/{event}/")
