"""From a leaflet to a seat and out again: a mother, a father, a son, a stranger; each in a browser of their own."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place

NARROW_SCREENS, PATIENT_SECONDS = 3, 60
_MEETING = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from ibasho.events.models import ConsentText, Event, EventAudience
from ibasho.lib import clock

with transaction.atomic():
    ConsentText.objects.get_or_create(number=2, defaults=dict(
        aim="めざすことです。", outline="することです。", cost="かかりません。", accident="救急車をよびます。",
        ending="いつでもやめられます。", data="30日あとに消えます。", effective_on=clock.today()))
    starts = timezone.now() + timedelta(hours={hours})
    event = Event.objects.create(kind="{kind}", title="{title}", starts=starts, ends=starts + timedelta(hours=2),
        published_on=clock.today(), capacity={capacity}, asks_consent={asks_consent}, most_party={most_party})
    for standpoint in {standpoints}:
        EventAudience.objects.create(event=event, standpoint=standpoint)
"""
EVERYBODY = ["person", "parent", "sibling", "partner_kin", "supporter", "undecided"]
FAMILY = ["parent", "partner_kin"]


def plan(place: Place, title: str, standpoints: list[str], **more: object) -> int:
    """A meeting that is published; returns its number."""
    facts = {
        "kind": "family_meeting",
        "hours": 48,
        "capacity": None,
        "asks_consent": False,
        "most_party": 1,
    } | more
    place.tell(_MEETING.format(title=title, standpoints=standpoints, **facts))
    return place.count("events_event")


def sign_up(page: Page, name: str = "") -> None:
    page.get_by_label("呼び名").fill(name)
    page.get_by_role("button", name=re.compile("^(申し込む|順番を待つ)$")).click()
    page.wait_for_url("**/sign-ups/mine/")


def test_a_mother_comes_by_a_leaflet_signs_up_and_may_leave_with_one_tap(come: Come, place: Place) -> None:
    number = plan(place, "こもれびの会", FAMILY, asks_consent=True)
    mother, screens = come(), [0]
    page, began = mother.page, time.monotonic()
    page.on("load", lambda _: screens.__setitem__(0, screens[0] + 1))
    mother.open(f"/events/{number}/")  # as the dots on paper say
    expect(page.get_by_text("こもれびの会")).to_have_count(0)
    page.get_by_role("link", name="約束を読んで入る").click()
    page.get_by_role("radio", name="親", exact=True).check()
    page.get_by_role("button", name="約束を読みました。次へ").click()
    expect(page.get_by_text("こもれびの会")).to_be_visible()
    expect(page.locator(".facts").first).to_contain_text("どこで")
    page.get_by_text("どうなるの？").click()
    expect(page.get_by_text("文字だけで、参加できます。")).to_be_visible()
    expect(page.locator(".consent > div")).to_have_count(6)
    expect(page.locator("main")).not_to_contain_text(re.compile("病名|診断|病気の名前"))
    page.get_by_role("radio", name="はじめて").check()
    page.get_by_label("読みました。同意します").check()
    before_the_answer = screens[0]
    sign_up(page, "あじさい")
    seconds = time.monotonic() - began
    print(f"a newcomer's sign-up: {before_the_answer} screens, {seconds:.1f} s of the machine")
    # the page of the leaflet, the promises with the standpoint, the form; the next one says that she has joined
    assert before_the_answer == NARROW_SCREENS
    assert seconds < PATIENT_SECONDS
    expect(page.get_by_role("heading", name="席を、とってあります")).to_be_visible()
    expect(page.locator("main")).to_contain_text("あじさい")
    expect(page.locator("[data-code]")).to_have_text(re.compile(r"^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$"))
    page.get_by_role("button", name="やめておく").click()
    expect(page.get_by_role("heading", name="とりけしました")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("あじさい")


def test_who_comes_twenty_minutes_late_is_let_in_and_nobody_is_told(come: Come, place: Place) -> None:
    number = plan(place, "おひるの会", EVERYBODY, hours=-1 / 3)
    first, late = come(), come()
    sign_up(first.open(f"/events/{number}/sign-up/"), "あじさい")
    before = _words(first.open("/sign-ups/mine/"))
    sign_up(late.open(f"/events/{number}/sign-up/"), "なのはな")
    expect(late.page.get_by_role("heading", name="席を、とってあります")).to_be_visible()
    assert _words(first.open("/sign-ups/mine/")) == before
    late.page.get_by_role("button", name="やめておく").click()
    expect(late.page.get_by_role("heading", name="とりけしました")).to_be_visible()


def test_father_and_mother_see_nothing_of_each_other_and_the_son_sees_no_meeting(
    come: Come, place: Place
) -> None:
    number = plan(place, "こもれびの会", FAMILY, capacity=1)
    mother, father, son = come().enter("parent"), come(), come().enter("person")
    son.forgive("status of 404")
    sign_up(mother.open(f"/events/{number}/sign-up/"), "あじさい")

    # the link she hands over is the address of the page, the same for everybody
    page = father.open(f"/events/{number}/")
    page.get_by_role("link", name="約束を読んで入る").click()
    page.get_by_role("radio", name="親", exact=True).check()
    page.get_by_role("button", name="約束を読みました。次へ").click()
    page.get_by_label("「わたし」のページからも").check()
    sign_up(page, "なのはな")
    expect(page.locator("main")).to_contain_text("1番め")
    for path in (f"/events/{number}/", "/events/", "/me/", "/sign-ups/mine/", "/me/download/"):
        assert "あじさい" not in father.read(path)
        assert "なのはな" not in mother.read(path)
    assert "こもれびの会" in _calendar(mother)
    assert "こもれびの会" not in _calendar(son)
    son.open(f"/events/{number}/sign-up/")
    expect(son.page.get_by_role("heading", level=1)).to_have_text("そのページは、見つかりませんでした")

    mother.open("/sign-ups/mine/").get_by_role("button", name="やめておく").click()
    expect(mother.page.get_by_role("heading", name="とりけしました")).to_be_visible()
    page = father.open("/me/")
    expect(page.locator("[data-asks]")).to_contain_text("席があきました")
    page.get_by_role("link", name=re.compile("^答える")).click()
    page.get_by_role("button", name="参加する").click()
    expect(page.get_by_role("heading", name="席を、とってあります")).to_be_visible()
    assert "なのはな" not in mother.read("/sign-ups/mine/")


def test_without_script_a_stranger_signs_up_comes_back_by_the_code_and_withdraws(
    come: Come, place: Place
) -> None:
    full = plan(place, "本の会", EVERYBODY, capacity=1)
    sign_up(come().open(f"/events/{full}/sign-up/"))
    stranger = come(java_script_enabled=False)
    stranger.forgive("status of 409", "status of 403")
    page = stranger.open(f"/events/{full}/")
    page.get_by_role("link", name="申し込みのページへ").click()
    page.get_by_label("呼び名").fill("スタッフ")
    page.get_by_role("button", name="順番を待つ", exact=True).click()
    expect(page.locator("#call_name-say")).to_be_visible()
    expect(page.get_by_label("呼び名")).to_have_value("スタッフ")
    sign_up(page, "なのはな")
    expect(page.locator("main")).to_contain_text("1番め")
    code = page.locator("[data-code]").inner_text()
    page.get_by_role("button", name="席があいたら、そのまま参加にする").click()
    expect(page.get_by_role("button", name="先に聞いてもらう")).to_be_visible()
    stranger.open(f"/events/{full}/sign-up/")
    expect(page.get_by_role("link", name="申し込みのようすを見る")).to_be_visible()

    elsewhere = come(java_script_enabled=False)
    elsewhere.forgive("status of 404")
    page = elsewhere.open("/receipts/")
    page.get_by_label("ひかえの番号").fill("aaaaa bbbbb")
    page.get_by_role("button", name="見る").click()
    expect(page.locator(".field__say")).to_be_visible()
    page.get_by_label("ひかえの番号").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="見る").click()
    page.get_by_role("button", name="くわしいページへ").click()
    page.wait_for_url("**/sign-ups/mine/")
    expect(page.locator("main")).to_contain_text("なのはな")
    page.get_by_role("button", name="やめておく").click()
    expect(page.get_by_role("heading", name="とりけしました")).to_be_visible()
    assert code not in page.url


