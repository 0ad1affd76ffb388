"""集まりの部屋: made with its meeting, kept like it, and a door for those who joined and for nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from ibasho.duty.models import Shift
from ibasho.events.actions import (
    admit,
    answer_offer,
    forget_sign_ups,
    keep_meeting_rooms,
    plan_facilitator,
    refer,
    untie_over_the_wall,
    withdraw,
)
from ibasho.events.models import Admission, Event, EventAudience, MeetingRoom, SignUp, Visit
from ibasho.lib import clock as house_clock
from ibasho.lib.codes import code_from
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.people.queries.visitors import visitor_of
from ibasho.rooms import hygiene
from ibasho.rooms.actions import (
    close_room,
    leave_room,
    open_room,
    post_messages,
    purge_words,
    take_duty,
    turn_sessions,
)
from ibasho.rooms.models import Room, RoomSession, RoomShift, Seat
from ibasho.rooms.queries import own_line, rooms_now
from ibasho.rooms.queries.rooms import public_rooms, rooms_for, rooms_of_the_house, shortest_retention
from ibasho.rooms.queries.roster import roster
from ibasho.rooms.shapes import Posted
from tests.conftest import EnterAs, KeeperClient, SeatFor
from tests.events.conftest import SATURDAY, Meeting, refused, replan, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JSON = {"accept": "application/json"}
DURING = SATURDAY + dt.timedelta(minutes=5)


def room_of(event: Event) -> Room:
    return Room.objects.get(pk=MeetingRoom.objects.get(event=event).room_id)


def state(event: Event) -> str:
    session = RoomSession.objects.filter(room=room_of(event)).exclude(state="closed").first()
    return session.state if session else "closed"


def come_to(clock: Any, moment: dt.datetime) -> None:
    """Time goes by, and due work is done."""
    clock.move_to(moment)
    keep_meeting_rooms()
    turn_sessions()


def keep(event: Event, *keepers: KeeperFacts) -> None:
    for one in keepers:
        take_duty(one, slugs=[room_of(event).slug], until=house_clock.now() + dt.timedelta(hours=3))


def say(browser: Client, room: Room, text: str) -> None:
    """Words on their way, as the post office has them."""
    visitor = visitor_of(browser.cookies["sessionid"].value)
    assert visitor is not None
    words = hygiene.hear(own_line(visitor, room.slug), "post", {"id": str(uuid4()), "text": text})
    [answer] = post_messages([words])
    assert isinstance(answer, Posted), answer


@pytest.fixture
def event(meeting: Meeting) -> Event:
    """A meeting on Saturday for families, with its room."""
    made = meeting(standpoints=["parent", "sibling"])
    keep_meeting_rooms()
    return made


@pytest.fixture
def joined(event: Event, parent: Person) -> SignUp:
    return signed(event, person=parent, call_name="あじさい").sign_up


@pytest.fixture
def open_event(
    event: Event, joined: SignUp, clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> Event:
    """It is five minutes after the start, and two keepers are there."""
    come_to(clock, DURING)
    keep(event, keeper, second_keeper)
    assert state(event) == "open"
    return event


def test_a_meeting_that_is_shown_has_one_room_and_a_draft_or_one_at_a_place_has_none(
    meeting: Meeting, event: Event, clock: Any
) -> None:
    meeting(is_published=False)
    meeting(way="place", place="公民館")
    both = meeting(way="both", place="公民館")
    far = meeting(starts=SATURDAY + dt.timedelta(days=28))
    keep_meeting_rooms()
    assert keep_meeting_rooms() == 0
    assert {row.event_id for row in MeetingRoom.objects.all()} == {event.pk, both.pk}
    clock.shift(dt.timedelta(days=7))
    keep_meeting_rooms()
    assert MeetingRoom.objects.filter(event=far).exists()
    room = room_of(event)
    assert (room.opens_at, room.closes_at) == (event.starts, event.ends)
    assert {row.standpoint for row in room.audiences.all()} == {"parent", "sibling"}
    assert (room.keepers_needed, room.retention_days, room.is_listed) == (2, 7, False)


def test_the_table_refuses_one_that_is_listed_or_kept_by_one_alone(event: Event) -> None:
    for fields in ({"is_listed": True}, {"keepers_needed": 1}, {"closes_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.filter(pk=room_of(event).pk).update(**fields)


def test_it_opens_at_its_hour_with_two_keepers_and_never_again(
    event: Event, clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    come_to(clock, SATURDAY - dt.timedelta(minutes=1))
    assert state(event) == "closed"
    keep(event, keeper)
    come_to(clock, SATURDAY)
    assert state(event) == "preparing"
    keep(event, second_keeper)
    assert state(event) == "open"
    keep(event, keeper, second_keeper)
    come_to(clock, event.ends + dt.timedelta(minutes=2))
    assert state(event) == "closed"
    keep(event, keeper, second_keeper)
    come_to(clock, event.ends + dt.timedelta(days=7, minutes=-30))
    assert state(event) == "closed"
    keep(event, keeper, second_keeper)
    later = house_clock.now() + dt.timedelta(hours=1)
    assert refused(open_room, keeper, room_of(event).slug, until=later) == "room_closed"


def test_who_joined_comes_in_from_the_set_time_under_the_name_of_the_sign_up(
    open_event: Event, joined: SignUp, parent: Person, client: Client, enter_as: EnterAs
) -> None:
    room = admit(joined.pk, parent)
    page = enter_as(client, parent).get(f"/rooms/{room.slug}/").content.decode()
    assert 'value="あじさい"' in page
    assert "この集まりに申し込んで、参加する人だけです。" in page
    answer = client.post(
        f"/rooms/{room.slug}/door/", {"mode": "speak", "call_name": "あじさい"}, headers=JSON
    )
    assert answer.status_code == 200


def test_before_and_after_the_time_nobody_comes_in(
    event: Event, joined: SignUp, parent: Person, clock: Any
) -> None:
    for moment in (SATURDAY - dt.timedelta(seconds=1), event.ends):
        come_to(clock, moment)
        assert refused(admit, joined.pk, parent) == "asked"
    assert not Admission.objects.exists()


def test_who_waits_was_referred_or_stands_on_the_other_side_has_no_door(
    meeting: Meeting, parent: Person, regular: Person, keeper: KeeperFacts, clock: Any
) -> None:
    event = meeting(capacity=1)
    keep_meeting_rooms()
    first, waits = signed(event).sign_up, signed(event).sign_up
    come_to(clock, DURING)
    assert refused(admit, waits.pk, parent) == "not_found"
    assert refused(admit, first.pk, Person.objects.get(pk=keeper.person_id)) == "not_found"
    refer(first.pk, words="ほかの窓口です。")
    assert refused(admit, first.pk, parent) == "not_found"
    EventAudience.objects.filter(event=event).exclude(standpoint="parent").delete()
    keep_meeting_rooms()
    assert answer_offer(waits.pk, "yes").state == "joined"
    assert refused(admit, waits.pk, regular) == "asked"


def test_to_everybody_else_it_is_a_room_that_is_not_there(
    open_event: Event,
    joined: SignUp,
    parent: Person,
    sibling: Person,
    regular: Person,
    steward: KeeperFacts,
    enter_as: EnterAs,
    keeper_client: KeeperClient,
    seat_for: SeatFor,
) -> None:
    room = admit(joined.pk, parent)
    nowhere = f"meeting-{'0' * 16}"
    for person in (sibling, regular):
        browser = enter_as(Client(), person)
        for path in ("", "messages/", "concern/"):
            here, there = (browser.get(f"/rooms/{slug}/{path}") for slug in (room.slug, nowhere))
            assert (here.status_code, there.status_code) == (404, 404)
            assert len(here.content) == len(there.content)
        for path in ("door/", "leave/", "messages/"):
            assert browser.post(f"/rooms/{room.slug}/{path}", {"mode": "observe"}).status_code == 404
        assert refused(seat_for, person, room, mode="observe") == "not_found"
        for path in ("/rooms/", "/", "/events/", f"/events/{open_event.pk}/", "/me/", "/me/download/"):
            assert room.slug not in browser.get(path).content.decode()
    desk = keeper_client(steward)
    elsewhere = (f"/desk/history/{room.slug}/", f"/desk/history/?room={room.slug}")
    for path in (f"/desk/rooms/{room.slug}/", f"/desk/house/rooms/{room.slug}/", *elsewhere):
        assert desk.get(path).status_code == 404
    for path in ("/desk/house/rooms/", "/desk/log/", "/desk/history/"):
        assert room.slug not in desk.get(path).content.decode()
    stranger = Client()
    assert stranger.get(f"/rooms/{room.slug}/")["Location"] == stranger.get(f"/rooms/{nowhere}/")[
        "Location"
    ].replace(nowhere, room.slug)


def test_no_list_of_rooms_has_it(event: Event, house: object) -> None:
    slug = room_of(event).slug
    for rooms in (public_rooms(), rooms_for("parent"), rooms_of_the_house()):
        assert slug not in rooms.values_list("slug", flat=True)
    assert shortest_retention() is None


def test_the_desk_has_it_from_the_day_before_and_the_roster_as_soon_as_it_is_planned(
    event: Event, clock: Any, keeper: KeeperFacts
) -> None:
    slug = room_of(event).slug
    assert slug not in [room.slug for room in rooms_now()]
    (day,) = [day for day in roster(house_clock.today()) if day.gaps]
    assert [(gap.room, gap.missing) for gap in day.gaps] == [("土曜の会", 2)]
    come_to(clock, SATURDAY - dt.timedelta(hours=20))
    (near,) = [room for room in rooms_now() if room.slug == slug]
    assert near.title == "土曜の会\u00a0 11月28日（土）"


def test_who_facilitates_has_a_duty_in_it(
    event: Event, steward: KeeperFacts, keeper: KeeperFacts, clock: Any
) -> None:
    shift = plan_facilitator(steward, event.pk, keeper.keeper_id)
    keep_meeting_rooms()
    keep_meeting_rooms()
    assert [row.room for row in RoomShift.objects.filter(shift=shift)] == [room_of(event)]
    assert Shift.objects.get(pk=shift.pk).starts == event.starts


def test_who_withdraws_loses_seat_and_door_and_keeps_the_words(
    open_event: Event, joined: SignUp, parent: Person, client: Client, enter_as: EnterAs, seat_for: SeatFor
) -> None:
    room = admit(joined.pk, parent)
    seat_for(parent, room, name="あじさい")
    browser, page = enter_as(client, parent), f"/rooms/{room.slug}/"
    say(browser, room, "こんにちは。")
    withdraw(joined.pk)
    assert Seat.objects.get(room=room, person=parent).left_at is not None
    assert not Admission.objects.exists()
    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}door/", {"mode": "observe"}).status_code == 404
    assert "こんにちは。" in browser.get("/me/").content.decode()
    assert browser.get(f"{page}concern/").status_code == 200, "and may still tell the keepers"


def test_who_signs_up_again_comes_in_again(
    open_event: Event, joined: SignUp, parent: Person, seat_for: SeatFor
) -> None:
    seat = seat_for(parent, admit(joined.pk, parent), name="あじさい")
    withdraw(joined.pk)
    again = signed(open_event, person=parent, call_name="あじさい").sign_up
    room = admit(again.pk, parent)
    assert seat_for(parent, room, name="あじさい").pk == seat.pk


def test_a_party_takes_as_many_people_as_it_has_seats_and_one_more_takes_the_place_of_the_first(
    meeting: Meeting,
    clock: Any,
    parent: Person,
    sibling: Person,
    regular: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    seat_for: SeatFor,
) -> None:
    event = meeting(most_party=2)
    keep_meeting_rooms()
    row = signed(event, party=2).sign_up
    come_to(clock, DURING)
    keep(event, keeper, second_keeper)
    for person in (parent, sibling):
        seat_for(person, admit(row.pk, person), mode="observe")
    room = admit(row.pk, regular)
    assert set(Admission.objects.values_list("person", flat=True)) == {sibling.pk, regular.pk}
    assert Seat.objects.get(room=room, person=parent).left_at is not None
    assert refused(seat_for, parent, room, mode="observe") == "not_found"
    admit(row.pk, sibling)
    assert Seat.objects.get(room=room, person=sibling).left_at is None


def test_being_there_is_ticked_and_never_lowers_what_was_counted(
    open_event: Event, joined: SignUp, parent: Person, seat_for: SeatFor
) -> None:
    room = admit(joined.pk, parent)
    assert not Visit.objects.exists(), "who only opened the door was not there"
    seat_for(parent, room, mode="observe")
    visit = Visit.objects.get()
    assert (visit.sign_up, visit.people, visit.standpoint) == (joined, 1, "parent")
    SignUp.objects.filter(pk=joined.pk).update(party=3, seats=3)
    Visit.objects.update(people=3)
    leave_room(parent, room)
    seat_for(parent, room, mode="observe")
    assert Visit.objects.get().people == 3


def test_called_off_before_it_opens_it_never_does_and_brought_back_it_does(
    event: Event, joined: SignUp, clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts, parent: Person
) -> None:
    replan(event, called_off_at=house_clock.now())
    come_to(clock, DURING)
    assert state(event) == "closed"
    assert refused(admit, joined.pk, parent) == "asked"
    replan(event, called_off_at=None)
    come_to(clock, DURING + dt.timedelta(minutes=1))
    keep(event, keeper, second_keeper)
    assert state(event) == "open"


def test_called_off_while_it_waits_for_keepers_and_brought_back_it_opens(
    event: Event, clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    come_to(clock, DURING)
    assert state(event) == "preparing"
    replan(event, called_off_at=house_clock.now())
    come_to(clock, DURING + dt.timedelta(minutes=1))
    assert state(event) == "closed"
    replan(event, called_off_at=None)
    come_to(clock, DURING + dt.timedelta(minutes=2))
    keep(event, keeper, second_keeper)
    assert state(event) == "open"


def test_called_off_while_it_is_open_it_ends_in_five_minutes(
    open_event: Event, joined: SignUp, parent: Person, seat_for: SeatFor, clock: Any
) -> None:
    room = admit(joined.pk, parent)
    seat_for(parent, room, mode="observe")
    replan(open_event, called_off_at=house_clock.now())
    keep_meeting_rooms()
    session = RoomSession.objects.get(room=room)
    assert (session.state, session.closes_at) == ("closing", house_clock.now() + dt.timedelta(minutes=5))
    assert Seat.objects.get(room=room, person=parent).left_at is None
    come_to(clock, DURING + dt.timedelta(minutes=7))
    assert state(open_event) == "closed"


def test_moved_it_opens_at_the_new_hour(
    open_event: Event, clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    later = SATURDAY + dt.timedelta(hours=2)
    replan(open_event, starts=later, ends=later + dt.timedelta(hours=1))
    keep_meeting_rooms()
    assert state(open_event) == "closing"
    come_to(clock, DURING + dt.timedelta(minutes=10))
    assert state(open_event) == "closed"
    come_to(clock, later)
    keep(open_event, keeper, second_keeper)
    assert state(open_event) == "open"


def test_made_longer_it_stays_open_and_closed_by_hand_it_stays_closed(
    open_event: Event, keeper: KeeperFacts, clock: Any
) -> None:
    replan(open_event, ends=open_event.ends + dt.timedelta(hours=1))
    keep_meeting_rooms()
    session = RoomSession.objects.get(room=room_of(open_event))
    assert session.closes_at == open_event.ends + dt.timedelta(hours=1)
    close_room(keeper, room_of(open_event).slug, minutes=1)
    come_to(clock, DURING + dt.timedelta(minutes=3))
    assert state(open_event) == "closed"
    replan(open_event, title="土曜の集い")
    come_to(clock, DURING + dt.timedelta(minutes=4))
    assert (state(open_event), room_of(open_event).title) == ("closed", "土曜の集い")


def test_whatever_ends_a_sign_up_empties_its_seat(
    open_event: Event, joined: SignUp, parent: Person, seat_for: SeatFor
) -> None:
    room = admit(joined.pk, parent)
    seat_for(parent, room, mode="observe")
    SignUp.objects.filter(pk=joined.pk).update(state="referred", seats=0, referral="窓口です。")
    keep_meeting_rooms()
    assert Seat.objects.get(room=room, person=parent).left_at is not None


def test_over_the_wall_and_after_an_erasure_nothing_ties_anybody_to_it(
    open_event: Event, joined: SignUp, parent: Person, sibling: Person
) -> None:
    admit(joined.pk, parent)
    with transaction.atomic():
        untie_over_the_wall(parent, "person")
    assert not Admission.objects.exists()
    admit(joined.pk, sibling)
    erase(sibling)
    assert not Admission.objects.exists()


def test_a_week_later_the_room_is_gone_with_all_its_words(
    open_event: Event,
    joined: SignUp,
    parent: Person,
    clock: Any,
    seat_for: SeatFor,
    client: Client,
    enter_as: EnterAs,
) -> None:
    room = admit(joined.pk, parent)
    seat_for(parent, room, name="あじさい")
    browser = enter_as(client, parent)
    say(browser, room, "また。")
    come_to(clock, open_event.ends + dt.timedelta(minutes=2))
    assert "また。" in browser.get(f"/rooms/{room.slug}/").content.decode()
    for days in (6, 8):
        come_to(clock, open_event.ends + dt.timedelta(days=days))
        purge_words()
        purge_words()
        forget_sign_ups()
        assert Room.objects.filter(pk=room.pk).exists() == (days == 6)
        assert Admission.objects.exists() == (days == 6)
    assert SignUp.objects.filter(pk=joined.pk).exists()
    assert keep_meeting_rooms() == 0


READ, MINE = "部屋の言葉を、読みかえす", "/sign-ups/mine/"


@pytest.fixture
def over(
    open_event: Event, joined: SignUp, parent: Person, seat_for: SeatFor, enter_as: EnterAs, clock: Any
) -> Client:
    """Somebody came, said something, and it is an hour after the end."""
    seat_for(parent, admit(joined.pk, parent), name="あじさい")
    browser = enter_as(Client(), parent)
    say(browser, room_of(open_event), "来て、よかったです。")
    come_to(clock, open_event.ends + dt.timedelta(hours=1))
    assert state(open_event) == "closed"
    return browser


def test_after_the_end_who_was_there_finds_the_way_back_to_read_until_the_words_end(
    over: Client, event: Event, joined: SignUp, clock: Any
) -> None:
    path = f"/rooms/{room_of(event).slug}/"
    over.post("/sign-ups/", {"code": code_from(str(joined.request_id))})
    for page in (over.get(MINE), over.get("/me/")):
        text = page.content.decode()
        assert f'href="{path}"' in text
        assert "12月5日（土）まで、読みかえせます。" in text
    assert READ in over.get(MINE).content.decode()
    assert "来て、よかったです。" in over.get(path).content.decode()
    come_to(clock, event.ends + dt.timedelta(days=7, minutes=1))
    purge_words()
    for page in (over.get(MINE), over.get("/me/")):
        assert path not in page.content.decode()


def test_the_way_back_is_shown_to_nobody_else(
    over: Client, event: Event, joined: SignUp, sibling: Person, enter_as: EnterAs
) -> None:
    room = room_of(event)
    by_code, other = Client(), enter_as(Client(), sibling)
    for browser in (by_code, other):  # the code opens the page, and not the room
        assert browser.post("/sign-ups/", {"code": code_from(str(joined.request_id))}).status_code == 303
        text = browser.get(MINE).content.decode()
        assert "席を、とっておきました" in text
        assert room.slug not in text
    assert room.slug not in other.get("/me/").content.decode()
    withdraw(joined.pk)
    keep_meeting_rooms()
    for path in (MINE, "/me/"):
        assert f'href="/rooms/{room.slug}/"' not in over.get(path).content.decode()
    assert over.get(f"/rooms/{room.slug}/").status_code == 404


def test_who_left_the_room_is_led_back_to_none(over: Client, event: Event, parent: Person) -> None:
    room = room_of(event)
    leave_room(parent, room)
    for path in (MINE, "/me/"):
        assert f'href="/rooms/{room.slug}/"' not in over.get(path).content.decode()
