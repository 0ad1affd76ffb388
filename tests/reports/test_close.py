"""まとめる: once, on its day, the same for ever, and without anybody in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from ibasho.duty.models import Shift
from ibasho.events.actions import answer_card, tick
from ibasho.events.models import AfterCard, CountingKey, EventShift, SignUp, Visit
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.reports.actions import close_due
from ibasho.reports.models import Figure, Report, RoomVisit
from ibasho.reports.periods import Period
from ibasho.reports.queries.reading import next_closing, sheet_of
from ibasho.reports.suppression import suppress
from ibasho.rooms.actions import take_duty
from ibasho.rooms.models import Room
from tests.events.conftest import new_meeting, signed
from tests.reports.conftest import HeldOn, close_on, number, shown

pytestmark = pytest.mark.django_db


def everything(period: str) -> list[tuple[str, str, int, str]]:
    found = Period.parse(period)
    assert found is not None
    figures = Figure.objects.filter(report__begins=found.begins, report__ends=found.ends)
    return list(figures.order_by("what", "of").values_list("what", "of", "number", "mark"))


def test_a_month_is_closed_on_the_eighth_and_only_once(held_on: HeldOn, clock: Any) -> None:
    held_on("2026-11-14", parent=6)
    assert close_on(clock, "2026-12-07") == []
    assert close_on(clock, "2026-12-08") == ["2026-11"]
    before = everything("2026-11")
    assert close_on(clock, "2026-12-09") == []
    assert everything("2026-11") == before
    assert next_closing() == (Period.month(dt.date(2026, 12, 1)), dt.date(2027, 1, 8))


def test_the_first_month_that_comes_is_the_first_in_which_there_was_something(
    held_on: HeldOn, clock: Any
) -> None:
    held_on("2026-11-28", parent=6)
    clock.move_to(dt.datetime(2026, 12, 2, tzinfo=dt.UTC))
    assert next_closing() == (Period.month(dt.date(2026, 11, 1)), dt.date(2026, 12, 8))


def test_a_house_without_anything_closes_nothing(house: object, clock: Any) -> None:
    assert close_on(clock, "2027-05-01") == []
    assert not Report.objects.exists()


def test_whoever_was_away_closes_all_that_is_due_in_order(held_on: HeldOn, clock: Any) -> None:
    held_on("2027-02-13", parent=6)
    assert close_on(clock, "2027-05-10") == ["2027-02", "2027-03", "2026", "2027-04"]
    assert number("2027-03", "total") == 0


def test_the_three_numbers_are_those_of_the_definitions(
    held_on: HeldOn, clock: Any, parent: Person, sibling: Person
) -> None:
    held_on("2026-11-07", parent=5, first=2, who=[parent, sibling])
    held_on("2026-11-21", parent=6, first=1, who=[parent])
    close_on(clock, "2026-12-08")
    assert [number("2026-11", what, "parent") for what in ("total", "unique", "new")] == [13, 12, 3]
    assert [number("2026-11", what, "sibling") for what in ("total", "unique", "new")] == [1, 1, 0]
    assert [number("2026-11", what) for what in ("total", "unique", "new")] == [14, 13, 3]


def test_who_comes_in_several_months_is_one_in_the_year(held_on: HeldOn, clock: Any, parent: Person) -> None:
    for day in ("2026-12-12", "2027-01-09", "2027-02-13"):
        held_on(day, parent=6, who=[parent])
    close_on(clock, "2027-04-08")
    assert [number(month, "unique") for month in ("2026-12", "2027-01", "2027-02")] == [7, 7, 7]
    assert (number("2026", "total"), number("2026", "unique")) == (21, 19)


def test_nobody_is_new_twice_in_a_year(house: object, clock: Any, parent: Person) -> None:
    for day in ("2026-12-12", "2027-01-09"):
        starts = dt.datetime.fromisoformat(f"{day}T13:30+09:00")
        clock.move_to(starts)
        event = new_meeting(starts=starts)
        row = signed(event, person=parent, ties_person=True, is_first=True).sign_up
        tick(event.pk, row.pk)
    close_on(clock, "2027-02-08")
    assert [number(month, "new") for month in ("2026-12", "2027-01")] == [1, 0]


def test_a_party_counts_all_who_came(house: object, clock: Any, parent: Person) -> None:
    for day, people in (("2026-12-12", 3), ("2026-12-19", 2)):
        starts = dt.datetime.fromisoformat(f"{day}T13:30+09:00")
        clock.move_to(starts)
        event = new_meeting(starts=starts, most_party=4)
        row = signed(event, person=parent, ties_person=True, party=3).sign_up
        tick(event.pk, row.pk, people=people)
    close_on(clock, "2027-01-08")
    assert (number("2026-12", "total"), number("2026-12", "unique")) == (5, 3)


def test_erasing_changes_no_number_neither_before_nor_after(
    held_on: HeldOn, clock: Any, parent: Person, sibling: Person
) -> None:
    held_on("2026-12-12", parent=6, who=[parent, sibling])
    held_on("2026-12-19", parent=6, who=[parent, sibling])
    erase(sibling)
    close_on(clock, "2027-01-08")
    assert (number("2026-12", "total"), number("2026-12", "unique")) == (16, 14)
    before = everything("2026-12")
    erase(parent)
    SignUp.objects.all().delete()
    close_on(clock, "2027-04-08")
    assert everything("2026-12") == before
    assert number("2026", "unique") == 14


def test_with_the_year_go_the_visits_and_the_key(held_on: HeldOn, clock: Any, parent: Person) -> None:
    held_on("2027-03-13", parent=6, who=[parent])
    held_on("2027-04-03", parent=6, who=[parent])
    close_on(clock, "2027-04-07")
    assert CountingKey.objects.count() == 2
    assert close_on(clock, "2027-04-08") == ["2027-03", "2026"]
    assert {visit.event.starts.month for visit in Visit.objects.all()} == {4}
    assert [key.fiscal_year for key in CountingKey.objects.all()] == [2027]


def test_the_months_add_up_to_the_year(held_on: HeldOn, clock: Any) -> None:
    held_on("2026-12-12", parent=7, sibling=2, first=1)
    held_on("2027-02-13", parent=6, person=5)
    close_on(clock, "2027-04-08")
    months = [f"2026-{m:02d}" for m in (12,)] + [f"2027-{m:02d}" for m in (1, 2, 3)]
    for what in ("total", "new", "sessions", "minutes", "duties"):
        assert number("2026", what) == sum(number(month, what) for month in months)
    assert shown("2026", "回数と時間", "家族会") == ["2", "3時間"]


def test_what_is_small_is_not_shown_and_neither_is_what_would_tell_it(held_on: HeldOn, clock: Any) -> None:
    held_on("2026-12-12", parent=7, sibling=2)
    close_on(clock, "2027-01-08")
    assert shown("2026-12", "来た方", "延人数") == ["0", "※", "5未満", "0", "0", "0", "9"]


def test_a_year_does_not_tell_what_its_months_hid(held_on: HeldOn, clock: Any) -> None:
    held_on("2026-12-12", parent=7, sibling=2, person=8)
    held_on("2027-01-09", parent=7, sibling=6, person=8)
    close_on(clock, "2027-04-08")
    assert shown("2026", "延人数", "12月") == ["8", "※", "5未満", "0", "0", "0", "17"]
    assert shown("2026", "延人数", "1月") == ["8", "7", "6", "0", "0", "0", "21"]
    assert shown("2026", "延人数", "年度") == ["16", "※", "※", "0", "0", "0", "38"]


def test_what_is_called_off_or_a_draft_is_no_meeting(held_on: HeldOn, clock: Any) -> None:
    held_on("2026-12-12", parent=6)
    starts = dt.datetime.fromisoformat("2026-12-13T13:30+09:00")
    new_meeting(starts=starts, is_published=False)
    new_meeting(starts=starts, called_off_at=starts)
    close_on(clock, "2027-01-08")
    assert number("2026-12", "sessions", "family_meeting") == 1


def test_a_meeting_over_the_end_of_the_year_counts_where_it_began(house: object, clock: Any) -> None:
    starts = dt.datetime.fromisoformat("2027-03-31T23:30+09:00")
    clock.move_to(starts)
    event = new_meeting(starts=starts)
    for _ in range(6):
        tick(event.pk, signed(event).sign_up.pk)
    close_on(clock, "2027-05-08")
    assert (number("2027-03", "total"), number("2027-04", "total")) == (6, 0)


def test_keepers_are_counted_apart(
    held_on: HeldOn, clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts, trial_room: Room
) -> None:
    event = held_on("2026-12-12", parent=6)
    called_off = new_meeting(starts=event.starts, called_off_at=event.starts)
    for meeting in (event, called_off):
        shift = Shift.objects.create(
            keeper_id=keeper.keeper_id, starts=meeting.starts, ends=meeting.ends, planned_by=None
        )
        EventShift.objects.create(event=meeting, shift=shift)
    until = dt.datetime.fromisoformat("2026-12-12T15:30+09:00")
    for each in (keeper, second_keeper):
        take_duty(each, slugs=[trial_room.slug], until=until)
    close_on(clock, "2027-01-08")
    assert shown("2026-12", "スタッフ", "この月") == [
        "2人",
        "2回",
        "4時間",
    ]  # who facilitates while on duty is there once
    assert sheet_of(Period.month(dt.date(2026, 12, 1)), with_keepers=False) is not None
    assert not RoomVisit.objects.exists()


def test_how_many_first_timers_came_again_is_said_of_many_only(house: object, clock: Any) -> None:
    people = [
        Person.objects.create(standpoint="parent", entered_on="2026-12-01", last_seen_on="2026-12-01")
        for _ in range(12)
    ]
    for day, who in (("2026-12-12", people), ("2027-01-09", people[:5])):
        starts = dt.datetime.fromisoformat(f"{day}T13:30+09:00")
        clock.move_to(starts)
        event = new_meeting(starts=starts)
        for person in who:
            row = signed(event, person=person, ties_person=True, is_first=day.endswith("12")).sign_up
            tick(event.pk, row.pk)
        for _ in range(6):
            tick(event.pk, signed(event, is_first=True).sign_up.pk)
    close_on(clock, "2027-04-08")
    assert number("2026", "returned_percent") == 42


@pytest.mark.parametrize("again", [4, 8])
def test_of_a_few_it_is_not_said_who_came_again(house: object, clock: Any, again: int) -> None:
    people = [
        Person.objects.create(standpoint="parent", entered_on="2026-12-01", last_seen_on="2026-12-01")
        for _ in range(12)
    ]
    for day, who in (("2026-12-12", people), ("2027-01-09", people[:again])):
        starts = dt.datetime.fromisoformat(f"{day}T13:30+09:00")
        clock.move_to(starts)
        event = new_meeting(starts=starts)
        for person in who:
            tick(event.pk, signed(event, person=person, ties_person=True, is_first=True).sign_up.pk)
    close_on(clock, "2027-04-08")
    assert Figure.objects.filter(what="returned_percent").exists() is (
        again == 8 and len(people) - again >= 5
    )


def twelve_months(held_on: HeldOn) -> None:
    for month in range(12):
        year, of_year = divmod(2026 * 12 + 3 + month, 12)
        held_on(f"{year}-{of_year + 1:02d}-12", parent=1 + month % 4, sibling=2, person=1, supporter=3)


def test_a_year_of_small_months_is_written_in_one_short_breath(
    held_on: HeldOn, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that takes long is done while others may write."""
    twelve_months(held_on)
    inside: list[bool] = []

    def looked(*args: Any, **kwargs: Any) -> Any:
        inside.append(len(connection.savepoint_ids) > depth)
        return suppress(*args, **kwargs)

    depth = len(connection.savepoint_ids)
    monkeypatch.setattr("ibasho.reports.actions.closing.suppress", looked)
    assert len(close_on(clock, "2027-04-08")) == 12
    assert [str(period) for period in close_due()] == ["2026"]
    assert len(inside) == 13 * 6
    assert not any(inside)
    assert number("2026", "total") == sum(1 + month % 4 + 6 for month in range(12))
    assert shown("2026", "延人数", "年度")[-1] != "※"


