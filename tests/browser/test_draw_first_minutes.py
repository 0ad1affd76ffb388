"""The pictures of docs/keepers-first-minutes.md: one keeper's first shift, page by page, on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import hand_over, open_staffed_room, sign_in, take_duty
from tests.browser.pictures import draw
from tests.browser.test_passkeys import PASSWORD, Keeper
from tests.ops.served import command

SLUG, TITLE = "chanoma-yoru", "夜の茶の間"
_ONE_ROOM = """
from django.db import transaction
from ibasho.rooms.models import Room

with transaction.atomic():
    Room.objects.filter(is_trial=False).delete()
"""
HANDOVER = {"facts": "きのうは、静かでした。", "plan": "はじめての方がいたら、声をかけすぎないで、待ちます。"}
ENDING = {
    "facts": "21時ごろ、夜の茶の間で連絡先がひとつ出ました。かくして、わけを伝えました。",
    "plan": "また出たら、早めにかくします。声をかけて見守ります。",
}
_TALK = (
    ("こもれびの人", "こんばんは。きょうも来ました。"),
    ("ゆうぐれのめじろ", "雨の音を聞きながら、ここを見ていました。"),
    ("みなとのゆず", "駅の前にいます。帽子は あおいつばめがら です。"),
)


@pytest.fixture(scope="module")
def picture_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("first-minutes"), IBASHO_RATE_LIMITS="off")
    try:
        place.tell(_ONE_ROOM)
        open_staffed_room(place, SLUG, TITLE)
        yield place
    finally:
        place.end()


@pytest.fixture
def begun(come: Come, picture_place: Place) -> Keeper:
    """A keeper with a code of an app, at the desk for the first time."""
    made = command(
        picture_place.data, "keeper-link", "--roles", "moderator", IBASHO_PORT=str(picture_place.house.port)
    )
    keeper = Keeper(_phone(come, picture_place))
    page = keeper.guest.open(made.stdout.strip().removeprefix(picture_place.url))
    draw(page, "first-01-link")
    page.get_by_label("入るときの名前").fill("midori")
    page.get_by_label("見守りの名前").fill("みどり")
    for label in ("パスワード", "パスワードをもう一度"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="つぎへ").click()
    page.wait_for_url("**/keepers/")
    draw(page, "first-02-second-factor")
    keeper.guest.open("/keepers/code/")
    draw(page, "first-03-code")
    keeper.add_code()
    draw(page, "first-04-spare-codes")
    return keeper


def test_draw_the_first_minutes(come: Come, begun: Keeper, picture_place: Place) -> None:
    midori, susuki = begun.guest, sign_in(_phone(come, picture_place), picture_place, "すすき", "moderator")
    hand_over(picture_place, "すすき", **HANDOVER)
    page = midori.open("/desk/")
    draw(page, "first-05-desk")
    _read_the_handover(page)
    take_duty(midori, TITLE)
    take_duty(susuki, TITLE)
    midori.open("/desk/#rooms")
    expect(page.get_by_role("button", name="15分 休ませる").first).to_be_visible()
    draw(page, "first-06-duty", whole=False)
    _talk(come, picture_place)
    _room(midori)
    draw(page, "first-07-room", whole=False)
    midori.row("あおいつばめがら").get_by_role("link", name="この書き込みについて").click()
    page.get_by_label("約束四").check()
    draw(page, "first-08-act", whole=False)
    page.get_by_role("button", name="かくす", exact=True).click()
    expect(page.get_by_text("書き込みを、かくしました。")).to_be_visible()
    midori.wait_for_line()
    draw(page, "first-09-done", whole=False)
    page.get_by_role("link", name="すること").click()
    draw(page, "first-10-in-the-room", whole=False)
    midori.open("/desk/").get_by_role("button", name="ひと休み", exact=True).click()
    expect(page.get_by_role("button", name="もどりました")).to_be_visible()
    draw(page, "first-11-out", whole=False)
    page.get_by_role("button", name="もどりました").click()
    expect(page.get_by_role("button", name="ひと休み")).to_be_visible()
    page.get_by_role("link", name="当番をおわる").click()
    page.get_by_label("事実").fill(ENDING["facts"])
    page.get_by_label("方針").fill(ENDING["plan"])
    draw(page, "first-12-ending", whole=False)


def _phone(come: Come, place: Place) -> Guest:
    return come(place, timezone_id="Asia/Tokyo", color_scheme="light")


def _read_the_handover(page: Page) -> None:
    note = page.locator("[data-panel=handover] article").first
    with page.expect_navigation():
        note.get_by_role("button").click()


def _talk(come: Come, place: Place) -> None:
    for name, words in _TALK:
        guest = _phone(come, place).enter()
        guest.sit(SLUG, name=name)
        guest.write(words)
        guest.sees(words)


def _room(keeper: Guest) -> None:
    keeper.open(f"/desk/rooms/{SLUG}/")
    keeper.wait_for_line()
