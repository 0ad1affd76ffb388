"""市の担当者 asks for November (E14): the coordinator prints a sheet, and the same sheet again after erasures."""

from __future__ import annotations

import csv
import io
import re

from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser
from tests.browser.test_coordinate_meetings import WIDTHS, saves

# A year that is over, as the house counts one: a meeting online and one at a place each month, visitors who tied it to
# わたし and visitors who did not, an evening of a room, and a keeper who was there.
_YEAR = """
from datetime import datetime, timedelta
from uuid import uuid4
from django.db import transaction
from ibasho.duty.models import Duty
from ibasho.events.actions.visiting import who_of
from ibasho.events.models import Event, EventAudience, Visit
from ibasho.lib import clock
from ibasho.people.models import Keeper, Person
from ibasho.reports.actions import closing, tally_days
from ibasho.reports.models import Opening, RoomVisit
from ibasho.reports.periods import Period

keeper = Keeper.objects.get(duty_name="つきみ")
with transaction.atomic():
    parents = [Person.objects.create(standpoint="parent", entered_on="2025-04-01", last_seen_on=clock.today()) for _ in range(6)]
    for month in Period.year(2025).months():
        for day, way, place in ((7, "online", ""), (21, "place", "つばめ坂センター")):
            starts = datetime(month.begins.year, month.begins.month, day, 13, 30, tzinfo=clock.TOKYO)
            event = Event.objects.create(
                kind="family_meeting", title="ひみつの会", way=way, place=place, published_on="2025-04-01",
                starts=starts, ends=starts + timedelta(minutes=90),
            )
            for standpoint in ("parent", "sibling"):
                EventAudience.objects.create(event=event, standpoint=standpoint)
            for person in parents:
                Visit.objects.create(event=event, standpoint="parent", is_first=month.begins.month == 4, who=who_of(event, person, "parent"))
            if way == "online" and month.begins.month == 11:
                for _ in range(2):
                    Visit.objects.create(event=event, standpoint="sibling", who=who_of(event, None, "sibling"))
            Duty.objects.create(keeper=keeper, taken_at=starts, until=event.ends, ended_at=event.ends)
        Opening.objects.create(day=month.begins, minutes=180)
        for number in range(7):
            RoomVisit.objects.create(day=month.begins, standpoint="person", is_first=False, who=f"{month}{number}")
tally_days()
while closing.close_due(1):
    pass
"""
_ERASE = """
from ibasho.people.actions import erase
from ibasho.people.models import Person
for person in Person.objects.filter(entered_on="2025-04-01"):
    erase(person)
"""
NOVEMBER, WORDS = "/desk/figures/?period=2025-11", "11月は、電話の方も はじめて来られました。"


@WIDTHS
def test_november_is_printed_and_printed_again_the_same_after_everybody_was_erased(
    come: Come, place: Place, keeper_browser: KeeperBrowser, width: int
) -> None:
    coordinator = keeper_browser("つきみ", "coordinator", viewport={"width": width, "height": 844})
    place.tell(_YEAR)
    page = coordinator.open("/desk/")
    page.get_by_role("link", name="数字").first.click()
    page.get_by_label("いつの数字").select_option("2025-11")
    page.get_by_role("button", name="見る").click()
    page.get_by_role("link", name="ひとことを書く").click()
    page.get_by_label("ひとこと").fill(WORDS)
    saves(page, "この言葉にする")
    expect(page.get_by_text(WORDS)).to_be_visible()

    sheet = page.locator("main").inner_text()
    file = _file(coordinator, "2025-11")
    [total] = [row for row in file if row and row[0] == "延人数"]
    # two siblings are nobody's to see, and who came to the room in the evening would tell them
    assert total[1:4] == ["※", "12", "5未満"]
    assert [row for row in file if row and row[0] == "家族会"] == [["家族会", "2", "3時間"]]  # online counted
    assert [row for row in file if row and row[0] == "部屋の開室"] == [["部屋の開室", "1", "3時間"]]
    [staff] = [row for row in file if row and row[0] == "この月"]
    assert staff[1:] == ["1人", "2回", "3時間"]
    assert "ひみつの会" not in sheet
    assert "つきみ" not in str(file)
    assert [WORDS] in file

    # the year adds up, and a half-year stands beside it
    year = _file(coordinator, "2025")
    of_months = [int(row[2]) for row in _table(year, "延人数") if row[0].endswith("月") and row[2].isdigit()]
    [of_year] = [row[2] for row in _table(year, "延人数") if row[0] == "年度"]
    assert (len(of_months), of_year) in ((12, str(sum(of_months))), (len(of_months), "※"))
    page = coordinator.open("/desk/figures/")
    page.get_by_role("link", name="半年ごとに くらべる").click()
    expect(page.get_by_role("row", name="2025年度 前半").first).to_be_visible()
    assert [row[2] for row in _table(_file(coordinator, "halves"), "延人数")][-1] == "72"

    page = coordinator.open(NOVEMBER)
    page.get_by_role("link", name="紙に印刷する").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="2025年11月（令和7年）の数")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.locator(".bar")).to_be_hidden()
    paper = page.pdf(prefer_css_page_size=True)
    assert {(round(float(w)), round(float(h))) for w, h in _BOXES.findall(paper)} == {(595, 842)}
    page.emulate_media(media="screen")

    place.tell(_ERASE)
    assert page.goto(place.url + NOVEMBER)
    assert page.locator("main").inner_text() == sheet
    assert _file(coordinator, "2025-11") == file

    # the officer is handed paper: there is no way in
    officer = come()
    officer.forgive("404")
    assert officer.context.request.get(place.url + NOVEMBER).status == 404
    assert WORDS not in officer.read("/about/figures/?period=2025-11")


_BOXES = re.compile(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]")


def _file(coordinator: Guest, period: str) -> list[list[str]]:
    answer = coordinator.context.request.get(f"{coordinator.place.url}/desk/figures/file/?period={period}")
    return list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))


def _table(file: list[list[str]], title: str) -> list[list[str]]:
    """Its lines, without the names of the columns."""
    begins = file.index([title]) + 2
    return file[begins : file.index([], begins)]
