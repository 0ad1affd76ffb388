"""What a reader has missed, and how far back anybody may look."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person, Session
from ibasho.rooms import epoch
from ibasho.rooms.actions import (
    attend,
    leave_room,
    post_messages,
    take_seat,
    turn_sessions,
    withdraw_message,
)
from ibasho.rooms.models import Message, Room, RoomSession, Seat
from ibasho.rooms.queries import (
    Left,
    catch_up,
    changes_between,
    line_facts,
    line_still_allowed,
    live_rooms,
    page_of_words,
    room_with_passphrase,
    rooms_for,
)
from ibasho.rooms.queries.catching_up import forget_readings
from ibasho.rooms.queries.lines import facts_after
from ibasho.rooms.shapes import Line, Posted
from tests.rooms.conftest import Hear, LineFor, OnDuty, VisitorFor

pytestmark = pytest.mark.django_db
FAR = dt.date(2030, 1, 1)


@pytest.fixture
def room(open_room: Any) -> Room:
    made: Room = open_room(keepers_needed=2)
    return made


@pytest.fixture
def mine(room: Room, regular: Person, line_for: LineFor) -> Line:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    return line_for(regular, room)


@pytest.fixture
def theirs(room: Room, other_regular: Person, line_for: LineFor) -> Line:
    take_seat(other_regular, room, mode="observe")
    return line_for(other_regular, room)


def say(line: Line, words_of: Hear, *texts: str) -> list[str]:
    answers = post_messages([words_of(line, text) for text in texts])
    assert all(isinstance(answer, Posted) for answer in answers), answers
    return [answer.message_id for answer in answers if isinstance(answer, Posted)]


def next_session(room: Room, line_for: LineFor) -> RoomSession:
    RoomSession.objects.filter(room=room).update(
        state="closed", closes_at=house_clock.now() - dt.timedelta(minutes=5)
    )
    room.refresh_from_db()
    return RoomSession.objects.create(
        room=room,
        state="open",
        opens_at=house_clock.now(),
        first_position=room.last_position + 1,
        first_seq=room.seq,
    )


def test_without_a_number_nothing_is_missed(mine: Line, words_of: Hear) -> None:
    say(mine, words_of, "ひとつ")
    found = catch_up(mine, epoch=None, since=None)
    assert (found.recovered, found.events, found.seq, found.oldest) == (True, [], 1, 1)
    assert found.epoch == epoch.current()


def test_everything_after_the_number_comes_in_its_order(mine: Line, theirs: Line, words_of: Hear) -> None:
    first, second, third = say(mine, words_of, "1", "2", "3")
    withdraw_message(words_of(mine, verb="withdraw", message=first))
    found = catch_up(theirs, epoch=epoch.current(), since=1)
    assert found.recovered
    assert [(event["type"], event["seq"], event["message"]["id"]) for event in found.events] == [
        ("message_posted", 2, second),
        ("message_posted", 3, third),
        ("message_changed", 4, first),
    ]
    assert "text" not in found.events[-1]["message"]
    assert catch_up(theirs, epoch=epoch.current(), since=4).events == []


@pytest.mark.parametrize("since", [-1, 4, 2**63, 2**70])
def test_a_number_that_cannot_be_is_not_recovered(since: int, mine: Line, words_of: Hear) -> None:
    say(mine, words_of, "1", "2", "3")
    found = catch_up(mine, epoch=epoch.current(), since=since)
    assert (found.recovered, found.events, found.seq) == (False, [], 3)


@pytest.mark.parametrize("other", [None, "", "another.0"])
def test_a_number_of_another_epoch_is_not_recovered(other: str | None, mine: Line) -> None:
    assert catch_up(mine, epoch=other, since=0).recovered is False


def test_too_far_back_is_not_recovered(mine: Line, words_of: Hear) -> None:
    say(mine, words_of, *["x"] * 301)
    assert catch_up(mine, epoch=epoch.current(), since=0).recovered is False
    assert len(catch_up(mine, epoch=epoch.current(), since=1).events) == 300
    Message.objects.update(text="あ" * 1000)
    forget_readings()  # no action changes words without a number
    assert catch_up(mine, epoch=epoch.current(), since=200).recovered is False
    assert catch_up(mine, epoch=epoch.current(), since=280).recovered


def test_changes_of_an_earlier_session_come_without_words(
    room: Room, mine: Line, newcomer: Person, words_of: Hear, line_for: LineFor
) -> None:
    say(mine, words_of, "きのう")
    session = next_session(room, line_for)
    take_seat(newcomer, room, mode="observe")
    theirs = line_for(newcomer, room)
    Message.objects.update(seq=2, edited=True)
    Room.objects.update(seq=2)
    found = catch_up(theirs, epoch=epoch.current(), since=session.first_seq)
    (event,) = found.events
    assert "text" not in event["message"]
    assert event["message"]["call_name"] == "なぎ"
    assert catch_up(theirs, epoch=epoch.current(), since=session.first_seq - 1).recovered is False
    (change,) = changes_between(room.pk, 1)
    assert (change.position, theirs.history_from) == (1, 2)


def test_earlier_sessions_are_read_only_by_those_who_were_there(
    room: Room, mine: Line, newcomer: Person, regular: Person, words_of: Hear, line_for: LineFor
) -> None:
    say(mine, words_of, "きのう")
    next_session(room, line_for)
    take_seat(newcomer, room, mode="speak")
    theirs, ours = line_for(newcomer, room), line_for(regular, room)
    say(theirs, words_of, "きょう")
    assert [row.get("text") for row in page_of_words(theirs)["messages"]] == ["きょう"]
    assert page_of_words(theirs)["more"] is False
    assert page_of_words(theirs, before=2)["messages"] == []
    assert [row.get("text") for row in page_of_words(ours)["messages"]] == ["きょう"]
    assert page_of_words(ours)["more"] is True
    assert [row.get("text") for row in page_of_words(ours, before=2)["messages"]] == ["きのう"]
    assert page_of_words(ours)["oldest"] == 2


def test_a_closed_room_is_read_on_by_those_who_were_there(
    room: Room, mine: Line, regular: Person, other_regular: Person, words_of: Hear, line_for: LineFor
) -> None:
    say(mine, words_of, "さいごに")
    seat = take_seat(other_regular, room, mode="observe")
    seat.attendances.all().delete()
    RoomSession.objects.update(state="closed")
    ours, theirs = line_for(regular, room), line_for(other_regular, room)
    assert (ours.may_read, theirs.may_read) == (True, False)
    assert len(page_of_words(ours)["messages"]) == 1
    assert page_of_words(theirs)["messages"] == []
    assert theirs.history_from == 2


def test_a_page_is_fifty_words_and_says_whether_there_are_more(mine: Line, words_of: Hear) -> None:
    say(mine, words_of, *[str(number) for number in range(1, 61)])
    page = page_of_words(mine)
    assert [row["position"] for row in page["messages"]] == list(range(11, 61))
    assert (page["more"], page["seq"], page["oldest"]) == (True, 60, 1)
    older = page_of_words(mine, before=11)
    assert [row["position"] for row in older["messages"]] == list(range(1, 11))
    assert older["more"] is False
    assert page_of_words(mine, before=2**80)["messages"] == page["messages"]
    assert page_of_words(mine, before=-5)["messages"] == []


def test_a_change_of_the_room_is_caught_up_with(
    clock: Any, on_duty: OnDuty, mine: Line, room: Room, words_of: Hear
) -> None:
    on_duty(room)
    say(mine, words_of, "1")
    RoomSession.objects.update(closes_at=house_clock.now() + dt.timedelta(minutes=10))
    turn_sessions()
    found = catch_up(mine, epoch=epoch.current(), since=1)
    assert [event["type"] for event in found.events] == ["room_changed"]
    assert found.events[0]["room"]["state"] == found.room["state"] == "closing"
    assert found.events[0]["seq"] == found.seq == 2


def test_you_says_what_one_may_do(mine: Line, theirs: Line, regular: Person) -> None:
    assert catch_up(mine, epoch=None, since=None).you == {
        "seat": mine.seat_id,
        "seats": [mine.seat_id],
        "mode": "speak",
        "call_name": "なぎ",
        "may_post": True,
        "waiting": [],
    }
    assert catch_up(theirs, epoch=None, since=None).you.get("why_not") == "observing"
    until = house_clock.now().replace(microsecond=0) + dt.timedelta(hours=1)
    Seat.objects.filter(pk=mine.seat_id).update(resting_until=until)
    you = catch_up(mine, epoch=None, since=None).you
    assert (you["may_post"], you.get("why_not"), you.get("until")) == (
        False,
        "resting",
        house_clock.rfc3339(until),
    )


def test_the_table_tells_where_each_live_room_stands(
    room: Room, open_room: Any, mine: Line, words_of: Hear, django_assert_num_queries: Any
) -> None:
    empty = open_room(keepers_needed=2)
    say(mine, words_of, "1", "2")
    Message.objects.filter(position=1).delete()
    live_rooms([room.pk, empty.pk])
    with django_assert_num_queries(1):
        beats = live_rooms([room.pk, empty.pk])
    assert (beats[room.pk].seq, beats[room.pk].oldest) == (2, 2)
    assert (beats[empty.pk].seq, beats[empty.pk].oldest) == (0, 1)


def _until_full_five() -> dt.timedelta:
    return dt.timedelta(minutes=5) - (
        house_clock.now() - dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    ) % dt.timedelta(minutes=5)


def test_the_crowd_is_counted_in_seats_and_at_most_every_five_minutes(
    clock: Any, room: Room, open_room: Any, mine: Line, words_of: Hear
) -> None:
    from ibasho.people.actions import enter
    from ibasho.rooms.queries import crowd_of
    from ibasho.rooms.queries.beats import forget_crowds

    seat = Seat.objects.get(pk=mine.seat_id)
    session = RoomSession.objects.get()
    for number in range(3):
        other = Seat.objects.create(
            id=f"00000000-0000-4000-8000-00000000000{number}",
            room=room,
            person=enter("person"),
            mode="speak",
            first_entered_at=seat.active_at,
            active_at=seat.active_at,
        )
        assert crowd_of(room.pk) == "quiet"
        Message.objects.create(
            id=other.pk,
            request_id=other.pk,
            room=room,
            session=session,
            seat=other,
            position=number + 1,
            seq=number + 1,
            posted_seq=number + 1,
            text="x",
            at=house_clock.to_minute(house_clock.now()),
        )
    clock.shift(_until_full_five() - dt.timedelta(seconds=1))
    assert crowd_of(room.pk) == "quiet"
    forget_crowds()  # another process, which looks for the first time, says the same
    assert crowd_of(room.pk) == "quiet"
    clock.shift(dt.timedelta(seconds=1))
    assert crowd_of(room.pk) == "some"
    clock.shift(dt.timedelta(minutes=20))
    assert crowd_of(room.pk) == "quiet"


def test_a_line_needs_a_seat_and_the_audience(
    room: Room, regular: Person, parent: Person, open_room: Any, visitor_for: VisitorFor
) -> None:
    for person, slug in ((regular, room.slug), (regular, "nowhere")):
        with pytest.raises(Refusal, match="not_found"):
            line_facts(visitor_for(person), slug)
    away = replace(visitor_for(regular), away=True)
    take_seat(regular, room, mode="observe")
    with pytest.raises(Refusal, match="not_entered"):
        line_facts(away, room.slug)
    theirs = open_room(keepers_needed=2, standpoints=["person"])
    with pytest.raises(Refusal, match="not_found"):
        line_facts(visitor_for(parent), theirs.slug)


def test_a_line_ends_for_its_reason(room: Room, mine: Line, regular: Person) -> None:
    assert line_still_allowed(mine) is None
    later = house_clock.now() + dt.timedelta(days=1)
    Seat.objects.update(removed_until=later)
    assert getattr(line_still_allowed(mine), "code", "") == "removed"
    Person.objects.update(suspended_until=later)
    assert getattr(line_still_allowed(mine), "code", "") == "suspended"
    before, _ = facts_after(0)
    leave_room(regular, room)
    assert isinstance(line_still_allowed(mine), Left)
    assert facts_after(before)[1] == [mine.seat_id]
    Session.objects.update(away=True)
    assert getattr(line_still_allowed(mine), "code", "") == "not_entered"


def test_coming_back_is_noted_once(
    room: Room, mine: Line, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    assert mine.must_arrive is False
    session = next_session(room, line_for)
    back = line_for(regular, room)
    assert back.must_arrive
    attend(back)
    assert session.attendances.count() == 1
    assert line_for(regular, room).must_arrive is False


def test_lists_and_passphrases_keep_to_ones_side(open_room: Any, house: Any) -> None:
    from ibasho.rooms.passphrase import key_of

    shown = open_room(keepers_needed=2, standpoints=["person"])
    secret = open_room(
        keepers_needed=2,
        standpoints=["person"],
        is_listed=False,
        entry="passphrase",
        passphrase_key=key_of("あさがお"),
    )
    assert list(rooms_for("person")) == [shown]
    assert list(rooms_for("parent")) == []
    assert room_with_passphrase("person", "アサガオ") == secret
    assert room_with_passphrase("parent", "あさがお") is None
    assert room_with_passphrase("person", "") is None


def test_readers_who_come_back_together_share_one_reading_of_words(
    mine: Line, theirs: Line, words_of: Hear
) -> None:
    say(mine, words_of, "1", "2", "3")
    first = catch_up(mine, epoch=epoch.current(), since=1)
    with CaptureQueriesContext(connection) as asked:
        second = catch_up(theirs, epoch=epoch.current(), since=1)
        later = catch_up(theirs, epoch=epoch.current(), since=2)
    assert first.events == second.events
    assert [event["seq"] for event in later.events] == [3]
    assert not [query for query in asked.captured_queries if '"rooms_message"."text"' in query["sql"]]


def test_a_reading_is_shared_only_until_the_next_change(mine: Line, theirs: Line, words_of: Hear) -> None:
    first, *_ = say(mine, words_of, "1", "2")
    assert "text" in catch_up(mine, epoch=epoch.current(), since=0).events[0]["message"]
    withdraw_message(words_of(mine, verb="withdraw", message=first))
    events = catch_up(theirs, epoch=epoch.current(), since=0).events
    assert [(event["seq"], "text" in event["message"]) for event in events] == [(2, True), (3, False)]


def test_a_reading_is_shared_only_until_words_end(mine: Line, theirs: Line, words_of: Hear) -> None:
    first, second = say(mine, words_of, "1", "2")
    assert len(catch_up(mine, epoch=epoch.current(), since=0).events) == 2
    Message.objects.filter(pk=first).delete()  # as a purge does, without a number
    events = catch_up(theirs, epoch=epoch.current(), since=0).events
    assert [event["message"]["id"] for event in events] == [second]
