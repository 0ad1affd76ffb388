"""静かな部屋: one seat by invitation, two keepers, its own session, on no list, and nobody's business."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from ibasho.duty.actions import note_there
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    ask_quiet_room,
    begin_by_hand,
    close_incident,
    end_quiet_room,
    invite_to_quiet_rooms,
    read_elsewhere,
    rest,
)
from ibasho.moderation.models import Incident
from ibasho.moderation.queries import duties_held
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    end_due_duties,
    leave_room,
    purge_words,
    step_in,
    step_out,
    take_duty,
    turn_sessions,
)
from ibasho.rooms.actions.duties import end_duty_of
from ibasho.rooms.models import Message, Room, RoomDuty, RoomSession, Seat
from ibasho.rooms.queries import catch_up, keeper_room, rooms_now
from tests.conftest import EnterAs, KeeperClient, SeatFor
from tests.moderation.conftest import RULE, Say, letters_to, on_duty
from tests.rooms.conftest import LineFor

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def incident(room: Room, seat: Seat, regular: Person, keeper: KeeperFacts, say: Say) -> Incident:
    words = say(regular, room, "川の音がします。")
    return begin_by_hand(keeper, room.slug, words.pk, about_other=False)


@pytest.fixture
def quiet(incident: Incident, keeper: KeeperFacts) -> Room:
    """With its first keeper."""
    return ask_quiet_room(keeper, incident.pk)


@pytest.fixture
def open_quiet(quiet: Room, incident: Incident, second_keeper: KeeperFacts) -> Room:
    ask_quiet_room(second_keeper, incident.pk)
    return quiet


def _state(room: Room) -> str:
    return RoomSession.objects.get(room=room).state


def _steps() -> list[str]:
    return list(Incident.objects.get().steps.values_list("what", flat=True))


def test_it_waits_for_the_second_keeper_and_says_nothing_before(
    quiet: Room, incident: Incident, regular: Person, second_keeper: KeeperFacts
) -> None:
    assert (_state(quiet), letters_to(regular)) == ("preparing", [])
    assert invite_to_quiet_rooms() == 0
    ask_quiet_room(second_keeper, incident.pk)
    assert _state(quiet) == "open"
    (letter,) = letters_to(regular)
    assert (letter["code"], letter["actions"], letter["room"]) == ("quiet_room", ["room"], quiet.slug)
    assert "来なくても大丈夫です。" in letter["text"]
    assert invite_to_quiet_rooms() == 0
    assert _steps() == ["begun", "taken", "quiet_asked", "quiet_joined", "quiet_opened"]


def test_one_that_opens_later_by_itself_invites_too(
    quiet: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, regular: Person
) -> None:
    step_out(keeper)
    ask_quiet_room(second_keeper, incident.pk)
    assert (_state(quiet), letters_to(regular)) == ("preparing", [])
    RoomDuty.objects.get(room=quiet, duty__keeper=keeper.keeper_id)

    step_in(keeper)
    assert [invite_to_quiet_rooms(), invite_to_quiet_rooms()] == [1, 0]
    assert [letter["code"] for letter in letters_to(regular)] == ["quiet_room"]


def test_its_person_comes_in_under_the_name_of_the_room_they_wrote_in_or_not(
    open_quiet: Room, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    browser = enter_as(client, regular)
    door = browser.get(f"/rooms/{open_quiet.slug}/")
    assert "あなたと、ここに来たスタッフ2人だけです。" in door.content.decode()
    assert 'value="なのはな"' in door.content.decode()
    answer = browser.post(
        f"/rooms/{open_quiet.slug}/door/", {"mode": "speak", "call_name": "なのはな"}, headers=JSON
    )
    assert answer.status_code == 200
    assert browser.get(f"/rooms/{open_quiet.slug}/").status_code == 200


def test_the_desk_says_who_is_awaited_and_what_its_person_knows(
    quiet: Room,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    browser, page = keeper_client(keeper), f"/desk/incidents/{incident.pk}/"
    before = browser.get(page).content.decode()
    assert "あと1人を待っています。本人には、まだ知らせていません。" in before
    ask_quiet_room(second_keeper, incident.pk)
    assert "本人に、お知らせしました。来ないこともあります。" in browser.get(page).content.decode()
    step_out(second_keeper)
    resting = browser.get(page).content.decode()
    assert "みどりさん、</span><span" in resting
    assert "すすきさん（ひと休み）" in resting
    assert "あと1人を待っています。本人に、お知らせしました。" in resting


def test_whoever_waits_there_alone_reads_it_in_the_room(
    quiet: Room,
    room: Room,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    browser, page = keeper_client(keeper), f"/desk/rooms/{quiet.slug}/"
    waits = "あと1人を待っています。本人には、まだ知らせていません。"
    assert waits in browser.get(page).content.decode()
    assert waits not in browser.get(f"/desk/rooms/{room.slug}/").content.decode()
    ask_quiet_room(second_keeper, incident.pk)
    assert "待っています" not in browser.get(page).content.decode()


def test_at_its_door_stands_the_invitation_alone_and_inside_it_is_gone_and_at_its_end_a_thank_you(
    open_quiet: Room,
    incident: Incident,
    room: Room,
    seat: Seat,
    regular: Person,
    keeper: KeeperFacts,
    client: Client,
    enter_as: EnterAs,
    seat_for: SeatFor,
    line_for: LineFor,
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    browser, page = enter_as(client, regular), f"/rooms/{open_quiet.slug}/"
    door = browser.get(page).content.decode()
    assert ("静かな部屋で話しませんか。" in door, "少し休みましょう" in door) == (True, False)
    seat_for(regular, open_quiet, name="なのはな")
    assert "静かな部屋で話しませんか。" not in browser.get(page).content.decode()
    end_quiet_room(keeper, incident.pk)
    over = "静かな部屋を、おわりました。来てくれて、ありがとうございました。"
    assert over in browser.get(page).content.decode()
    live = catch_up(line_for(regular, open_quiet), epoch=None, since=None)
    assert live.room["why"] == "talk_over", "and a page that is open hears so"
    leave_room(regular, open_quiet)
    assert over in browser.get(page).content.decode()


def test_who_sits_there_is_asked_no_more_on_any_page(
    open_quiet: Room, room: Room, regular: Person, seat_for: SeatFor, line_for: LineFor
) -> None:
    assert [letter["code"] for letter in letters_to(regular)] == ["quiet_room"]
    before = Person.objects.get(pk=regular.pk).facts
    seat_for(regular, open_quiet, name="なのはな")
    assert letters_to(regular) == []
    assert Person.objects.get(pk=regular.pk).facts > before, "and open pages hear so"
    for place in (open_quiet, room):
        assert list(catch_up(line_for(regular, place), epoch=None, since=None).notices) == []


def test_who_did_not_come_is_not_thanked_for_it(
    open_quiet: Room,
    incident: Incident,
    regular: Person,
    keeper: KeeperFacts,
    client: Client,
    enter_as: EnterAs,
) -> None:
    end_quiet_room(keeper, incident.pk)
    page = enter_as(client, regular).get(f"/rooms/{open_quiet.slug}/").content.decode()
    assert "静かな部屋は、おわりました。つらいときは、" in page
    assert "来てくれて" not in page


def test_all_three_talk_and_with_one_keeper_nobody_does(
    open_quiet: Room,
    regular: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    seat_for: SeatFor,
    say: Say,
    say_on_duty: Say,
) -> None:
    seat_for(regular, open_quiet, name="なのはな")
    say(regular, open_quiet, "きました。")
    say_on_duty(keeper, open_quiet, "来てくれて、ありがとうございます。")
    step_out(second_keeper)
    assert _state(open_quiet) == "paused"
    with pytest.raises(AssertionError, match="room_paused"):
        say_on_duty(keeper, open_quiet, "まだいますか。")
    with pytest.raises(AssertionError, match="room_paused"):
        say(regular, open_quiet, "います。")
    assert Message.objects.filter(room=open_quiet).count() == 2


def test_to_everybody_else_it_is_a_room_that_is_not_there(
    open_quiet: Room,
    other_regular: Person,
    parent: Person,
    steward: KeeperFacts,
    room: Room,
    client: Client,
    enter_as: EnterAs,
    keeper_client: KeeperClient,
    seat_for: SeatFor,
) -> None:
    on_duty(room, steward)
    for person in (other_regular, parent):
        browser = enter_as(Client(), person)
        for path in ("", "messages/", "concern/"):
            here = browser.get(f"/rooms/{open_quiet.slug}/{path}")
            nowhere = browser.get(f"/rooms/quiet-00000000/{path}")
            assert (here.status_code, nowhere.status_code) == (404, 404)
            assert len(here.content) == len(nowhere.content)
        post = browser.post(f"/rooms/{open_quiet.slug}/door/", {"mode": "observe"})
        assert post.status_code == 404
        with pytest.raises(Refusal) as refused:
            seat_for(person, open_quiet, mode="observe")
        assert refused.value.code == "not_found"
        assert "静かな部屋" not in browser.get("/rooms/").content.decode()
    desk = keeper_client(steward)
    for path in (f"/desk/rooms/{open_quiet.slug}/", f"/desk/house/rooms/{open_quiet.slug}/"):
        assert desk.get(path).status_code == 404
    for path in ("/desk/house/rooms/", "/desk/log/", "/desk/history/"):
        assert open_quiet.slug not in desk.get(path).content.decode()
    assert open_quiet.title not in Client().get("/").content.decode()
    with pytest.raises(Refusal) as refused:
        read_elsewhere(steward, open_quiet.slug, reason="見たい。")
    assert refused.value.code == "malformed"


def test_two_are_enough(open_quiet: Room, incident: Incident, steward: KeeperFacts, room: Room) -> None:
    on_duty(room, steward)
    with pytest.raises(Refusal) as refused:
        ask_quiet_room(steward, incident.pk)
    assert refused.value.code == "full"


def test_a_third_takes_the_place_of_one_who_is_gone(
    open_quiet: Room, incident: Incident, steward: KeeperFacts, second_keeper: KeeperFacts, room: Room
) -> None:
    on_duty(room, steward)
    end_duty_of(second_keeper.keeper_id)
    assert _state(open_quiet) == "paused"
    ask_quiet_room(steward, incident.pk)
    assert _state(open_quiet) == "open"


def test_a_third_takes_the_place_of_one_who_is_away_and_comes_back(
    open_quiet: Room, incident: Incident, steward: KeeperFacts, second_keeper: KeeperFacts, room: Room
) -> None:
    on_duty(room, steward)
    step_out(second_keeper)
    ask_quiet_room(steward, incident.pk)
    step_in(second_keeper)
    sitting = Seat.objects.filter(room=open_quiet, left_at=None, person__keeper__isnull=False)
    assert set(sitting.values_list("person", flat=True)) == {incident.taken_by.person_id, steward.person_id}
    assert RoomDuty.objects.filter(room=open_quiet).count() == 2
    with pytest.raises(Refusal) as refused:
        keeper_room(second_keeper, open_quiet.slug)
    assert refused.value.code == "not_found"
    with pytest.raises(Refusal) as refused:
        ask_quiet_room(second_keeper, incident.pk)
    assert refused.value.code == "full"


def test_one_that_ends_by_the_clock_lets_its_keepers_go_and_asks_nobody_any_more(
    open_quiet: Room, incident: Incident, regular: Person, clock: time_machine.Traveller
) -> None:
    assert [letter["code"] for letter in letters_to(regular)] == ["quiet_room"]
    duties = list(RoomDuty.objects.filter(room=open_quiet).values_list("duty", flat=True))
    RoomSession.objects.filter(room=open_quiet).update(closes_at=house_clock.now() + dt.timedelta(seconds=1))
    clock.shift(dt.timedelta(minutes=2))
    for _ in range(2):
        turn_sessions()
    assert (_state(open_quiet), letters_to(regular)) == ("closed", [])
    assert not RoomDuty.objects.filter(room=open_quiet).exists()
    assert not Seat.objects.filter(room=open_quiet, left_at=None, person__keeper__isnull=False).exists()
    assert "静かな部屋" not in str(duties_held(duties))
    assert _steps().count("quiet_closed") == 1


def test_closing_the_incident_ends_it_too(
    open_quiet: Room, incident: Incident, keeper: KeeperFacts, regular: Person
) -> None:
    close_incident(keeper, incident.pk, outcome="talked")
    assert (_state(open_quiet), letters_to(regular)) == ("closed", [])
    assert _steps()[-2:] == ["closed", "quiet_closed"]


def test_moving_ones_duty_does_not_leave_it(
    open_quiet: Room, keeper: KeeperFacts, room: Room, open_room: object
) -> None:
    on_duty(room, keeper)
    assert keeper_room(keeper, open_quiet.slug) == open_quiet
    with pytest.raises(Refusal) as refused:
        take_duty(keeper, slugs=[open_quiet.slug], until=house_clock.now() + dt.timedelta(hours=1))
    assert refused.value.code == "not_found"


def test_a_duty_in_it_goes_on_until_it_is_closed(
    open_quiet: Room,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:

    for _ in range(45):
        clock.shift(dt.timedelta(minutes=2))
        for who in (keeper, second_keeper):
            note_there(who.keeper_id)
        end_due_duties()
        turn_sessions()
    assert _state(open_quiet) == "open"
    close_incident(keeper, incident.pk, outcome="talked")
    end_quiet_room(keeper, incident.pk)
    clock.shift(dt.timedelta(minutes=16))
    end_due_duties()
    turn_sessions()
    assert _state(open_quiet) != "open"


def test_its_end_puts_the_letter_away_and_leaves_the_words_to_its_person_alone(
    open_quiet: Room,
    incident: Incident,
    regular: Person,
    keeper: KeeperFacts,
    seat_for: SeatFor,
    say: Say,
    client: Client,
    enter_as: EnterAs,
    keeper_client: KeeperClient,
) -> None:
    seat_for(regular, open_quiet, name="なのはな")
    say(regular, open_quiet, "お茶をいれました。")
    for _ in range(2):
        end_quiet_room(keeper, incident.pk)
    assert (_state(open_quiet), letters_to(regular)) == ("closed", [])
    assert Incident.objects.get().is_open
    assert (
        "お茶をいれました。" in enter_as(client, regular).get(f"/rooms/{open_quiet.slug}/").content.decode()
    )
    assert keeper_client(keeper).get(f"/desk/rooms/{open_quiet.slug}/").status_code == 404
    assert _steps()[-1] == "quiet_closed"
    again = ask_quiet_room(keeper, incident.pk)
    assert again != open_quiet


def test_its_words_go_after_seven_days_and_the_room_with_them(
    open_quiet: Room,
    incident: Incident,
    regular: Person,
    keeper: KeeperFacts,
    seat_for: SeatFor,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    seat_for(regular, open_quiet, name="なのはな")
    say(regular, open_quiet, "お茶をいれました。")
    end_quiet_room(keeper, incident.pk)
    leave_room(regular, open_quiet)
    clock.shift(dt.timedelta(days=6))
    purge_words()
    assert Message.objects.filter(room=open_quiet).exists()
    clock.shift(dt.timedelta(days=2))
    for _ in range(2):
        purge_words()
    assert not Room.objects.filter(pk=open_quiet.pk).exists()
    assert Incident.objects.get().quiet_room is None


def test_nobody_is_asked_who_is_gone(incident: Incident, keeper: KeeperFacts, regular: Person) -> None:

    erase(regular)
    with pytest.raises(Refusal) as refused:
        ask_quiet_room(keeper, incident.pk)
    assert refused.value.code == "malformed"
    assert not Room.objects.filter(entry="invitation").exists()


def test_the_table_knows_no_quiet_room_on_a_list_or_for_one_keeper(quiet: Room) -> None:
    for wrong in ({"is_listed": True}, {"keepers_needed": 1}, {"retired_on": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.filter(pk=quiet.pk).update(**wrong)


def test_on_the_desk_it_is_there_for_who_sits_in_it(quiet: Room, keeper: KeeperFacts) -> None:
    (line,) = [it for it in rooms_now() if it.room == quiet]
    assert (line.keeper_ids, line.missing) == (frozenset({keeper.keeper_id}), 1)