def test_whether_all_come_is_asked_of_two_and_words_have_the_whole_width(come: Come, place: Place) -> None:
    number = plan(place, "本の会", EVERYBODY, capacity=4, most_party=2)
    guest = come(viewport={"width": 320, "height": 700})
    page = guest.open(f"/events/{number}/sign-up/")
    together = page.get_by_label("みんなの席がそろったら")
    expect(together).to_be_hidden()
    page.get_by_role("radio", name="2人").check()
    expect(together).to_be_visible()
    sign_up(page, "とても長い名前のあじさい")
    shown = page.locator(".facts > div", has_text="呼び名")
    label, name = shown.locator("dt").bounding_box(), shown.locator("dd").bounding_box()
    assert label
    assert name
    assert name["y"] >= label["y"] + label["height"]


def test_two_tabs_and_the_back_button_make_one_sign_up(come: Come, place: Place) -> None:
    number = plan(place, "本の会", EVERYBODY)
    guest = come()
    guest.forgive("status of 409")
    first = guest.open(f"/events/{number}/sign-up/")
    second = guest.context.new_page()
    second.goto(f"{place.url}/events/{number}/sign-up/")
    sign_up(first, "あじさい")
    second.get_by_label("呼び名").fill("なのはな")
    second.get_by_role("button", name="申し込む", exact=True).click()
    expect(second.get_by_text("もう申し込んでいます").first).to_be_visible()
    first.go_back()
    if first.get_by_role("button", name="申し込む", exact=True).count():  # the form as it was left
        first.get_by_role("button", name="申し込む", exact=True).click()
    expect(first.locator("main")).to_contain_text(re.compile("席を、とってあります|もう申し込んでいます"))
    assert place.count("events_signup", "event_id = ?", number) == 1


def test_the_keyboard_alone_is_enough(come: Come, place: Place) -> None:
    number = plan(place, "本の会", EVERYBODY)
    page = come().open(f"/events/{number}/sign-up/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "申し込む":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-ups/mine/")
    expect(page.get_by_role("heading", name="席を、とってあります")).to_be_visible()


def _words(page: Page) -> str:
    return page.locator("main").inner_text()


def _calendar(guest: Guest) -> str:
    """All months that lead somewhere: a meeting two days from now may be in the next one."""
    months = guest.open("/events/").get_by_role("link", name=re.compile("月へ$")).all()
    paths = ["/events/", *(month.get_attribute("href") or "" for month in months)]
    return "".join(map(guest.read, paths))
