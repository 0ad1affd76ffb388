"""来た方のしるし: once for each party, undone without a trace, and knowing nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from ibasho.events.actions import tick, tick_unannounced, tie, untick, untie, withdraw
from ibasho.events.counting_days import counted_on
from ibasho.events.models import CountingKey, Visit
from ibasho.events.own_record import sections
from ibasho.lib.clock import fiscal_year
from ibasho.people.actions import choose_standpoint, erase
from ibasho.people.models import Person
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, replan, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DURING = SATURDAY + dt.timedelta(minutes=10)


@pytest.fixture(autouse=True)
def during(clock: Any) -> None:
    """Most of it happens at the meeting; who signs up late is welcome too."""
    clock.move_to(DURING)


def test_a_second_tick_is_the_same_visit(meeting: Meeting, sign: Sign) -> None:
    event = meeting()
    row = sign(event, is_first=True)
    first, again = tick(event.pk, row.pk), tick(event.pk, row.pk)
    assert first == again
    visit = Visit.objects.get()
    assert (visit.standpoint, visit.is_first, visit.people) == ("parent", True, 1)


def test_it_counts_as_many_as_have_seats_or_as_many_as_came(meeting: Meeting, sign: Sign) -> None:
    event = meeting(most_party=4, capacity=10)
    row = sign(event, party=3)
    assert tick(event.pk, row.pk).people == 3
    assert tick(event.pk, row.pk, people=2).people == 2
    assert tick(event.pk, row.pk).people == 2
    assert [refused(tick, event.pk, row.pk, people=many) for many in (0, 4)] == ["malformed"] * 2


def test_who_waited_and_came_all_the_same_is_counted(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    _, waits = sign(event), sign(event)
    assert tick(event.pk, waits.pk).people == 1


def test_it_is_undone_and_may_be_done_again(meeting: Meeting, sign: Sign) -> None:
    event = meeting()
    row = sign(event)
    visit = tick(event.pk, row.pk)
    untick(meeting().pk, visit.pk)
    assert Visit.objects.count() == 1, "the page of another meeting reaches it not"
    untick(event.pk, visit.pk)
    untick(event.pk, visit.pk)
    assert not Visit.objects.exists()
    assert tick(event.pk, row.pk).people == 1


def test_who_had_not_signed_up_is_counted_once_a_form(meeting: Meeting) -> None:
    event = meeting(standpoints=["sibling"])
    form = uuid4()
    for _ in range(2):
        visit = tick_unannounced(event.pk, form, standpoint="sibling", is_first=True)
    assert Visit.objects.get() == visit
    assert (visit.sign_up, visit.is_first) == (None, True)
    assert refused(tick_unannounced, event.pk, form, standpoint="sibling", is_first=False) == "id_reused"
    assert refused(tick_unannounced, event.pk, uuid4(), standpoint="parent", is_first=False) == "malformed"


def test_nobody_is_counted_before_the_doors_open_nor_after_the_month_was(
    meeting: Meeting, sign: Sign, clock: Any
) -> None:
    event = meeting()
    row = sign(event)
    clock.move_to(SATURDAY - dt.timedelta(minutes=31))
    assert refused(tick, event.pk, row.pk) == "asked"
    clock.move_to(SATURDAY - dt.timedelta(minutes=30))
    visit = tick(event.pk, row.pk)
    clock.move_to(dt.datetime(2026, 12, 7, 14, 59, tzinfo=dt.UTC))  # 23:59 in Tokyo
    assert tick(event.pk, row.pk) == visit
    clock.move_to(dt.datetime(2026, 12, 7, 15, 0, tzinfo=dt.UTC))
    assert refused(tick, event.pk, row.pk) == "asked"
    assert refused(untick, event.pk, visit.pk) == "asked"


def test_what_is_called_off_a_draft_or_withdrawn_has_no_visits(meeting: Meeting, sign: Sign) -> None:
    event, draft = meeting(), meeting(is_published=False)
    row, gone = sign(event), sign(event)
    withdraw(gone.pk)
    assert refused(tick, event.pk, gone.pk) == "asked"
    assert refused(tick, meeting().pk, row.pk) == "not_found"
    assert refused(tick, draft.pk, row.pk) == "not_found"
    replan(event, called_off_at=DURING)
    assert refused(tick, event.pk, row.pk) == "asked"


def test_the_same_person_is_known_again_within_the_year_and_standpoint_only(
    meeting: Meeting, parent: Person, clock: Any
) -> None:
    days = [SATURDAY, SATURDAY + dt.timedelta(days=7), SATURDAY + dt.timedelta(days=200)]
    marks = []
    for starts in days:
        clock.move_to(starts)
        event = meeting(starts=starts)
        row = signed(event, person=parent, ties_person=True).sign_up
        marks.append(tick(event.pk, row.pk).who)
    as_sibling = signed(event, person=parent, ties_person=True, standpoint="sibling").sign_up
    marks.append(tick(event.pk, as_sibling.pk).who)
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3
    assert [fiscal_year(day.date()) for day in days] == [2026, 2026, 2027]
    assert set(CountingKey.objects.values_list("fiscal_year", flat=True)) == {2026, 2027}


def test_without_the_years_key_no_mark_is_made_again(meeting: Meeting, parent: Person) -> None:
    event, other = meeting(), meeting()
    rows = [signed(each, person=parent, ties_person=True).sign_up for each in (event, other)]
    before = tick(event.pk, rows[0].pk).who
    CountingKey.objects.all().delete()
    assert tick(other.pk, rows[1].pk).who != before


def test_whose_sign_up_is_tied_to_nobody_is_nobody_else(meeting: Meeting, sign: Sign) -> None:
    event = meeting()
    assert len({tick(event.pk, sign(event).pk).who for _ in range(3)}) == 3


def test_tying_and_untying_later_is_counted_so(meeting: Meeting, sign: Sign, parent: Person) -> None:
    event, other = meeting(), meeting()
    mine = tick(other.pk, signed(other, person=parent, ties_person=True).sign_up.pk).who
    row = sign(event)
    visit = tick(event.pk, row.pk)
    tie(row.pk, parent)
    visit.refresh_from_db()
    assert visit.who == mine
    untie(row.pk)
    visit.refresh_from_db()
    assert visit.who != mine


def test_crossing_the_wall_leaves_no_thread_to_the_other_side(meeting: Meeting, parent: Person) -> None:
    event = meeting(standpoints=["parent"])
    visit = tick(event.pk, signed(event, person=parent, ties_person=True).sign_up.pk)
    before = visit.who
    choose_standpoint(parent, standpoint="person")
    visit.refresh_from_db()
    assert visit.who != before


def test_erasing_leaves_the_number_and_nothing_that_leads_back(meeting: Meeting, parent: Person) -> None:
    event = meeting()
    visit = tick(event.pk, signed(event, person=parent, ties_person=True, is_first=True).sign_up.pk)
    erase(parent)
    kept = Visit.objects.get()
    assert (kept.sign_up_id, kept.standpoint, kept.is_first, kept.who) == (None, "parent", True, visit.who)


def test_my_record_says_that_i_was_there(meeting: Meeting, parent: Person) -> None:
    event = meeting(most_party=2, capacity=5)
    row = signed(event, person=parent, ties_person=True, party=2).sign_up
    tick(event.pk, row.pk)
    (section,) = sections(parent)
    assert "来た人の数：2人" in [line for _, line in section.apart]


def test_a_month_is_counted_on_the_eighth_of_the_next() -> None:
    assert counted_on(dt.date(2026, 1, 31)) == dt.date(2026, 2, 8)
    assert counted_on(dt.date(2026, 12, 1)) == dt.date(2027, 1, 8)
    assert counted_on(dt.date(2028, 2, 29)) == dt.date(2028, 3, 8)
