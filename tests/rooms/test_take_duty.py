"""Taking a duty: rooms open when enough are really there, and each keeper has a seat to speak from."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.models import Duty
from ibasho.duty.queries import duty_of, presence
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions.keepers import take_role
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, take_duty, take_seat
from ibasho.rooms.models import Room, RoomDuty, Seat
from ibasho.rooms.queries import keeper_room, keepers_there
from tests.conftest import OpenRoom
from tests.rooms.conftest import OnDuty, state_of

pytestmark = pytest.mark.django_db


def until(hours: float = 4) -> dt.datetime:
    return house_clock.now() + dt.timedelta(hours=hours)


def code(keeper: KeeperFacts, *slugs: str, hours: float = 4) -> str:
    with pytest.raises(Refusal) as no:
        take_duty(keeper, slugs=slugs, until=until(hours))
    return no.value.code


def test_a_room_opens_with_its_second_keeper(
    evening: Room, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    assert state_of(evening) == "preparing"
    take_duty(keeper, slugs=["yoru"], until=until())
    assert state_of(evening) == "preparing"
    take_duty(second_keeper, slugs=["yoru"], until=until())
    assert state_of(evening) == "open"
    assert keepers_there([evening.pk], house_clock.now()) == {evening.pk: 2}


def test_the_change_is_announced_with_a_number(
    evening: Room, on_duty: OnDuty, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr("ibasho.rooms.actions.changes.publish", heard.extend)
    on_duty(evening)
    (change,) = heard
    assert change.event["room"]["state"] == "open"
    evening.refresh_from_db()
    assert change.seq == evening.seq


def test_a_keeper_speaks_from_a_seat_with_the_name_on_duty(evening: Room, keeper: KeeperFacts) -> None:
    take_duty(keeper, slugs=["yoru"], until=until())
    seat = Seat.objects.get(person_id=keeper.person_id)
    assert (seat.room, seat.mode, seat.call_name, seat.left_at) == (
        evening,
        "speak",
        "見守り役　みどり",
        None,
    )


def test_a_duty_is_for_several_rooms_and_moves_when_it_is_taken_again(
    evening: Room, keeper: KeeperFacts, open_room: OpenRoom
) -> None:
    other, third = open_room(keepers_needed=1), open_room(keepers_needed=1)
    first = take_duty(keeper, slugs=["yoru", other.slug], until=until())
    again = take_duty(keeper, slugs=["yoru", third.slug], until=until(6))
    assert first.pk == again.pk
    assert duty_of(keeper.keeper_id) == again
    assert again.until == until(6)
    assert set(RoomDuty.objects.values_list("room__slug", flat=True)) == {"yoru", third.slug}
    seats = {seat.room_id: seat.left_at for seat in Seat.objects.filter(person_id=keeper.person_id)}
    assert seats == {evening.pk: None, third.pk: None, other.pk: house_clock.now()}


def test_a_room_that_is_given_up_rests(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, open_room: OpenRoom
) -> None:
    other = open_room(keepers_needed=1)
    on_duty(evening)
    take_duty(keeper, slugs=[other.slug], until=until())
    assert state_of(evening) == "paused"


def test_the_seat_of_an_earlier_duty_is_the_seat_of_the_next(evening: Room, keeper: KeeperFacts) -> None:
    take_duty(keeper, slugs=["yoru"], until=until())
    seat = Seat.objects.get()
    leave_duty(keeper)
    take_duty(keeper, slugs=["yoru"], until=until())
    assert Seat.objects.get().pk == seat.pk
    assert Duty.objects.count() == 2


def test_a_duty_without_a_room_an_end_or_a_known_room_is_refused(
    evening: Room, keeper: KeeperFacts, clock: Any
) -> None:
    assert code(keeper) == "malformed"
    assert code(keeper, "yoru", hours=0) == "malformed"
    assert code(keeper, "yoru", hours=12.1) == "malformed"
    assert code(keeper, "yoru", "nowhere") == "not_found"
    assert not Duty.objects.exists()
    assert not Seat.objects.exists()


def test_a_retired_room_takes_no_duty_once_its_session_is_over(evening: Room, keeper: KeeperFacts) -> None:
    Room.objects.update(retired_on=house_clock.today())
    take_duty(keeper, slugs=["yoru"], until=until())
    leave_duty(keeper)
    evening.sessions.all().delete()
    assert code(keeper, "yoru") == "not_found"


def test_a_steward_alone_takes_no_duty(evening: Room, steward: KeeperFacts, keeper: KeeperFacts) -> None:
    for role in ("moderator", "facilitator", "coordinator"):
        take_role(steward, steward.keeper_id, role)
    assert code(steward, "yoru") == "not_found"


def test_a_role_that_was_lost_since_the_page_was_loaded_counts(
    evening: Room, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    for role in keeper.roles:
        take_role(steward, keeper.keeper_id, role)
    assert code(keeper, "yoru") == "not_found"


def test_the_room_to_try_can_be_kept_too(trial_room: Room, keeper: KeeperFacts) -> None:
    take_duty(keeper, slugs=[trial_room.slug], until=until())
    assert state_of(trial_room) == "open"
    assert keeper_room(keeper, trial_room.slug) == trial_room


def test_a_room_is_its_keepers_only_while_their_duty_covers_it(
    evening: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: Any
) -> None:
    take_duty(keeper, slugs=["yoru"], until=until())
    assert keeper_room(keeper, "yoru") == evening
    for who, slug in ((second_keeper, "yoru"), (keeper, "nowhere")):
        with pytest.raises(Refusal):
            keeper_room(who, slug)
    clock.shift(dt.timedelta(hours=4))
    with pytest.raises(Refusal):
        keeper_room(keeper, "yoru")


def test_nobody_takes_the_name_of_somebody_on_duty_there(
    evening: Room, on_duty: OnDuty, regular: Person, other_regular: Person, open_room: OpenRoom
) -> None:
    on_duty(evening)
    for name in ("みどり", "ﾐﾄﾞﾘ", "みと゛り", "みーどり", "見守り役 すすき", "見守り役"):
        with pytest.raises(Refusal) as no:
            take_seat(regular, evening, mode="speak", call_name=name)
        assert no.value.code == "name_reserved"
    elsewhere = open_room(keepers_needed=2)
    assert take_seat(other_regular, elsewhere, mode="speak", call_name="みどり").call_name == "みどり"


def test_taking_a_duty_is_being_there(evening: Room, keeper: KeeperFacts) -> None:
    assert presence(take_duty(keeper, slugs=["yoru"], until=until()), house_clock.now()) == "there"
