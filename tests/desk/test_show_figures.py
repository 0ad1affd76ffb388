"""数字: a page, a print and a file with nothing in them that might not be handed on."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ibasho.house.models import HouseProfile
from ibasho.moderation.models import LogEntry
from ibasho.people.queries import KeeperFacts
from ibasho.reports.files import harmless
from ibasho.reports.models import Report
from tests.conftest import KeeperClient
from tests.desk.house_kit import fields_of
from tests.reports.conftest import HeldOn, close_on, evening, held_on

__all__ = ["evening", "held_on"]
pytestmark = pytest.mark.django_db
FIGURES = "/desk/figures/"


@pytest.fixture
def year(held_on: HeldOn, clock: Any) -> None:
    """December with two siblings, and the rest of the year."""
    held_on("2026-12-12", parent=7, sibling=2, first=3)
    held_on("2027-01-09", parent=9, person=6)
    close_on(clock, "2027-04-08")


@pytest.fixture
def desk(year: None, steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


def words(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_newest_is_shown_and_every_other_can_be_chosen(desk: Client) -> None:
    page = words(desk, FIGURES)
    assert "2026年度（令和8年度）" in page
    assert page.count("<option") == 5
    assert "2027年4月8日（木）にまとめました。" in page
    month = words(desk, FIGURES + "?period=2026-12")
    assert "2026年12月（令和8年）" in month
    assert "5未満" in month


@pytest.mark.parametrize("period", ["2026-11", "2027-04", "2025", "0000-00", "いつか", "9999", "2026-13"])
@pytest.mark.parametrize("path", [FIGURES, FIGURES + "file/", FIGURES + "print/", "/about/figures/"])
def test_another_period_is_not_found(desk: Client, path: str, period: str) -> None:
    assert desk.get(path, {"period": period}).status_code == 404


def test_the_file_opens_in_a_spreadsheet_and_begins_no_formula(desk: Client) -> None:
    HouseProfile.objects.update(name="=cmd|' /C calc'!A1")
    answer = desk.get(FIGURES + "file/?period=2026-12")
    assert answer["Content-Disposition"] == 'attachment; filename="figures-2026-12.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["'=cmd|' /C calc'!A1"]
    assert ["延人数", "0", "※", "5未満", "0", "0", "0", "9"] in rows
    assert not [text for row in rows for text in row if text.startswith(("=", "+", "-", "@"))]
    assert "《" not in answer.content.decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_is_the_same_to_read(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless("1+1=2") == "1+1=2"


def test_page_print_and_file_tell_the_same(desk: Client) -> None:
    for path in (FIGURES, FIGURES + "print/", FIGURES + "file/"):
        page = words(desk, path + "?period=2026")
        assert page.count("5未満") >= 2
        assert "実人数" in page
        assert "来るたびに、べつの人" in page, "who has no phrase counts again each time"
        assert "数え方" in page or "1回だけ数えた" in page


def test_before_the_first_month_it_says_when(
    house: HouseProfile, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    assert "2026年11月（令和8年）の数字は、12月8日（火）に出ます。" in words(client, FIGURES)
    assert "まだ、お見せできる数字はありません。" in words(client, FIGURES + "print/")
    assert client.get(FIGURES + "file/").content.decode("utf-8-sig").strip() == "みどりの家"


def test_the_public_page_tells_it_without_the_keepers(
    year: None, outsider: Client, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = words(outsider, "/about/figures/?period=2026-12")
    assert "5未満" in page
    assert "見直し" in page
    assert "スタッフがしたこと" in page
    assert "部屋から出てもらった" in page
    assert "当番と進行の回数" not in page
    assert "当番と進行の回数" in words(keeper_client(steward), "/desk/figures/?period=2026-12")


def test_a_year_asks_the_table_no_more_often_than_a_month(
    year: None, outsider: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for period in ("2026-12", "2026"):
        with django_assert_max_num_queries(12):
            outsider.get("/about/figures/", {"period": period})


def test_what_is_said_beside_the_numbers_is_handed_on_and_not_public(desk: Client, outsider: Client) -> None:
    path = FIGURES + "words/?period=2026-12"
    fields = fields_of(desk.get(path), path)
    said = "きょうだいの会を、はじめました。\n=1+1"
    assert desk.post(path, fields | {"words": said}).status_code == 303
    for place in ("?period=2026-12", "print/?period=2026-12"):
        assert "きょうだいの会を、はじめました。" in words(desk, FIGURES + place)
    assert "\r\n'=1+1\r\n" in desk.get(FIGURES + "file/?period=2026-12").content.decode()
    assert "はじめました" not in words(outsider, "/about/figures/?period=2026-12")
    assert "はじめました" not in words(desk, FIGURES + "?period=2026")
    assert LogEntry.objects.latest("number").verb == "write_report"


def test_nobody_writes_over_the_words_of_another_unseen(desk: Client) -> None:
    path = FIGURES + "words/?period=2026-12"
    fields = fields_of(desk.get(path), path)
    desk.post(path, fields | {"words": "ひとつめ"})
    answer = desk.post(path, fields | {"words": "ふたつめ"})
    assert answer.status_code == 409
    assert "ひとつめ" in (page := answer.content.decode())
    assert "ふたつめ" in page
    assert Report.objects.get(words="ひとつめ")


def test_too_many_words_come_back_whole(desk: Client) -> None:
    path = FIGURES + "words/?period=2026"
    fields = fields_of(desk.get(path), path)
    answer = desk.post(path, fields | {"words": "あ" * 2001})
    assert answer.status_code == 422
    assert "あ" * 2001 in answer.content.decode()
    assert not Report.objects.exclude(words="").exists()
