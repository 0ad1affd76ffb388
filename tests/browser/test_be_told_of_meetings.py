"""A meeting that comes again, from the desk to somebody's own calendar; each page in every theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.ops.served import free_port

_LOOKS: dict[str, tuple[int, dict[str, Any]]] = {
    "paper": (390, {"theme": "paper", "text_size": "100"}),
    "night": (1280, {"theme": "night", "text_size": "150"}),
    "clear": (320, {"theme": "clear", "text_size": "200"}),
}
_STOP = """
from pathlib import Path
from ibasho.events.mails import stop_token
from ibasho.events.models import SignUp
Path({file!r}).write_text(stop_token(SignUp.objects.order_by("turn").last()))
"""


@pytest.fixture(scope="module")
def with_mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A house that was told a mail server; nothing is sent before the day before a meeting."""
    mail = f"smtp://127.0.0.1:{free_port()}?from=house@example.org"
    place = Place(tmp_path_factory.mktemp("mail"), IBASHO_RATE_LIMITS="off", IBASHO_MAIL_URL=mail)
    try:
        yield place
    finally:
        place.end()


def test_a_series_is_planned_and_one_of_its_days_stands_in_somebodys_calendar(
    come: Come, place: Place, keeper_browser: KeeperBrowser
) -> None:
    coordinator = keeper_browser("つきみ", "coordinator")
    page = coordinator.open("/desk/meetings/")
    page.get_by_role("link", name="くりかえす集まり").click()
    page.get_by_role("link", name="くりかえす集まりをつくる").click()
    page.get_by_label("集まりの名前").fill("第2土曜の会")
    page.get_by_role("group", name="だれの集まり").get_by_label("親", exact=True).check()
    page.get_by_label("月の、第何・何曜日").check()
    page.get_by_role("group", name="曜日", exact=True).get_by_label("土曜").check()
    page.get_by_role("group", name="第何週", exact=True).get_by_label("第2").check()
    page.get_by_label("時間", exact=True).fill("１３：３０〜１５：００")
    page.get_by_label("はじめの日").fill(_next_month(place))
    page.get_by_role("button", name="下書きをつくる").click()
    expect(page.get_by_text("第2土曜 13:30〜15:00")).to_be_visible()
    page.get_by_role("button", name="予定に出す").click()
    expect(page.get_by_text("予定に出ています").first).to_be_visible()
    day = page.locator("main ul.lines a").first
    path = day.get_attribute("href") or ""

    parent = come().enter("parent")
    meeting = path.replace("/desk/meetings/", "/events/")
    parent.open(f"{meeting}sign-up/").get_by_role("button", name="申し込む").click()
    expect(parent.page.get_by_role("heading", name="席を、とってあります")).to_be_visible()
    parent.page.get_by_role("button", name="カレンダーのあて\u2060先をつくる").click()
    address = parent.page.get_by_label("カレンダーのあて\u2060先").input_value()
    own = icalendar.Calendar.from_ical(parent.context.request.get(address).body())
    assert [str(event["summary"]) for event in own.walk("VEVENT")] == ["よてい"]
    parent.page.get_by_role("link", name="うつしました").click()
    parent.page.get_by_role("button", name="カレンダーのあて\u2060先をやめる").click()
    expect(parent.page.get_by_text("カレンダーのあて先を、やめました。")).to_be_visible()
    assert parent.context.request.get(address).status == 404


@pytest.mark.parametrize("look", _LOOKS)
def test_every_page_of_being_told_can_be_shown_to_anybody(
    come: Come, with_mail: Place, tmp_path: Path, look: str
) -> None:
    width, settings = _LOOKS[look]
    guest = come(with_mail, viewport={"width": width, "height": 800}).enter("parent")
    guest.send("/me/settings/", send_delay="0", **settings)
    faults = [f"{name}: {fault}" for name, page in _pages(guest, tmp_path) for fault in _faults(page)]
    assert not faults, "\n".join(faults)


