"""What would be forgotten is counted before: who was in a room, and what was told and decided on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ibasho.lib import clock as house_clock
from ibasho.moderation.actions import ask_review, decide_concern, hide, tell_keepers, uphold_act
from ibasho.moderation.actions.forgetting import forget_old_acts
from ibasho.moderation.actions.forgetting_concerns import forget_old_concerns
from ibasho.people.actions import erase, purge_guests
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.reports import own_record
from ibasho.reports.actions import close_due, tally_days, tally_openings
from ibasho.reports.models import Deed, Figure, Opening, RoomVisit, TalliedDay
from ibasho.reports.periods import Period
from ibasho.reports.queries.counting import conduct_in
from ibasho.rooms.actions import purge_words
from ibasho.rooms.models import Attendance, Message, Room, RoomSession, Seat
from tests.moderation.conftest import RULE, letters_to, message, reader, room, say, seat
from tests.reports.conftest import close_on, number, shown
from tests.rooms.conftest import fresh_memory, line_for, visitor_for, words_of

__all__ = ["fresh_memory", "line_for", "message", "reader", "room", "say", "seat", "visitor_for", "words_of"]
pytestmark = pytest.mark.django_db
AFTER = dt.datetime(2026, 11, 22, 14, 30, tzinfo=dt.UTC)  # 23:30: the room closed at 22:02

QUIET = {"entry": "invitation", "is_listed": False, "keepers_needed": 2, "retired_on": "2026-11-22"}


def over(clock: Any, moment: dt.datetime = AFTER) -> None:
    clock.move_to(moment)
    RoomSession.objects.update(state="closed", paused_why="", paused_at=None)


def visits() -> list[tuple[str, bool]]:
    return sorted(RoomVisit.objects.values_list("standpoint", "is_first"))


def test_who_was_there_counts_once_also_who_only_watched(
    room: Room, seat: Seat, reader: Seat, message: Message, clock: Any
) -> None:
    over(clock)
    assert tally_openings() == 1
    assert tally_openings() == 0
    [opening] = Opening.objects.all()
    assert (opening.day, opening.minutes) == (dt.date(2026, 11, 22), 180)
    assert [standpoint for standpoint, _ in visits()] == ["person", "person"], "no keeper is among them"


def test_a_room_that_is_open_or_was_opened_again_is_not_counted_yet(
    room: Room, seat: Seat, message: Message, clock: Any
) -> None:
    assert tally_openings() == 0
    over(clock, AFTER - dt.timedelta(minutes=40))
    assert tally_openings() == 0


def test_rooms_to_try_and_quiet_rooms_are_nobodys_business(
    trial_room: Room, regular: Person, seat_for: Any, clock: Any
) -> None:
    seat_for(regular, trial_room)
    over(clock)
    RoomSession.objects.update(closes_at=AFTER - dt.timedelta(hours=2))
    assert tally_openings() == 0
    erase(regular)
    assert not RoomVisit.objects.exists()


def test_who_is_erased_before_counts_all_the_same(
    room: Room, seat: Seat, message: Message, regular: Person, clock: Any
) -> None:
    erase(regular)
    assert len(visits()) == 1
    over(clock)
    tally_openings()
    assert len(visits()) == 1


def test_the_count_outlasts_the_words_and_the_session(
    room: Room, seat: Seat, message: Message, clock: Any
) -> None:
    over(clock)
    tally_openings()
    clock.move_to(AFTER + dt.timedelta(days=15))
    purge_words()
    assert not RoomSession.objects.filter(room=room).exists()
    assert close_on(clock, "2026-12-08") == ["2026-11"]
    assert number("2026-11", "sessions", "room") == 1
    assert shown("2026-11", "回数と時間", "部屋の開室") == ["1", "3時間"]
    assert number("2026-11", "total", "person") == 1


def test_what_can_be_found_by_a_mark_stands_in_ones_record_until_the_year_is_closed(
    room: Room, seat: Seat, message: Message, regular: Person, other_regular: Person, clock: Any
) -> None:
    over(clock)
    tally_openings()
    [section] = own_record.sections(regular)
    assert section.rows == [("2026年11月の部屋", "1回")]
    erase(regular)
    assert len(visits()) == 1
    close_on(clock, "2026-12-08")
    RoomVisit.objects.all().delete()
    assert own_record.sections(other_regular) == []


def test_a_closed_month_keeps_no_day_of_anybody(room: Room, seat: Seat, message: Message, clock: Any) -> None:
    over(clock)
    tally_openings()
    mark = RoomVisit.objects.first()
    assert mark is not None
    for day in (24, 24, 27):
        RoomVisit.objects.create(
            day=dt.date(2026, 11, day), standpoint="person", is_first=False, who=mark.who, session=None
        )
    close_on(clock, "2026-12-08")
    days = sorted(visit.day.day for visit in RoomVisit.objects.filter(who=mark.who))
    assert days == [1, 2, 2, 2]
    assert not RoomVisit.objects.filter(session__isnull=False).exists()


def test_who_entered_this_year_is_new_the_first_time_only(
    room: Room, seat: Seat, message: Message, regular: Person, clock: Any
) -> None:
    over(clock)
    tally_openings()
    is_new = regular.entered_on >= dt.date(2026, 4, 1)
    assert visits() == [("person", is_new)]
    RoomVisit.objects.update(is_first=True)
    first = RoomVisit.objects.get()
    RoomVisit.objects.create(
        day=dt.date(2026, 11, 29), standpoint="person", is_first=True, who=first.who, session=None
    )
    close_on(clock, "2026-12-08")
    assert [number("2026-11", what, "person") for what in ("total", "unique", "new")] == [2, 1, 1]


def test_a_day_is_written_down_once_it_is_over_and_outlasts_what_was_told(
    room: Room,
    message: Message,
    other_regular: Person,
    reader: Seat,
    keeper: KeeperFacts,
    clock: Any,
) -> None:
    concern, _ = tell_keepers(other_regular, room, message.pk, reason="harm")
    clock.shift(dt.timedelta(minutes=12))
    decide_concern(keeper, concern.pk, outcome="spoken", seen=concern.pk)
    tally_days()
    assert not Deed.objects.exists()
    clock.shift(dt.timedelta(days=1))
    tally_days()
    tally_days()
    assert list(Deed.objects.values_list("what", "of", "minutes")) == [
        ("told", "harm", None),
        ("decided", "spoken", 12),
    ]
    over(clock, AFTER + dt.timedelta(days=1))
    tally_openings()
    clock.shift(dt.timedelta(days=40))
    forget_old_concerns()
    for _ in range(2):
        clock.shift(dt.timedelta(days=1))
        tally_days()
    assert TalliedDay.objects.count() > 40
    close_on(clock, "2027-01-08")
    assert (number("2026-11", "told"), number("2026-11", "decided", "spoken")) == (1, 1)
    assert shown("2026-11", "スタッフに知らせる", "合計") == ["※"]
    assert shown("2026-11", "かかった時間（まんなかの値）", "知らせを確かめるまで") == ["—"]


def test_acts_and_second_looks_are_counted_from_what_stays(
    room: Room, message: Message, regular: Person, keeper: KeeperFacts, steward: KeeperFacts, clock: Any
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE)
    review = ask_review(letters_to(regular)[0]["act"])
    clock.shift(dt.timedelta(hours=3))
    uphold_act(steward, review.pk, rule=RULE)
    clock.shift(dt.timedelta(days=2))
    tally_days()
    over(clock, AFTER + dt.timedelta(days=2))
    tally_openings()
    clock.shift(dt.timedelta(days=40))
    forget_old_acts()
    close_on(clock, "2027-01-08")
    assert (number("2026-11", "acts", "hide"), number("2026-11", "reviewed", "upheld")) == (1, 1)


def test_a_month_waits_until_its_days_and_sessions_are_written_down(
    room: Room, seat: Seat, message: Message, clock: Any
) -> None:
    over(clock)
    assert close_on(clock, "2026-12-08") == []
    tally_openings()
    assert close_on(clock, "2026-12-09") == ["2026-11"]
    TalliedDay.objects.filter(day="2026-12-12").delete()
    clock.move_to(dt.datetime(2027, 1, 9, tzinfo=dt.UTC))
    assert close_due() == []


def test_a_clock_that_is_years_ahead_closes_nothing_and_stops_nothing(
    room: Room, seat: Seat, message: Message, clock: Any
) -> None:
    over(clock)
    tally_openings()
    tally_days()
    last = TalliedDay.objects.latest("day").day
    clock.move_to(dt.datetime(2028, 6, 20, 3, tzinfo=dt.UTC))
    for _ in range(2):
        tally_days()
        assert close_due() == []
    assert TalliedDay.objects.latest("day").day == last
    clock.move_to(AFTER + dt.timedelta(days=1))
    tally_days()
    assert TalliedDay.objects.latest("day").day == dt.date(2026, 11, 22)
    assert close_on(clock, "2026-12-08") == ["2026-11"]


def test_a_house_that_slept_for_a_year_believes_its_clock_on_the_second_day(
    room: Room, seat: Seat, message: Message, clock: Any
) -> None:
    over(clock)
    tally_openings()
    tally_days()
    clock.move_to(dt.datetime(2027, 11, 20, 3, tzinfo=dt.UTC))
    tally_days()
    assert close_due() == []
    clock.shift(dt.timedelta(days=1))
    tally_days()
    assert [str(period) for period in close_due(1)] == ["2026-11"]


def test_a_day_in_the_future_does_not_stop_the_tally(house: object, clock: Any) -> None:
    tally_days()
    TalliedDay.objects.create(day=dt.date(2028, 6, 19))
    clock.shift(dt.timedelta(days=1))
    tally_days()
    assert TalliedDay.objects.filter(day=house_clock.today() - dt.timedelta(days=1)).exists()


def test_a_guest_who_goes_before_the_room_is_counted_counts_all_the_same(
    room: Room, seat: Seat, message: Message, newcomer: Person, seat_for: Any, clock: Any
) -> None:
    seat_for(newcomer, room)
    assert newcomer.phrase_hash is None
    over(clock, dt.datetime(2026, 11, 29, 15, 30, tzinfo=dt.UTC))
    newcomer.sessions.all().delete()
    Person.objects.filter(pk=newcomer.pk).update(last_seen_on=dt.date(2026, 11, 22))
    purge_guests()
    assert not Person.objects.filter(pk=newcomer.pk).exists()
    tally_openings()
    assert len(visits()) == 2


def test_a_full_room_asks_for_the_key_of_the_year_once(
    room: Room, seat: Seat, message: Message, seat_for: Any, clock: Any
) -> None:
    def asked() -> int:
        RoomVisit.objects.all().delete()
        Opening.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            assert tally_openings() == 1
        return len(queries)

    for _ in range(5):
        person = Person.objects.create(
            standpoint="person", entered_on="2026-11-01", last_seen_on="2026-11-22"
        )
        seat_for(person, room)
    over(clock)
    asked()
    many = asked()
    assert len(visits()) > 5
    Attendance.objects.exclude(seat=seat).delete()
    assert asked() == many
    assert len(visits()) == 1


@pytest.mark.parametrize("change", [{"is_trial": True}, QUIET])
def test_what_is_told_in_rooms_that_are_not_counted_is_not_counted(
    room: Room, message: Message, other_regular: Person, reader: Seat, clock: Any, change: dict[str, Any]
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="harm")
    Room.objects.filter(pk=room.pk).update(**change)
    clock.shift(dt.timedelta(days=1))
    tally_days()
    assert not Deed.objects.exists()


@pytest.mark.parametrize("change", [{"is_trial": True}, QUIET])
def test_acts_in_rooms_that_are_not_counted_are_not_counted(
    room: Room, message: Message, keeper: KeeperFacts, clock: Any, change: dict[str, Any]
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE)
    Room.objects.filter(pk=room.pk).update(**change)
    assert conduct_in(Period.month(house_clock.today()))["acts", "hide"] == 0


def test_the_middle_of_the_times_is_told_from_five_on(house: object, clock: Any) -> None:
    for minutes in (10, 20, 30, 40, 6000):
        Deed.objects.create(day=dt.date(2026, 11, 10), what="decided", of="kept", minutes=minutes)
    close_on(clock, "2026-12-08")
    assert shown("2026-11", "かかった時間（まんなかの値）", "知らせを確かめるまで") == ["30分"]
    assert Figure.objects.get(what="decided_minutes").number == 30
