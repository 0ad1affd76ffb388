"""What keepers of docs/keepers-handbook.md do together: closing the house, looking again, a danger to a life, a break."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.handbook import TODAY, House, about_words, furnish, open_house, picture
from tests.browser.keepers import KeeperBrowser

THREAT = "きみの家を、知っています。"
DANGER = "いま橋の上にいます。"


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_house(place)


@pytest.fixture
def house(come: Come, keeper_browser: KeeperBrowser, slug: str) -> House:
    return furnish(come, keeper_browser, slug)


def test_what_two_do_together(house: House, keeper_browser: KeeperBrowser) -> None:
    slug, midori, susuki, reader, writer, other = house
    kajika = keeper_browser("かじか", "steward", **TODAY)
    writer.write(THREAT)
    reader.sees(THREAT)
    _closes_the_house_and_looks_again(midori, susuki, kajika, writer, slug)
    other.write(DANGER)
    reader.sees(DANGER)
    _is_there(midori, susuki, other)
    _takes_a_break(midori, susuki)
    reader.send("/quiet-box/", text="見守り役の言い方が、少しきつく聞こえました。")
    sakura = keeper_browser("さくら", "coordinator", **TODAY)
    page = sakura.open("/desk/quiet-box/")
    page.get_by_text("文をひらく").first.click()
    picture(page, "20-quiet-box", page.locator("[data-panel=posts]"))
    page.get_by_role("button", name="読みました").first.click()
    expect(page.get_by_role("heading", name="読んだもの")).to_be_visible()
    page = sakura.open("/desk/log/")
    expect(page.get_by_role("cell").filter(has_text="静かな部屋を用意しました").first).to_be_visible()
    picture(page, "21-log", page.locator("table"))
    page.get_by_role("link", name="当番ではない部屋の言葉を読む").click()
    page.get_by_label("わけ").fill("知らせのあった言葉の、前後を読みます。")
    picture(page, "24-read-elsewhere", page.locator("h1"))
    page.get_by_role("button", name="記録して、読む").click()
    expect(page.get_by_text("読んでいることは、記録に残っています。")).to_be_visible()


def _closes_the_house_and_looks_again(
    midori: Guest, susuki: Guest, kajika: Guest, writer: Guest, slug: str
) -> None:
    writer.forgive("403")
    for keeper in (midori, susuki):
        keeper.forgive("404")  # what was taken back is gone from the page they left open
    page = about_words(midori, slug, THREAT)
    page.get_by_role("link", name="ほかのスタッフに相談する").click()
    page.get_by_label("どうしてですか").fill("なんども、ほかの方をおどしました。")
    page.locator("input[value=no_harm]").check()
    page.get_by_role("button", name=re.compile("^30日")).click()
    expect(page.get_by_text("いまは、何も変わっていません。")).to_be_visible()
    page = susuki.open("/desk/")
    page.get_by_role("link", name=re.compile("^相談を見る")).first.click()
    page.get_by_role("button", name="利用を止める").wait_for()
    picture(page, "14-suspension", page.locator("[data-panel=proposal]"))
    page.get_by_role("button", name="利用を止める").click()
    expect(page.get_by_role("heading", name="決まりました")).to_be_visible()
    letter = writer.page.locator("[data-notices] .notice").last
    expect(letter).to_contain_text("スタッフ2人が、それぞれ考えて決めました。")
    letter.get_by_role("button", name="もう一度 見てほしい").click()
    page = kajika.open("/desk/")
    page.get_by_role("link", name=re.compile("^見直す")).first.click()
    picture(page, "15-review", page.locator("[data-panel=review]"))
    page.get_by_role("button", name="前の判断をとりけす").click()
    expect(page.get_by_role("heading", name="決まりました")).to_be_visible()
    expect(
        writer.open("/me/").locator("[data-notice]").filter(has_text="いまから使えます。").first
    ).to_be_visible()


def _is_there(midori: Guest, susuki: Guest, writer: Guest) -> None:
    page, theirs = midori.open("/desk/"), susuki.open("/desk/")
    expect(page.get_by_role("heading", name="いますぐ見てください").first).to_be_visible()
    picture(page, "16-danger")
    page.get_by_role("button", name="わたしが見ます").first.click()
    talk = page.locator(".talk")
    picture(page, "17-talk", talk)
    expect(theirs.get_by_text("みどりさんが見ています。").first).to_be_visible()
    page.get_by_role("button", name="2人で静かな部屋をひらく").click()
    theirs.get_by_role("button", name="静かな部屋に行く").first.click()
    expect(theirs.get_by_role("heading", name="静かな部屋")).to_be_visible()
    letter = writer.page.locator("[data-code=quiet_room]")
    letter.get_by_role("link", name="部屋のようすを見る").click()
    writer.page.get_by_label("書くかもしれない").check()
    writer.page.get_by_role("button", name="部屋に入る").click()
    writer.wait_for_line()
    writer.write("きました。")
    expect(page.locator("[role=log]").get_by_text("きました。")).to_be_visible()
    midori.write("来てくれて、ありがとうございます。")
    writer.sees("来てくれて、ありがとうございます。")
    picture(page, "18-quiet-room")
    writer.forgive("404")  # whose page of it is left once it is over
    midori.open("/desk/incidents/")
    page.get_by_role("link", name="声のかけ方と、これまでのこと").first.click()
    page.get_by_role("button", name="静かな部屋を終わりにする").click()
    page.get_by_label("話を聞いた").check()
    page.get_by_role("button", name="終わりにする", exact=True).click()
    picture(page, "19-after", page.locator("[data-panel=after]"))
    page.get_by_role("button", name="お便りを出す").click()
    expect(page.get_by_text("お便りを出しました。").first).to_be_visible()
    expect(writer.open("/me/").locator("[data-code=after_incident]")).to_contain_text("お返事はいりません。")


def _takes_a_break(midori: Guest, susuki: Guest) -> None:
    page, theirs = midori.open("/desk/"), susuki.open("/desk/")
    care = page.locator("[data-panel=care]")
    expect(care).to_contain_text("重いことのあとです。")
    picture(page, "22-break")
    care.get_by_role("button", name="だれかと話す").click()
    theirs.get_by_role("button", name=re.compile("^います")).click()
    expect(care).to_contain_text("すすきさんが、います。")
    page.get_by_role("button", name="ひと休み", exact=True).first.click()
    page.get_by_role("button", name="もどりました").click()
    expect(page.get_by_role("button", name="もどりました")).to_have_count(0)
