"""半年ごとに くらべる: half-years beside years, and nothing in them that the months do not tell."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

import pytest
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.people.actions import erase
from ibasho.people.models import Person, Role
from ibasho.people.queries import KeeperFacts
from ibasho.reports.counted import PEOPLE
from ibasho.reports.models import Figure
from ibasho.reports.periods import Period
from ibasho.reports.queries.comparing import compared
from ibasho.reports.queries.reading import sheets_for
from ibasho.reports.shapes import ALL, Mark
from tests.conftest import KeeperClient, new_keeper
from tests.desk.conftest import page_of
from tests.reports.conftest import HeldOn, close_on

pytestmark = pytest.mark.django_db


def line(table: str, label: str) -> list[str]:
    sheet = compared()
    assert sheet is not None
    [row] = [row for each in sheet.tables if each.title == table for row in each.rows if row.label == label]
    return list(row.cells)


@pytest.fixture
def two_halves(held_on: HeldOn, clock: Any, parent: Person) -> None:
    """The house began in August; in January the siblings were few."""
    held_on("2026-08-08", parent=6, sibling=5, first=6)
    held_on("2026-09-12", parent=8, sibling=5, who=[parent])
    held_on("2026-11-14", parent=10, first=5)
    held_on("2027-01-09", parent=7, sibling=2)
    close_on(clock, "2027-04-08")


def test_halves_are_the_sums_of_their_months_and_stand_beside_the_year(
    two_halves: None, parent: Person
) -> None:
    assert line("延人数", "2026年度 前半（8月から）") == ["0", "15", "10", "0", "0", "0", "25"]
    assert line("集まりと開室の回数", "2026年度 前半（8月から）")[-1] == "2"
    assert line("集まりと開室の回数", "2026年度")[-1] == "4"
    assert line("時間とスタッフ", "2026年度 後半")[0] == "3時間"
    before = compared()
    erase(parent)
    assert compared() == before


def test_a_half_in_which_a_month_hides_a_number_hides_it_too(two_halves: None) -> None:
    assert line("延人数", "2026年度 後半")[1:3] == ["※", "※"]
    assert line("延人数", "2026年度 後半")[-1] in ("19", "※")


def test_how_many_different_people_came_in_a_half_year_is_not_guessed(two_halves: None) -> None:
    sheet = compared()
    assert sheet is not None
    [table] = [table for table in sheet.tables if table.title == "実人数"]
    assert [row.label for row in table.rows] == ["2026年度"]


@pytest.mark.parametrize("seed", range(6))
def test_every_number_that_is_shown_could_be_added_up_by_anybody(two_halves: None, seed: int) -> None:
    """Whatever is hidden in the months: no cell of a half-year tells more than they do."""
    chance = random.Random(seed)
    for figure in Figure.objects.filter(what__in=PEOPLE.measures):
        figure.mark = chance.choice([*Mark, Mark.SHOWN, Mark.SHOWN, Mark.SHOWN])
        figure.save()
    halves = {
        "2026年度 前半（8月から）": ["2026-08", "2026-09"],
        "2026年度 後半": ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"],
    }
    for what, words in PEOPLE.measures.items():
        for label, months in halves.items() if what not in PEOPLE.distinct else ():
            for of, cell in zip((*PEOPLE.of, ALL), line(words, label), strict=True):
                begins = [period.begins for month in months if (period := Period.parse(month))]
                rows = Figure.objects.filter(report__begins__in=begins, what=what, of=of)
                parts = [row for row in rows if not Period(row.report.begins, row.report.ends).is_year]
                assert len(parts) == len(months)
                is_open = all(part.mark == Mark.SHOWN for part in parts)
                assert cell == (str(sum(part.number for part in parts)) if is_open else "※")


def test_before_the_first_half_is_over_there_is_nothing_to_compare(held_on: HeldOn, clock: Any) -> None:
    held_on("2026-08-08", parent=6)
    close_on(clock, "2026-09-08")
    assert compared() is None
    assert not sheets_for("", with_keepers=True).has_halves


def test_it_is_the_desks_alone(two_halves: None) -> None:
    assert sheets_for("halves", with_keepers=True).sheet == compared()
    with pytest.raises(Refusal):
        sheets_for("halves", with_keepers=False)


def test_page_paper_and_file_say_the_same(
    two_halves: None, steward: KeeperFacts, keeper_client: KeeperClient, outsider: Client
) -> None:
    coordinator = keeper_client(new_keeper("つきみ", "tsukimi", Role.COORDINATOR))
    assert "半年ごとに くらべる" in page_of(coordinator, "/desk/figures/")
    page = page_of(coordinator, "/desk/figures/?period=halves")
    paper = page_of(coordinator, "/desk/figures/print/?period=halves")
    file = coordinator.get("/desk/figures/file/?period=halves")
    assert file["Content-Disposition"] == 'attachment; filename="figures-halves.csv"'
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert ["2026年度 前半（8月から）", "0", "15", "10", "0", "0", "0", "25"] in rows
    for shown in (page, paper):
        assert "2026年度 前半（8月から）" in shown
        assert "半年の数は、6つの月の数を足したものです。" in shown
    assert "ひとことを書く" not in page
    assert outsider.get("/about/figures/?period=halves").status_code == 404