def test_what_changes_while_a_month_is_counted_is_counted(
    held_on: HeldOn, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = held_on("2026-12-12", parent=6)
    late = [{"event": event, "standpoint": "parent", "who": "-late"}]

    def slowly(*args: Any, **kwargs: Any) -> Any:
        if late:
            Visit.objects.create(**late.pop())
        return suppress(*args, **kwargs)

    monkeypatch.setattr("ibasho.reports.actions.closing.suppress", slowly)
    assert close_on(clock, "2027-01-08") == ["2026-12"]
    assert number("2026-12", "total") == 7


CARDS = "集まりのあとのカード（いて、だいじょうぶでしたか）"


def said(held_on: HeldOn, clock: Any, day: str, **answers: int) -> None:
    """A meeting of that day, and what was said after it."""
    event = held_on(day, parent=sum(answers.values()))
    clock.move_to(event.ends)
    rows = iter(event.sign_ups.all())
    for answer, many in answers.items():
        for _ in range(many):
            answer_card(next(rows).pk, answer)


def cards_of(period: str) -> list[str]:
    return [shown(period, CARDS, label)[0] for label in (*AfterCard.Answer.labels, "合計")]


def test_cards_are_one_sum_of_all_meetings_of_a_month_and_nothing_of_them_stays(
    held_on: HeldOn, clock: Any
) -> None:
    said(held_on, clock, "2026-12-05", well=4)
    said(held_on, clock, "2026-12-12", well=3, tired=8)
    close_on(clock, "2027-01-08")
    assert cards_of("2026-12") == ["7", "8", "0", "15"]
    assert not AfterCard.objects.exists()


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ({"well": 3, "uneasy": 2}, ["5未満", "0", "5未満", "5"]),
        ({"well": 9, "uneasy": 1}, ["※", "0", "5未満", "10"]),
        ({"well": 10, "tired": 8, "uneasy": 2}, ["10", "※", "5未満", "20"]),
    ],
)
def test_an_answer_of_fewer_than_five_is_not_shown_nor_what_would_tell_it(
    held_on: HeldOn, clock: Any, answers: dict[str, int], seen: list[str]
) -> None:
    said(held_on, clock, "2026-12-12", **answers)
    close_on(clock, "2027-01-08")
    assert cards_of("2026-12") == seen


