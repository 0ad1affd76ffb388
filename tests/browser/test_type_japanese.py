"""Japanese typing is sacred: no half word is ever sent, and no draft is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.guests import Come, Guest, Place, until

_SETTINGS = {"theme": "system", "text_size": "100", "send_delay": "0"}


_COUNT_CONVERTING_ENTERS = """(field) => {
  globalThis.convertingEnters = 0;
  field.addEventListener('keydown', ({ key, isComposing }) => { convertingEnters += key === 'Enter' && isComposing; });
}"""


class Keyboard:
    """A Japanese input method, as the browser hears it."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self._browser: CDPSession = guest.context.new_cdp_session(guest.page)

    def convert(self, text: str) -> None:
        """Text that is underlined: still being converted."""
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        self._browser.send("Input.imeSetComposition", {"text": text, **place})

    def settle(self, text: str) -> None:
        self._browser.send("Input.insertText", {"text": text})

    def press_enter(self, code: int, *, control: bool = False) -> None:
        """Windows and Android report the key as 229 while converting."""
        key = {"windowsVirtualKeyCode": code, "key": "Enter", "code": "Enter", "modifiers": 2 * control}
        self._browser.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        self._browser.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})


@pytest.fixture
def guest(come: Come) -> Guest:
    return come().enter()


def _sends_with_enter(guest: Guest) -> None:
    guest.send("/me/settings/", **_SETTINGS, enter_sends="on")


def _nothing_went_out(guest: Guest, room: str) -> None:
    assert [frame for frame in guest.said if frame["type"] == "post"] == []
    assert guest.place.stored(room) == []


def test_enter_while_converting_never_sends(guest: Guest, room: str) -> None:
    _sends_with_enter(guest)
    guest.sit(room)
    keyboard = Keyboard(guest)
    guest.field.click()
    guest.field.evaluate(_COUNT_CONVERTING_ENTERS)
    keyboard.convert("こんにちわ")
    for code in (13, 229):
        for control in (False, True):
            keyboard.press_enter(code, control=control)
    assert guest.page.evaluate("convertingEnters") == 4
    _nothing_went_out(guest, room)
    keyboard.settle("こんにちは")
    expect(guest.field).to_have_value("こんにちは")
    then = guest.page.evaluate("performance.now()")
    until(guest.page, f"() => performance.now() > {then} + 100")  # Safari's Enter comes at once
    guest.page.keyboard.press("Enter")
    guest.sees("こんにちは")
    assert guest.place.stored(room) == ["こんにちは"]


def test_safari_ends_the_conversion_just_before_its_enter(guest: Guest, room: str) -> None:
    _sends_with_enter(guest)
    guest.sit(room)
    guest.field.fill("変換したばかり")
    guest.field.evaluate(
        """(field) => {
          field.dispatchEvent(new CompositionEvent('compositionstart'));
          field.dispatchEvent(new CompositionEvent('compositionend', { data: '変換したばかり' }));
          for (const keyCode of [229, 13]) {
            field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode, bubbles: true, cancelable: true }));
          }
        }"""
    )
    expect(guest.field).to_have_value("変換したばかり")
    _nothing_went_out(guest, room)


def test_sending_by_tap_while_converting_takes_the_whole_word(guest: Guest, room: str, place: Place) -> None:
    guest.sit(room)
    keyboard = Keyboard(guest)
    guest.field.click()
    keyboard.convert("おはよう")
    guest.send_button.click()
    guest.sees("おはよう")
    assert place.stored(room) == ["おはよう"]
    expect(guest.field).to_have_value("")


def test_words_of_others_do_not_touch_a_conversion(come: Come, guest: Guest, room: str) -> None:
    other = come().enter()
    guest.sit(room)
    other.sit(room)
    keyboard = Keyboard(guest)
    guest.field.click()
    keyboard.convert("かきかけ")
    other.say_many(room, ["ひとこと", "ふたこと"])
    guest.sees("ふたこと")
    assert guest.field.input_value() == "かきかけ"
    assert guest.field.evaluate("(field) => field === document.activeElement")
    keyboard.settle("書きかけ")
    expect(guest.field).to_have_value("書きかけ")


def test_enter_is_a_new_line_and_control_enter_sends(guest: Guest, room: str) -> None:
    page = guest.sit(room)
    guest.field.click()
    page.keyboard.type("一行め")
    page.keyboard.press("Enter")
    page.keyboard.type("二行め")
    _nothing_went_out(guest, room)
    page.keyboard.press("Control+Enter")
    guest.sees("二行め")
    assert guest.place.stored(room) == ["一行め\n二行め"]
    expect(guest.field).to_be_focused()


def test_with_the_setting_enter_sends_and_shift_enter_is_a_new_line(guest: Guest, room: str) -> None:
    _sends_with_enter(guest)
    page = guest.sit(room)
    guest.field.click()
    page.keyboard.type("一行め")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("二行め")
    page.keyboard.press("Enter")
    guest.sees("二行め")
    assert guest.place.stored(room) == ["一行め\n二行め"]


def test_a_draft_survives_a_reload_with_its_cover_and_wish(guest: Guest, room: str) -> None:
    page = guest.sit(room)
    guest.field.fill("まだ書いているところ")
    page.get_by_text("書き方をえらぶ").click()
    page.get_by_role("radio", name="聞いてほしいだけ").check()
    page.get_by_label("おおいの言葉").fill("夜の話")
    page.reload()
    expect(guest.field).to_have_value("まだ書いているところ")
    expect(page.get_by_label("おおいの言葉")).to_have_value("夜の話")
    expect(page.get_by_role("radio", name="聞いてほしいだけ")).to_be_checked()


def test_words_that_are_too_long_are_kept_and_counted_kindly(guest: Guest, room: str) -> None:
    page = guest.sit(room)
    guest.field.fill("あ" * 1_001)
    expect(page.locator(".room-composer__say")).to_contain_text("1,000文字まで")
    guest.send_button.click()
    expect(guest.field).to_have_value("あ" * 1_001)
    guest.field.fill("👨‍👩‍👧‍👦" * 100 + "あ" * 400)  # 500 letters, whatever the machine counts
    guest.send_button.click()
    guest.sees("👨‍👩‍👧‍👦")
    expect(page.locator(".room-composer__say")).to_have_text("")
