"""The whole house without JavaScript: every form is sent once, by its own button."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.guests import Come, Guest, Place

PASSPHRASE = "ゆず みかん"
_PASSPHRASE_ROOM = f"""
from django.db import transaction
from ibasho.rooms.models import Room
from ibasho.rooms.passphrase import key_of

with transaction.atomic():
    Room.objects.filter(slug="{{slug}}").update(entry="passphrase", passphrase_key=key_of("{PASSPHRASE}"))
"""
_LETTER = """
from ibasho.house.actions import give_notice
from ibasho.people.models import Person

give_notice(Person.objects.latest("pk"), "words_hidden", "スタッフからの お知らせです。")
"""
_NEW_RULES = """
from ibasho.house.actions import Clause, draft_rules, publish_rules
from ibasho.house.queries import current_rules

old = [Clause(one.key, one.group, one.text) for one in current_rules().clauses.order_by("position")]
publish_rules(draft_rules([*old, Clause("{key}", old[-1].group, "{text}")]))
"""
# forms that stand on the pages, as path and button; ids and slugs are taken out
_FORMS = """() => Array.from(document.querySelectorAll('form, [formaction]'), (it) => {
  const path = new URL(it.getAttribute('formaction') ?? it.getAttribute('action'), location.href).pathname;
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '*').replace(/rooms\\/[^/]+\\//, 'rooms/*/');
})"""


class Walk:
    """A guest without script who remembers which forms were met and which were sent."""

    def __init__(self, guest: Guest) -> None:
        self.guest, self.page = guest, guest.page
        self.met: set[str] = set()
        self.sent: set[str] = set()
        guest.page.on("request", self._asked)

    def go(self, path: str) -> Page:
        self.guest.open(path)
        return self.look()

    def look(self) -> Page:
        expect(self.page.locator("h1")).to_have_count(1)
        self.met |= set(self.page.evaluate(_FORMS))
        return self.page

    def press(self, name: str, *, more: str = "$") -> Page:
        # a browser without script goes where the form sends it
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=_words(name, more)).first.click()
        return self.look()

    def _asked(self, request: Request) -> None:
        if request.method == "POST":
            self.sent.add(_shape(request.url))


def _words(text: str, more: str = "$") -> re.Pattern[str]:
    """These words, wherever a line may end between them."""
    return re.compile("^" + r"[\s\u2060]*".join(text) + more)


def _shape(url: str) -> str:
    path = re.sub(r"^https?://[^/]+", "", url).split("?")[0]
    return re.sub(r"rooms/[^/]+/", "rooms/*/", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", path))


@pytest.fixture
def walk(come: Come) -> Walk:
    guest = come(java_script_enabled=False)
    guest.forgive("the server responded with a status of 4")  # refused forms, on purpose
    return Walk(guest)


def test_every_form_of_the_house_works_without_script(
    walk: Walk, room: str, place: Place, tmp_path: Path
) -> None:
    place.tell(_PASSPHRASE_ROOM.format(slug=room))
    page = walk.go("/")
    page.get_by_role("link", name="部屋を見てみる").click()
    _come_in(walk)
    _find_a_room_by_its_passphrase(walk, room)
    _watch_then_write(walk, room)
    _read_a_letter(walk, place)
    _say_yes_to_new_rules_in_the_room(walk, room, place)
    _bring_the_card_back(walk, room)
    _give_a_note(walk)
    _tell_the_keepers(walk, room)
    _change_the_look(walk)
    phrase = _take_a_phrase(walk)
    _draw_the_curtain(walk)
    _sign_out_and_return(walk, phrase)
    _take_the_record(walk, tmp_path)
    _forget_the_phrase(walk)
    walk.go(f"/rooms/{room}/")
    page.get_by_role("link", name="約束").first.click()
    walk.press("席を立つ")
    page.wait_for_url("**/rooms/")
    _be_erased(walk)
    assert walk.met - walk.sent == set()


def _come_in(walk: Walk) -> None:
    page = walk.look()
    page.get_by_role("radio", name="まだ決めない").check()
    walk.press("約束を読みました。部屋へ")
    page.get_by_role("link", name=re.compile("戸口へ.*ためしの部屋")).click()
    walk.look()
    assert page.url.endswith("/rooms/tameshi/")


def _find_a_room_by_its_passphrase(walk: Walk, room: str) -> None:
    page = walk.go("/rooms/")
    page.get_by_label("部屋の合言葉").fill("ちがう言葉")
    walk.press("部屋をさが\u2060す")
    expect(page.get_by_label("部屋の合言葉")).to_have_value("ちがう言葉")
    page.get_by_label("部屋の合言葉").fill("ゆず　ミカン")
    walk.press("部屋をさが\u2060す")
    page.wait_for_url(f"**/rooms/{room}/")


def _watch_then_write(walk: Walk, room: str) -> None:
    page = walk.page
    page.get_by_label("部屋の合言葉").fill(PASSPHRASE)
    walk.press("部屋に入る")
    assert walk.guest.field.count() == 0
    page.get_by_text("書く席にうつる").click()
    page.get_by_label("この部屋での名前").fill("スタッフ")
    walk.press("うつる")
    expect(page.get_by_label("この部屋での名前")).to_have_value("スタッフ")
    page.get_by_label("この部屋での名前").fill("やまびこ")
    walk.press("うつる")
    walk.press("送信")
    expect(page.locator(".room-composer__say")).not_to_be_empty()
    walk.guest.field.fill("  はじめまして\n<b>ふとくない</b>")
    page.get_by_text("書き方をえらぶ").click()
    page.get_by_role("radio", name="聞いてほしいだけ").check()
    page.get_by_label("おおいの言葉").fill("ゆうべのこと")
    walk.press("送信")
    row = walk.guest.row("ゆうべのこと")
    expect(row.locator(".message__wish")).to_have_text("聞いてほしいだけ")
    row.get_by_text("ひらいて読む").click()
    expect(row.locator(".message__text")).to_have_text("  はじめまして\n<b>ふとくない</b>")

    row.locator(".menu > summary").click()
    row.get_by_role("link", name="なおす").click()
    walk.look()
    assert walk.guest.field.input_value() == "  はじめまして\n<b>ふとくない</b>"
    walk.guest.field.fill("なおした言葉")
    walk.press("送信")
    row = walk.guest.row("なおした言葉")
    expect(row.locator(".message__edited")).to_have_count(1)
    row.locator(".menu > summary").click()
    walk.press("とりけす", more="")
    assert walk.guest.row("なおした言葉").count() == 0
    expect(page.locator(".message--quiet")).to_have_count(1)


def _read_a_letter(walk: Walk, place: Place) -> None:
    place.tell(_LETTER)
    page = walk.go("/me/")
    expect(page.locator("[data-notice]")).to_contain_text("お知らせです。")
    walk.press("わかりました")
    assert page.locator("[data-notice]").count() == 0


def _say_yes_to_new_rules_in_the_room(walk: Walk, room: str, place: Place) -> None:
    walk.go(f"/rooms/{room}/")
    walk.guest.field.fill("約束が変わる前に書いた言葉")
    place.tell(_NEW_RULES.format(key="tea", text="お茶は、じぶんの ペースで 飲みます。"))
    page = walk.press("送信")
    expect(page.locator("[data-rules]")).to_contain_text("お茶は、じぶんの")
    assert walk.guest.field.input_value() == "約束が変わる前に書いた言葉"
    with walk.guest.context.expect_page() as opened:  # the words stay open behind it
        page.get_by_role("button", name="約束を読みました").click()
    opened.value.wait_for_load_state()
    walk.sent.add("/enter/")
    opened.value.close()
    walk.press("送信")
    walk.guest.sees("約束が変わる前に書いた言葉")


def _bring_the_card_back(walk: Walk, room: str) -> None:
    page, card = walk.go(f"/rooms/{room}/"), walk.page.locator("[data-code=support]")
    walk.guest.field.fill("もう死にたいです")
    walk.press("送信")
    walk.press("閉じる")
    assert card.count() == 0
    page.get_by_role("link", name="約束").first.click()
    walk.press("閉じた案内を、もう一度ひらく")
    expect(card).to_contain_text("書いたあなただけに")
    walk.press("閉じる")
    assert card.count() == 0


def _tell_the_keepers(walk: Walk, room: str) -> None:
    page = walk.go(f"/rooms/{room}/concern/")
    page.get_by_label("命や体のことが心配").check()
    page.get_by_label("書きそえたいこと").fill("もう死にたいと言っています。")
    walk.press("知らせる")
    code = page.locator("[data-receipt]").inner_text()
    walk.press("閉じる")
    assert page.locator("[data-code=support]").count() == 0
    page = walk.go("/receipts/")
    page.get_by_label("ひかえの番号").fill("22222-22222")
    walk.press("見る")
    page.get_by_label("ひかえの番号").fill(code)
    walk.press("見る")
    walk.press("とりさげる")
    expect(page.get_by_role("status")).to_contain_text("とりさげました")
    page = walk.go("/quiet-box/")
    walk.press("ポストに入れる")
    page.get_by_label("書くところ").fill("もう死にたいです")
    walk.press("ポストに入れる")
    walk.press("閉じる")
    assert page.locator("[data-code=support]").count() == 0


def _give_a_note(walk: Walk) -> None:
    page = walk.go("/note/")
    walk.press("メモをわたす")
    expect(page.locator("#text-say")).to_be_visible()
    page.get_by_label("メモ").fill("もう死にたいです")
    walk.press("メモをわたす")
    expect(page.locator("[data-code=support]")).to_contain_text("書いたあなただけに")
    walk.press("閉じる")
    assert page.locator("[data-code=support]").count() == 0


def _change_the_look(walk: Walk) -> None:
    page = walk.go("/me/settings/")
    page.get_by_role("radio", name="夜").check()
    page.get_by_role("checkbox", name="ふりがなをつける").check()
    walk.press("この見え方にする")
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    walk.go("/rules/")
    assert page.locator("ruby").count() > 0
    walk.go("/me/")
    page.get_by_text("立場を変える").click()
    page.get_by_role("radio", name="本人").first.check()
    walk.press("この立場にする")


def _take_a_phrase(walk: Walk) -> str:
    page = walk.go("/me/phrase/")
    walk.press("合言葉をつくる")
    phrase = page.locator("[data-phrase]").inner_text()
    assert len(phrase.split()) == 6
    walk.go("/me/phrase/")
    assert phrase not in page.content()
    return phrase


def _draw_the_curtain(walk: Walk) -> None:
    page = walk.go("/rooms/")
    page.get_by_role("link", name="すぐ閉じる").click()
    page.wait_for_url("**/away/")
    assert page.title() == "メモ"
    walk.go("/rooms/")
    assert page.locator(".room-card").count() == 0
    walk.press("つづける")
    expect(page.get_by_role("heading", level=1)).to_have_text("部屋")


def _sign_out_and_return(walk: Walk, phrase: str) -> None:
    page = walk.go("/me/")
    walk.press("この端末から出る")
    page.wait_for_url(re.compile(r":\d+/$"))
    walk.go("/return/")
    page.get_by_label("合言葉").fill("これは ちがう ことば です ね はい")
    walk.press("もどる")
    expect(page.get_by_label("合言葉")).to_have_value("これは ちがう ことば です ね はい")
    page.get_by_label("合言葉").fill(phrase)
    walk.press("もどる")
    page.wait_for_url("**/rooms/")
    expect(page.locator("html")).to_have_attribute("data-theme", "night")


def _take_the_record(walk: Walk, folder: Path) -> None:
    page = walk.go("/me/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="記録を受けとる").click()
    taken.value.save_as(folder / "memo.json")
    assert taken.value.suggested_filename == "memo.json"
    assert "やまびこ" in json.dumps(json.loads((folder / "memo.json").read_text()), ensure_ascii=False)


def _forget_the_phrase(walk: Walk) -> None:
    walk.go("/me/phrase/")
    walk.press("合言葉をやめる")


def _be_erased(walk: Walk) -> None:
    page = walk.go("/me/erasure/")
    walk.press("消す")
    expect(page.get_by_role("status")).to_contain_text("何も")
    page.get_by_role("checkbox", name=_words("ぜんぶ消します")).check()
    walk.press("消す")
    expect(page.get_by_role("heading", level=1)).to_have_text(_words("ぜんぶ消しました"))
    page.goto(f"{walk.guest.place.url}/me/")
    assert "/enter/" in page.url
