"""調整役's journeys: a meeting for two facilitators one of whom falls ill, and a class of three times (E08, E09)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ibasho.lib import clock
from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, sign_in

WIDTHS = pytest.mark.parametrize("width", [390, 1280])
_CLASS = """
from datetime import timedelta
from django.db import transaction
from ibasho.events.models import Event, EventAudience
from ibasho.lib import clock

starts = clock.now() - timedelta(minutes=5)
for number in (1, 2, 3):
    with transaction.atomic():
        event = Event.objects.create(
            kind="family_class", title=f"学びの会 第{number}回", capacity=8, published_on=clock.today(),
            starts=starts + timedelta(weeks=number - 1), ends=starts + timedelta(weeks=number - 1, hours=2),
        )
        for standpoint in ("parent", "partner_kin"):
            EventAudience.objects.create(event=event, standpoint=standpoint)
"""


def saves(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).first.click()


def plans_a_meeting(coordinator: Guest, day: str) -> str:
    """The path of the meeting's page."""
    page = coordinator.open("/desk/meetings/")
    page.get_by_role("link", name="集まりをつくる").click()
    page.get_by_label("集まりの名前").fill("第2土曜の会")
    page.get_by_label("親", exact=True).check()
    page.get_by_label("配偶者・ほかの家族").check()
    page.get_by_label("日にち").fill(day)
    page.get_by_label("時間", exact=True).fill("１３：３０〜１５：００")
    page.get_by_label("どこで").select_option(label="どちらでも")
    page.get_by_label("来る場所").fill("つばめ坂センター 2階")
    saves(page, "下書きをつくる")
    expect(page.get_by_role("heading", level=1)).to_have_text("第2土曜の会")
    saves(page, "予定に出す")
    return page.url.removeprefix(coordinator.place.url)


def signs_up(guest: Guest, event: str) -> None:
    page = guest.open(f"/events/{event}/sign-up/")
    page.get_by_label("呼び名").fill("ゆうぐれ")
    if page.get_by_label("親", exact=True).count():
        page.get_by_label("親", exact=True).check()
    saves(page, "申し込む")


@WIDTHS
def test_a_meeting_goes_on_although_a_facilitator_falls_ill(
    come: Come, place: Place, keeper_browser: KeeperBrowser, width: int
) -> None:
    viewport = {"width": width, "height": 844}
    sign_in(come(), place, "すすき", "facilitator")
    stands_in = keeper_browser("みどり", "facilitator", viewport=viewport)
    coordinator = keeper_browser("つきみ", "coordinator", viewport=viewport)
    here = plans_a_meeting(coordinator, clock.day_text(clock.today() + timedelta(days=10)).split("（")[0])
    mother = come(viewport=viewport).enter("parent")
    signs_up(mother, here.strip("/").rsplit("/", 1)[-1])
    mine = mother.open("/sign-ups/mine/")
    expect(mine.get_by_text("準備中です")).to_be_visible()

    page = coordinator.open(here)
    for name in ("つきみ", "すすき"):
        page.get_by_label("進行役に入る人").select_option(label=name)
        saves(page, "進行役にする")
    expect(page.locator("#staff")).to_contain_text("そろっています")
    mine.reload()
    expect(mine.get_by_text("準備中です")).to_have_count(0)

    page.locator("#staff li", has_text="すすき").get_by_role("button", name="代わりをさが\u2060す").click()
    expect(page.locator("#staff")).to_contain_text("あと1人です")
    mine.reload()
    expect(mine.get_by_text("準備中です")).to_be_visible()
    expect(mine.get_by_text("すすき")).to_have_count(0)

    roster = stands_in.open("/desk/roster/")
    expect(roster.get_by_text("第2土曜の会").first).to_be_visible()
    saves(roster, "かわります")
    mine.reload()
    expect(mine.get_by_text("準備中です")).to_have_count(0)

    page = coordinator.open(f"{here}plan/")
    page.get_by_label("時間", exact=True).fill("14時〜15時半")
    saves(page, "この内容にする")
    mine.reload()
    expect(mine.get_by_text("かわりました")).to_be_visible()
    expect(mine.get_by_text("14:00〜15:30")).to_be_visible()


def test_a_day_and_hours_stand_side_by_side_also_beside_what_to_do_next(
    keeper_browser: KeeperBrowser,
) -> None:
    coordinator = keeper_browser("つきみ", "coordinator", viewport={"width": 1280, "height": 844})
    coordinator.forgive("status of 422")  # the form asks for more, twice
    page = coordinator.open("/desk/meetings/new/")
    saves(page, "下書きをつくる")
    page.get_by_label("日にち").fill("12月12日")
    saves(page, "下書きをつくる")
    expect(page.locator("#hours-say")).to_be_visible()
    tops = [page.locator(f"#{name}").bounding_box() for name in ("day", "hours")]
    assert tops[0]
    assert tops[1]
    assert tops[0]["y"] == tops[1]["y"]


@WIDTHS
def test_a_class_of_three_times_is_joined_from_the_second_and_counted_each_time(
    come: Come, place: Place, keeper_browser: KeeperBrowser, width: int
) -> None:
    viewport = {"width": width, "height": 844}
    place.tell(_CLASS)
    coordinator = keeper_browser("つきみ", "coordinator", viewport=viewport)
    page = coordinator.open("/desk/meetings/")
    first, second = (
        page.get_by_role("link", name=f"学びの会 第{number}回").first.get_attribute("href")
        for number in (1, 2)
    )
    assert first
    assert second
    coordinator.open(f"{second}sign-ups/new/")
    page.get_by_label("呼び名").fill("ひだまり")
    page.get_by_label("親", exact=True).check()
    page.get_by_label("はじめて", exact=True).check()
    page.get_by_label("電話番号など").fill("000-0000-0000")
    saves(page, "申し込みにする")
    code = page.locator(".slip__code strong").inner_text()
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.get_by_role("img", name="この申し込みのページの四角い模様")).to_be_visible()
    page.emulate_media(media="screen")
    mother = come(viewport=viewport)
    mother.open(f"/sign-ups/{code}/")
    expect(mother.page.get_by_text("第2回").first).to_be_visible()
    assert code not in mother.page.url

    coordinator.open(second)
    expect(page.get_by_text("あいさつを、おねがいします")).to_contain_text("ひだまりさん")
    expect(page.get_by_role("button", name="来ました")).to_have_count(0)  # not before its day
    coordinator.open(first)
    for _ in range(2):
        saves(page, "ひとり、来ました")
    ticks = page.locator(".party__visit")
    expect(ticks).to_have_count(2)
    with page.expect_navigation():
        ticks.first.get_by_role("button", name="もどす").click()
    expect(ticks).to_have_count(1)