@pytest.mark.parametrize("answers", [{}, {"well": 4}, {"well": 2, "uneasy": 2}])
def test_of_fewer_than_five_answers_nothing_is_shown(
    held_on: HeldOn, clock: Any, answers: dict[str, int]
) -> None:
    said(held_on, clock, "2026-12-12", **answers)
    close_on(clock, "2027-01-08")
    assert number("2026-12", "cards") == 0  # what waits for others is never written
    sheet = sheet_of(Period.month(dt.date(2026, 12, 1)), with_keepers=True)
    assert sheet is not None
    assert CARDS not in [table.title for table in sheet.tables]


def test_cards_of_a_year_do_not_tell_those_of_a_month(held_on: HeldOn, clock: Any) -> None:
    said(held_on, clock, "2026-12-12", well=8, uneasy=2)
    said(held_on, clock, "2027-01-09", well=9, uneasy=6)
    close_on(clock, "2027-04-08")
    assert cards_of("2027-01") == ["9", "0", "6", "15"]
    assert cards_of("2026-12") == ["※", "0", "5未満", "10"]
    assert cards_of("2026")[2] == "※"
    assert number("2026", "cards", "uneasy") == 8


def test_what_people_said_after_meetings_is_for_staff_alone(held_on: HeldOn, clock: Any) -> None:
    said(held_on, clock, "2026-12-12", well=7)
    close_on(clock, "2027-01-08")
    month = Period.parse("2026-12")
    assert month is not None
    sheets = {is_staff: sheet_of(month, with_keepers=is_staff) for is_staff in (True, False)}
    titles = {key: [table.title for table in sheet.tables] for key, sheet in sheets.items() if sheet}
    assert (CARDS in titles[True], CARDS in titles[False]) == (True, False)