def test_without_a_script_mails_are_begun_and_ended(come: Come, with_mail: Place, tmp_path: Path) -> None:
    guest = come(with_mail, java_script_enabled=False).enter("parent")
    guest.forgive("status of 400")
    page = _signed_up(guest)
    page.get_by_label("メール").fill("kusa@")
    page.get_by_role("button", name="メールで受けとる").click()
    expect(page.get_by_label("メール")).to_have_value("kusa@")
    page.get_by_label("メール").fill("ｋｕｓａ＠example.org")
    page.get_by_role("button", name="メールで受けとる").click()
    expect(page.get_by_text("メールで、お知らせします。")).to_be_visible()
    expect(page.get_by_text("kusa@example.org")).to_have_count(0)
    stranger = come(with_mail, java_script_enabled=False)
    stranger.open(_stop_path(with_mail, tmp_path)).get_by_role("button", name="おしらせをとめる").click()
    expect(stranger.page.get_by_text("おしらせを、とめました。")).to_be_visible()
    page = guest.open("/sign-ups/mine/")
    expect(page.get_by_role("button", name="メールで受けとる")).to_be_visible()


def _pages(guest: Guest, tmp_path: Path) -> Iterator[tuple[str, Page]]:
    yield "sign-up", guest.open(f"{_meeting(guest)}sign-up/?another=1")
    yield "mine", _signed_up(guest)
    guest.page.get_by_label("メール").fill("kusa@example.org")
    guest.page.get_by_role("button", name="メールで受けとる").click()
    yield "mail", guest.page
    guest.page.get_by_role("button", name="カレンダーのあて\u2060先をつくる").click()
    yield "address", guest.page
    guest.page.get_by_role("link", name="うつしました").click()
    yield "mail and calendar", guest.page
    yield "stop", guest.open(_stop_path(guest.place, tmp_path))
    guest.page.get_by_role("button", name="おしらせをとめる").click()
    yield "stopped", guest.page
    yield "own calendar", guest.open("/me/calendar/")
    guest.page.get_by_role("button", name="あて\u2060先をつくる").click()
    yield "own address", guest.page
    guest.page.get_by_role("link", name="うつしました").click()
    yield "own calendar again", guest.open("/me/calendar/")


def _meeting(guest: Guest) -> str:
    """The first one that a parent may sign up to."""
    found = guest.context.request.get(f"{guest.place.url}/events.ics").body()
    for event in icalendar.Calendar.from_ical(found).walk("VEVENT"):
        path = str(event["url"]).removeprefix(guest.place.url)
        page = guest.context.request.get(f"{guest.place.url}{path}sign-up/")
        if page.ok and 'name="call_name"' in page.text():
            return path
    raise AssertionError("no meeting to sign up to")


def _signed_up(guest: Guest) -> Page:
    page = guest.open(f"{_meeting(guest)}sign-up/?another=1")
    for asked in page.locator("fieldset:has(input[required])").all():
        asked.locator("input[required]").first.check()
    for asked in page.locator("input[type=checkbox][required]").all():
        asked.check()
    page.get_by_role("button", name="申し込む").click()
    expect(page.get_by_role("heading", name="おしらせを受けとる")).to_be_visible()
    return page


def _stop_path(place: Place, tmp_path: Path) -> str:
    file = tmp_path / "token"
    place.tell(_STOP.format(file=str(file)))
    return f"/sign-ups/mail/{file.read_text()}/"


def _next_month(place: Place) -> str:
    file = place.data / "next-month"
    place.tell(
        "from datetime import timedelta\nfrom pathlib import Path\nfrom ibasho.lib import clock\n"
        f"Path({str(file)!r}).write_text((clock.today() + timedelta(days=1)).isoformat())"
    )
    return file.read_text()


def _faults(page: Page) -> Iterator[str]:
    yield from barriers(page)
    yield from small_targets(page)
    yield from what_sticks_out(page)
