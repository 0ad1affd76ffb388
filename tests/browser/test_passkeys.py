"""Passkeys in a real browser, with the authenticator Chromium brings for tests: made, asked for, taken away."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.ops.served import command

_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PASSWORD = "あめの日は ゆっくり 歩く"
LOOKS: dict[str, dict[str, Any]] = {
    "paper": {"color_scheme": "light"},
    "night": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "clear": {"contrast": "more", "viewport": {"width": 320, "height": 640}},
}


class Keeper:
    """A keeper at a browser with a device that holds passkeys."""

    def __init__(self, guest: Guest) -> None:
        self.guest, self.page = guest, guest.page
        self._devices = guest.context.new_cdp_session(self.page)
        self._devices.send("WebAuthn.enable")
        added = self._devices.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
        self._device = added["authenticatorId"]

    def passkeys(self) -> list[dict[str, object]]:
        """What the device holds."""
        answer = self._devices.send("WebAuthn.getCredentials", {"authenticatorId": self._device})
        found: list[dict[str, object]] = answer["credentials"]
        return found

    def is_known(self, yes: bool) -> None:
        """Whether finger or face will be recognised from now on."""
        known = {"authenticatorId": self._device, "isUserVerified": yes}
        self._devices.send("WebAuthn.setUserVerified", known)

    def begin(self, path: str, login: str, duty: str) -> None:
        """Through the link to the page that asks for a second factor."""
        page = self.guest.open(path)
        page.get_by_label("入るときの名前").fill(login)
        page.get_by_label("見守りの名前").fill(duty)
        for label in ("パスワード", "パスワードをもう一度"):
            page.get_by_label(label, exact=True).fill(PASSWORD)
        page.get_by_role("button", name="つぎへ").click()
        page.wait_for_url("**/keepers/")

    def add_passkey(self) -> None:
        page = self.guest.open("/keepers/passkeys/new/")
        page.get_by_role("button", name="パスキーをつくる").click()
        page.wait_for_url(re.compile(r"/keepers/(spare-codes/)?$"))

    def add_code(self) -> str:
        page = self.guest.open("/keepers/code/")
        page.get_by_text("模様を読みとれないとき").click()
        secret = page.locator(".codes__one").inner_text()
        page.get_by_label("アプリに出ている数字").fill(_code(secret))
        page.get_by_role("button", name="足す").click()
        page.wait_for_url(re.compile(r"/keepers/(spare-codes/)?$"))
        return secret

    def sign_out(self) -> None:
        self.guest.open("/keepers/sign-out/").get_by_role("button", name="出る").click()
        self.page.wait_for_url(re.compile(r"/keepers/sign-in/$"))

    def give_password(self, login: str) -> Page:
        page = self.guest.open("/keepers/sign-in/")
        page.get_by_label("入るときの名前").fill(login)
        page.get_by_label("パスワード").fill(PASSWORD)
        page.get_by_role("button", name="つぎへ").click()
        page.wait_for_url("**/keepers/sign-in/code/")
        return page

    def is_in(self) -> None:
        self.page.wait_for_url("**/desk/")
        self.guest.open("/keepers/spare-codes/")
        expect(self.page.get_by_role("heading", name="ひかえの番号")).to_be_visible()

    def is_out(self) -> None:
        self.guest.open("/keepers/")
        expect(self.page.get_by_role("heading", name="見つかりませんでした")).to_be_visible()


@pytest.fixture
def new_link(place: Place) -> str:
    """The path of a link for a new keeper, made on the command line."""
    made = command(
        place.data, "keeper-link", "--roles", "moderator,steward", IBASHO_PORT=str(place.house.port)
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().removeprefix(place.url)


@pytest.fixture
def keeper(come: Come) -> Keeper:
    guest = come()
    guest.forgive("status of 404")
    return Keeper(guest)


def test_a_passkey_is_made_and_signs_in_without_name_or_password(keeper: Keeper, new_link: str) -> None:
    keeper.begin(new_link, "kunugi", "くぬぎ")
    keeper.add_passkey()
    expect(keeper.page.get_by_text("見せるのは、この一度だけです")).to_be_visible()
    (passkey,) = keeper.passkeys()
    assert passkey["isResidentCredential"]
    assert passkey["rpId"] == "localhost"
    keeper.sign_out()
    keeper.is_out()
    keeper.guest.open("/keepers/sign-in/").get_by_role("button", name="パスキーで入る").click()
    keeper.is_in()


def test_a_passkey_is_the_second_factor_after_the_password(keeper: Keeper, new_link: str) -> None:
    keeper.begin(new_link, "konara", "こなら")
    keeper.add_passkey()
    keeper.sign_out()
    keeper.give_password("konara").get_by_role("button", name="パスキーをつかう").click()
    keeper.is_in()


def test_whom_the_device_does_not_know_stays_outside_and_may_try_again(keeper: Keeper, new_link: str) -> None:
    keeper.begin(new_link, "hiyodori", "ひよどり")
    keeper.add_passkey()
    keeper.sign_out()
    keeper.is_known(False)
    page = keeper.guest.open("/keepers/sign-in/")
    page.get_by_role("button", name="パスキーで入る").click()
    expect(page.get_by_text("パスキーを、受けとれませんでした")).to_be_visible()
    keeper.is_out()
    keeper.is_known(True)
    keeper.guest.open("/keepers/sign-in/").get_by_role("button", name="パスキーで入る").click()
    keeper.is_in()


def test_a_passkey_taken_away_opens_nothing_and_the_last_way_in_stays(keeper: Keeper, new_link: str) -> None:
    keeper.begin(new_link, "hotaru", "ほたる")
    keeper.add_passkey()
    page = keeper.guest.open("/keepers/passkeys/")
    page.get_by_role("link", name="はずす").click()
    expect(page.get_by_text("さいごのひとつは、はずせません")).to_be_visible()
    secret = keeper.add_code()
    page = keeper.guest.open("/keepers/passkeys/")
    page.get_by_role("link", name="はずす").click()
    page.get_by_role("button", name="はずす").click()
    expect(page.get_by_text("パスキーは、まだありません")).to_be_visible()
    keeper.sign_out()
    page = keeper.guest.open("/keepers/sign-in/")
    page.get_by_role("button", name="パスキーで入る").click()
    expect(page.get_by_text("パスキーで入れませんでした")).to_be_visible()
    page = keeper.give_password("hotaru")
    page.get_by_label("アプリに出ている数字").fill(_code(secret, steps=1))
    page.get_by_role("button", name="入る").click()
    keeper.is_in()


def test_without_scripts_a_code_is_enough(come: Come, new_link: str) -> None:
    guest = come(java_script_enabled=False)
    guest.forgive("status of 404")
    page = guest.open(new_link)
    page.get_by_label("入るときの名前").fill("tsubame")
    page.get_by_label("見守りの名前").fill("つばめ")
    for label in ("パスワード", "パスワードをもう一度"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="つぎへ").click()
    page.get_by_role("link", name="パスキーを足す").click()
    expect(page.get_by_role("button", name="パスキーをつくる")).to_be_hidden()
    page.get_by_role("link", name="アプリの数字", exact=True).click()
    page.get_by_text("模様を読みとれないとき").click()
    page.get_by_label("アプリに出ている数字").fill(_code(page.locator(".codes__one").inner_text()))
    page.get_by_role("button", name="足す").click()
    expect(page.get_by_text("見せるのは、この一度だけです")).to_be_visible()


@pytest.mark.parametrize("theme", LOOKS)
def test_the_pages_of_accounts_can_be_shown_to_anybody(come: Come, new_link: str, theme: str) -> None:
    guest = come(**LOOKS[theme])
    guest.forgive("status of 404")
    keeper = Keeper(guest)
    faults = [f"{name}: {fault}" for name, page in _pages(keeper, new_link, theme) for fault in _faults(page)]
    assert not faults, "\n".join(faults)


def _pages(keeper: Keeper, link: str, name: str) -> Iterator[tuple[str, Page]]:
    guest = keeper.guest
    yield "link", guest.open(link)
    yield "sign-in", guest.open("/keepers/sign-in/")
    keeper.begin(link, f"login-{name}", name)
    yield "new", keeper.page
    for path in ("passkeys/new/", "code/", "again/", "sign-out/"):
        yield path, guest.open(f"/keepers/{path}")
    keeper.add_passkey()
    yield "spare codes, once", keeper.page
    secret = keeper.add_code()
    yield "account", keeper.page
    for path in (
        "passkeys/",
        "spare-codes/",
        "spare-codes/new/",
        "code/removal/",
        "again/code/",
        "again/passkey/",
    ):
        yield path, guest.open(f"/keepers/{path}")
    guest.open("/keepers/passkeys/").get_by_role("link", name="はずす").click()
    yield "removal", keeper.page
    yield "me", guest.open("/me/")
    yield "erasure", guest.open("/me/erasure/")
    keeper.sign_out()
    page = keeper.give_password(f"login-{name}")
    yield "second step", page
    page.get_by_label("アプリに出ている数字").fill("000000")
    page.get_by_role("button", name="入る").click()
    expect(page.get_by_text("数字がちがうようです")).to_be_visible()
    yield "second step again", page
    page.get_by_label("アプリに出ている数字").fill(_code(secret, steps=1))
    page.get_by_role("button", name="入る").click()
    keeper.is_in()


def _faults(page: Page) -> Iterator[str]:
    yield from barriers(page)
    yield from small_targets(page)
    yield from what_sticks_out(page)
    if not page.title().endswith(" – つばめ坂の家"):
        yield f"title: {page.title()}"


def _code(secret: str, *, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))
