from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from ibasho.house import today as front_door
from ibasho.house import written
from ibasho.house.actions import give_notice
from ibasho.house.models import HouseProfile
from ibasho.house.sample import furnish_house
from ibasho.house.today import Today, TodayLine
from ibasho.people.declarations import declarations
from ibasho.people.models import Person
from tests.conftest import EnterAs

ABOUT = ["data", "figures", "first", "families", "younger", "opinions"]
PLAIN = ["/", "/rules/", "/help/", *(f"/about/{name}/" for name in ABOUT)]


@pytest.mark.parametrize("path", PLAIN)
def test_a_stranger_reads_it_without_form_and_without_cookie(outsider: Client, path: str) -> None:
    page = outsider.get(path)
    assert page.status_code == 200
    text = page.content.decode()
    assert "<form" not in text
    assert not page.cookies
    assert page.get("Cache-Control") is None
    assert text.count("<h1") == 1
    assert "みどりの家" in text


@pytest.mark.parametrize("path", PLAIN)
def test_it_is_not_kept_by_the_browser_of_somebody_inside(
    newcomer: Person, enter_as: EnterAs, path: str
) -> None:
    give_notice(newcomer, "thanks", "あなただけへの お知らせです。")
    page = enter_as(Client(), newcomer).get(path)
    assert page["Cache-Control"] == "no-store"
    assert "Cookie" in page["Vary"]
    assert "あなただけへの" not in page.content.decode()


@pytest.mark.parametrize("path", PLAIN)
def test_nothing_is_written_by_a_look_at_it(outsider: Client, path: str) -> None:
    assert outsider.post(path).status_code in (403, 405)


def test_the_title_of_the_front_door_tells_nothing_but_the_house(outsider: Client) -> None:
    assert "<title>玄関 – みどりの家</title>" in outsider.get("/").content.decode()


def test_the_front_door_says_what_is_open_and_what_answers_now(
    outsider: Client, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = TodayLine("縁側の部屋", None, "open", "あいています", "22:00まで。")
    monkeypatch.setattr(front_door, "_tellers", [lambda standpoint: Today(lines=[line])])
    text = outsider.get("/").content.decode()
    assert "11月22日（日）" in text
    assert "state--open" in text
    assert "縁側の部屋" in text
    assert "よるの電話" in text


@pytest.mark.parametrize(
    ("state", "is_staffed", "words"),
    [
        ("closed", False, "次に部屋があくのは"),
        ("open", False, "次にスタッフがいるのは"),
        ("open", True, "このあと部屋があくのは"),
    ],
)
def test_the_front_door_says_truly_what_comes_next(
    outsider: Client, monkeypatch: pytest.MonkeyPatch, state: str, is_staffed: bool, words: str
) -> None:
    line = TodayLine("縁側の部屋", None, state, "いま", "")
    opening = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
    told = Today(lines=[line], next_opening=opening, is_staffed=is_staffed)
    monkeypatch.setattr(front_door, "_tellers", [lambda standpoint: told])
    assert words in outsider.get("/").content.decode()


def test_the_promises_send_to_the_calendar_for_the_hours(outsider: Client, house: HouseProfile) -> None:
    for path in ("/rules/", "/enter/"):
        text = outsider.get(path).content.decode()
        assert 'href="/events/"' in text.partition('<section class="promises"')[2].partition("</section>")[0]
        assert house.staff_hours not in text


def test_the_front_door_of_an_empty_house_still_opens(db: None) -> None:
    for path in PLAIN:
        assert Client().get(path).status_code == 200


def test_the_specimen_says_so_and_asks_to_check_its_numbers(db: None, clock: time_machine.Traveller) -> None:
    furnish_house()
    assert "見本の家" in Client().get("/").content.decode()
    text = Client().get("/help/").content.decode()
    assert "確認してください" in text
    assert "いのちの電話" in text


def test_the_help_page_says_what_the_history_still_shows(outsider: Client) -> None:
    text = outsider.get("/help/").content.decode()
    assert "履歴" in text
    assert 'href="tel:119"' in text
    assert 'href="tel:110"' in text


def test_the_wishes_of_a_reader_change_the_promises(newcomer: Person, enter_as: EnterAs) -> None:
    client = enter_as(Client(), newcomer)
    assert "<ruby>" not in client.get("/rules/").content.decode()
    newcomer.furigana = newcomer.spacing = True
    newcomer.save(update_fields=["furigana", "spacing"])
    text = client.get("/rules/").content.decode()
    assert "<ruby>話" in text
    assert "そのまま 聞きます" in text


def test_every_kept_field_of_the_house_is_on_its_page(outsider: Client) -> None:
    text = outsider.get("/about/data/").content.decode()
    assert "ひとことメモ" in text
    assert "だれが書いたかは残しません" in text
    assert text.count("<details") == len(declarations())
    for table in declarations():
        for kept in table.fields:
            assert written.plain(kept.purpose) in text
            assert written.plain(kept.until) in text


def test_no_figure_is_invented(outsider: Client) -> None:
    assert "まだ、お見せできる数字はありません" in outsider.get("/about/figures/").content.decode()


def test_a_stale_form_gets_a_page_and_not_a_riddle(house: HouseProfile) -> None:
    page = Client(enforce_csrf_checks=True).post("/note/", {"text": "ことば"})
    assert page.status_code == 403
    assert settings.SESSION_COOKIE_NAME not in page.cookies
    assert "送ってください" in page.content.decode()
