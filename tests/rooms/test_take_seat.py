"""The door: who may sit down, under which name, and what that tells others: nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction

from ibasho.house.models import ScreeningWord
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions import choose_standpoint
from ibasho.people.models import Person
from ibasho.rooms import call_names
from ibasho.rooms.actions import change_mode, leave_all_seats, leave_room, post_messages, seats, take_seat
from ibasho.rooms.actions.seats import OtherPassphrase
from ibasho.rooms.models import Attendance, Message, Room, Seat
from ibasho.rooms.passphrase import key_of
from ibasho.rooms.queries import former_name, seat_of
from ibasho.rooms.queries.lines import facts_after
from tests.conftest import OpenRoom
from tests.rooms.conftest import Hear, LineFor, bring_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(clock: Any, open_room: Any) -> Room:
    made: Room = open_room(keepers_needed=2)
    return made


def code_of(person: Person, room: Room, **fields: Any) -> str:
    with pytest.raises(Refusal) as caught:
        take_seat(person, room, **{"mode": "speak", **fields})
    return caught.value.code


def say(person: Person, room: Room, line_for: LineFor, words_of: Hear) -> None:
    post_messages([words_of(line_for(person, room))])


def test_an_observer_has_a_seat_and_no_name(room: Room, newcomer: Person) -> None:
    seat = take_seat(newcomer, room, mode="observe", call_name="なぎ")
    assert (seat.mode, seat.call_name, seat.name_skeleton) == ("observe", "", "")
    assert Attendance.objects.filter(seat=seat).count() == 1


def test_a_seat_is_one_row_however_often_one_comes_and_goes(room: Room, regular: Person) -> None:
    first = take_seat(regular, room, mode="speak", call_name="なぎ")
    leave_room(regular, room)
    assert seat_of(regular.pk, room.pk) is None
    assert former_name(regular.pk, room.pk) == "なぎ"
    again = take_seat(regular, room, mode="observe")
    assert (again.pk, again.first_entered_at) == (first.pk, first.first_entered_at)
    assert seat_of(regular.pk, room.pk) == again
    assert Seat.objects.count() == 1


def test_the_mode_changes_from_the_seat(room: Room, regular: Person) -> None:
    take_seat(regular, room, mode="observe")
    before, _ = facts_after(0)
    seat = change_mode(regular, room, mode="speak", call_name="なぎ")
    assert (seat.mode, seat.call_name) == ("speak", "なぎ")
    assert facts_after(before) == (seat.facts, [str(seat.pk)])
    leave_room(regular, room)
    with pytest.raises(Refusal, match="not_found"):
        change_mode(regular, room, mode="observe")


def test_no_name_is_given_a_gentle_one(room: Room, regular: Person) -> None:
    assert take_seat(regular, room, mode="speak", call_name=" \u200b ").call_name in call_names.all_names()


def test_a_given_name_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    every = set(call_names.all_names())
    name = call_names.any_name(lambda wanted: wanted in every)
    assert name not in every
    assert name[:-4] in every


@pytest.mark.parametrize("name", ["スタッフ", "ｽﾀｯﾌ", "rnoderator", "аdmin", "見守り役みどり", "⚙スタッフ"])
def test_a_name_like_a_keepers_is_refused(name: str, room: Room, regular: Person) -> None:
    assert code_of(regular, room, call_name=name) == "name_reserved"


@pytest.mark.parametrize(
    "name",
    [
        "090-1234-5678",
        "０９０\u200b１２３４５６７８",
        "haru@example.com",
        "死ね",
        "カカオで話そう",
    ],
)
def test_a_name_that_tells_where_somebody_is_or_hurts_is_refused_and_nothing_is_kept(
    name: str, room: Room, regular: Person
) -> None:
    with pytest.raises(Refusal, match="name_reserved") as caught:
        take_seat(regular, room, mode="speak", call_name=name)
    assert "ほかの名前" in caught.value.text
    assert not Seat.objects.exists()
    take_seat(regular, room, mode="observe", call_name=name)


def test_a_name_with_a_word_of_the_house_is_refused(room: Room, regular: Person) -> None:
    with transaction.atomic():
        ScreeningWord.objects.create(
            word="くじらまつり", folded="くじらまつり", action="show", changed_at=house_clock.now()
        )
    assert code_of(regular, room, call_name="くじらまつり") == "name_reserved"


def test_names_of_every_day_are_names(room: Room, regular: Person) -> None:
    for name in ("ゆき", "たろう", "ねこ", "眠れない人", "高2", "不登校の母", "Mika"):
        assert take_seat(regular, room, mode="speak", call_name=name).call_name == name


def test_a_long_name_is_refused(room: Room, regular: Person) -> None:
    assert code_of(regular, room, call_name="な" * 21) == "too_long"


@pytest.mark.parametrize("twin", ["なぎ", "ナギ", "ﾅｷﾞ", "な ぎ", "なぎ\u200d"])
def test_a_name_is_taken_while_words_under_it_are_shown(
    twin: str, room: Room, regular: Person, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    say(regular, room, line_for, words_of)
    assert code_of(other_regular, room, call_name=twin) == "name_taken"


def test_a_name_without_words_is_free_so_that_it_tells_nothing(
    room: Room, regular: Person, other_regular: Person
) -> None:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    assert take_seat(other_regular, room, mode="speak", call_name="なぎ").call_name == "なぎ"


def test_a_name_is_free_a_day_after_its_words_were_taken_back(
    room: Room, regular: Person, other_regular: Person, line_for: LineFor, words_of: Hear, clock: Any
) -> None:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    say(regular, room, line_for, words_of)
    Message.objects.update(state="withdrawn", text=None)
    clock.shift(dt.timedelta(hours=23))
    assert code_of(other_regular, room, call_name="なぎ") == "name_taken"
    clock.shift(dt.timedelta(hours=2))
    take_seat(other_regular, room, mode="speak", call_name="なぎ")


def test_words_under_a_former_name_still_hold_it(
    room: Room, regular: Person, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    say(regular, room, line_for, words_of)
    take_seat(regular, room, mode="speak", call_name="そら")
    assert code_of(other_regular, room, call_name="なぎ") == "name_taken"
    take_seat(regular, room, mode="speak", call_name="なぎ")


def test_the_same_name_in_another_room_is_free(
    room: Room, open_room: Any, regular: Person, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    say(regular, room, line_for, words_of)
    take_seat(other_regular, open_room(keepers_needed=2), mode="speak", call_name="なぎ")


def test_a_room_of_another_side_is_not_found(open_room: Any, parent: Person) -> None:
    assert code_of(parent, open_room(standpoints=["person"])) == "not_found"


def test_the_room_to_try_is_not_there_for_a_house_with_an_address(
    trial_room: Room, regular: Person, settings: Any
) -> None:
    take_seat(regular, trial_room, mode="observe")
    settings.ADDRESS = object()
    assert code_of(regular, trial_room) == "not_found"


@pytest.mark.parametrize(
    ("state", "code"), [("preparing", "room_closed"), ("closed", "room_closed"), ("paused", "room_paused")]
)
def test_a_door_that_is_not_open(state: str, code: str, room: Room, regular: Person) -> None:
    bring_to(state)
    assert code_of(regular, room, mode="observe") == code


def test_who_sits_in_a_paused_room_may_go_over_to_watching(room: Room, regular: Person) -> None:
    take_seat(regular, room, mode="speak")
    bring_to("paused")
    assert take_seat(regular, room, mode="observe").mode == "observe"


def test_a_removed_or_suspended_person_stays_outside(
    room: Room, regular: Person, other_regular: Person
) -> None:
    later = house_clock.now() + dt.timedelta(days=1)
    take_seat(regular, room, mode="speak")
    leave_room(regular, room)
    Seat.objects.update(removed_until=later)
    assert code_of(regular, room) == "removed"
    other_regular.suspended_until = later
    assert code_of(other_regular, room) == "suspended"


def test_the_passphrase_opens_whatever_width_it_is_typed_in(open_room: Any, regular: Person) -> None:
    room = open_room(keepers_needed=2, entry="passphrase", passphrase_key=key_of("あさがお 12"))
    for wrong in ("", "ひるがお"):
        with pytest.raises(OtherPassphrase):
            take_seat(regular, room, mode="observe", passphrase=wrong)
    take_seat(regular, room, mode="observe", passphrase="アサガオ１２")
    take_seat(regular, room, mode="speak")


def test_a_passphrase_cannot_be_guessed_at_length(open_room: Any, regular: Person) -> None:
    room = open_room(keepers_needed=2, entry="passphrase", passphrase_key=key_of("あさがお"))
    codes = [code_of(regular, room, passphrase=f"ためし{number}") for number in range(6)]
    assert codes == ["not_found"] * 5 + ["too_many_tries"]


def test_a_full_room_may_still_be_watched(
    open_room: Any, regular: Person, other_regular: Person, clock: Any
) -> None:
    room = open_room(keepers_needed=2, capacity=1)
    take_seat(regular, room, mode="speak")
    assert code_of(other_regular, room, call_name="スタッフ") == "full"
    take_seat(other_regular, room, mode="observe")
    take_seat(regular, room, mode="speak")
    clock.shift(dt.timedelta(minutes=11))
    take_seat(other_regular, room, mode="speak")


def test_the_last_seats_are_kept_for_those_who_come_for_the_first_time(
    open_room: Any, regular: Person, newcomer: Person, other_regular: Person, clock: Any
) -> None:
    room = open_room(keepers_needed=2, capacity=2, newcomer_seats=1)
    for person in (regular, other_regular):
        take_seat(person, room, mode="observe")
    Seat.objects.update(first_entered_at=house_clock.now() - dt.timedelta(days=9))
    take_seat(regular, room, mode="speak")
    assert code_of(other_regular, room) == "full"
    take_seat(newcomer, room, mode="speak")


def test_the_door_is_not_a_rattle(room: Room, regular: Person) -> None:
    for _ in range(20):
        take_seat(regular, room, mode="observe")
    assert code_of(regular, room) == "too_many_tries"


def test_an_unknown_mode_is_malformed(room: Room, regular: Person) -> None:
    assert code_of(regular, room, mode="keeper") == "malformed"


def test_crossing_the_wall_leaves_every_seat(room: Room, open_room: Any, regular: Person) -> None:
    take_seat(regular, room, mode="speak")
    take_seat(regular, open_room(keepers_needed=2), mode="observe")
    leave_all_seats(regular)
    assert not Seat.objects.filter(left_at__isnull=True).exists()
    assert len(facts_after(0)[1]) == 2


@pytest.mark.parametrize(
    ("act", "code"), [("suspend", "suspended"), ("cross", "not_found"), ("erase", "not_entered")]
)
def test_what_happens_while_one_stands_at_the_door_still_counts(
    open_room: Any, regular: Person, monkeypatch: pytest.MonkeyPatch, clock: Any, act: str, code: str
) -> None:
    room = open_room(keepers_needed=2, standpoints=["person"])

    def meanwhile(person: Person, *_: Any) -> None:
        someone = Person.objects.filter(pk=person.pk)
        if act == "suspend":
            someone.update(suspended_until=house_clock.now() + dt.timedelta(hours=1))
        elif act == "cross":
            someone.update(standpoint="parent")
        else:
            someone.delete()

    monkeypatch.setattr(seats, "_check_passphrase", meanwhile)
    assert code_of(regular, room) == code
    assert not Seat.objects.exists()


def test_another_standpoint_leaves_the_rooms_that_are_not_for_it(
    open_room: Any, parent: Person, clock: Any
) -> None:
    gone, stays = (
        open_room(keepers_needed=2, standpoints=who) for who in (["parent"], ["parent", "sibling"])
    )
    for where in (gone, stays):
        take_seat(parent, where, mode="observe")
    choose_standpoint(parent, standpoint="sibling")
    assert seat_of(parent.pk, gone.pk) is None
    assert seat_of(parent.pk, stays.pk) is not None


def test_in_the_minute_of_grace_nobody_sits_down_any_more(
    regular: Person, newcomer: Person, open_room: OpenRoom, clock: time_machine.Traveller
) -> None:
    room = open_room(state="closing", closes_at=house_clock.now() + dt.timedelta(seconds=1))
    take_seat(regular, room, mode="speak")
    clock.shift(dt.timedelta(seconds=1))
    with pytest.raises(Refusal, match="room_closed"):
        take_seat(newcomer, room, mode="observe")
