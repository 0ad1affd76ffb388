"""進行役: planned duties for a meeting; nobody in two places at once; too few is 準備中 in neutral words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.models import Shift
from ibasho.events.actions import bring_back_event, call_off_event, plan_facilitator
from ibasho.events.models import Event, EventShift
from ibasho.events.own_record import sections
from ibasho.events.queries.facilitating import facilitates, is_preparing, lacking
from ibasho.events.queries.sign_ups import PREPARING, sign_up_page
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    bring_back_shift,
    call_off_shift,
    look_for_stand_in,
    plan_shifts,
    stop_looking,
    take_stand_in,
)
from ibasho.rooms.models import Room
from ibasho.rooms.queries.roster import roster, shifts_today, wanted_stand_ins
from tests.conftest import OpenRoom
from tests.events.conftest import SATURDAY, Meeting, Sign, refused
from tests.events.test_plan_meeting import HOUR, change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = dt.date(2026, 11, 28)


@pytest.fixture
def event(meeting: Meeting) -> Event:
    return meeting(facilitators_needed=2)


def staffed(steward: KeeperFacts, event: Event, *keepers: KeeperFacts) -> list[Shift]:
    return [plan_facilitator(steward, event.pk, keeper.keeper_id) for keeper in keepers]


def test_two_facilitators_make_a_meeting_ready(
    event: Event, sign: Sign, steward: KeeperFacts, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    row = sign(event)
    assert sign_up_page(row.pk).to_know == [PREPARING]
    staffed(steward, event, keeper)
    assert is_preparing(event)
    staffed(steward, event, second_keeper)
    assert not is_preparing(event)
    assert sign_up_page(row.pk).to_know == []


def test_the_same_keeper_twice_is_one(event: Event, steward: KeeperFacts, keeper: KeeperFacts) -> None:
    first, again = staffed(steward, event, keeper, keeper)
    assert first == again
    assert EventShift.objects.count() == 1


def test_only_who_plans_names_facilitators_and_only_those_who_take_duty(
    event: Event, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    assert refused(plan_facilitator, keeper, event.pk, keeper.keeper_id) == "not_found"
    assert refused(plan_facilitator, steward, event.pk, 9999) == "malformed"


def test_nobody_is_in_two_places_at_once(
    event: Event,
    meeting: Meeting,
    open_room: OpenRoom,
    steward: KeeperFacts,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
) -> None:
    room = open_room(keepers_needed=2)
    staffed(steward, event, keeper)
    other = meeting(starts=SATURDAY + HOUR)
    assert refused(plan_facilitator, steward, other.pk, keeper.keeper_id) == "asked"
    watch: dict[str, Any] = {"slugs": [room.slug], "starts": SATURDAY, "ends": SATURDAY + HOUR}
    assert refused(plan_shifts, steward, keeper_id=keeper.keeper_id, **watch) == "asked"
    plan_shifts(steward, keeper_id=second_keeper.keeper_id, **watch)
    assert refused(plan_facilitator, steward, event.pk, second_keeper.keeper_id) == "asked"


def test_facilitators_move_with_the_meeting_but_into_no_other_duty(
    event: Event, meeting: Meeting, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    (shift,) = staffed(steward, event, keeper)
    week = dt.timedelta(days=7)
    change(event, starts=SATURDAY + week, ends=SATURDAY + week + HOUR)
    shift.refresh_from_db()
    assert (shift.starts, shift.ends) == (SATURDAY + week, SATURDAY + week + HOUR)
    staffed(steward, meeting(), keeper)
    with pytest.raises(Refusal) as refusal:
        change(event, starts=SATURDAY, ends=SATURDAY + HOUR)
    assert (refusal.value.code, "みどり" in refusal.value.text) == ("asked", True)
    shift.refresh_from_db()
    assert shift.starts == SATURDAY + week


def test_who_is_ill_is_stood_in_for_by_the_first_who_can(
    event: Event, sign: Sign, steward: KeeperFacts, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    row = sign(event)
    (ill, _) = staffed(steward, event, keeper, steward)
    look_for_stand_in(steward, ill.pk)
    assert sign_up_page(row.pk).to_know == [PREPARING]
    (wanted,) = wanted_stand_ins()
    assert (wanted.keeper, wanted.rooms) == ("みどり", ["土曜の会"])
    take_stand_in(second_keeper, wanted.id)
    assert sign_up_page(row.pk).to_know == []
    assert (facilitates(second_keeper.keeper_id, event.pk), facilitates(keeper.keeper_id, event.pk)) == (
        True,
        False,
    )


def test_looking_is_given_up_by_who_plans_alone(
    event: Event, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    (shift, _) = staffed(steward, event, keeper, steward)
    assert refused(look_for_stand_in, keeper, shift.pk) == "not_found"
    look_for_stand_in(steward, shift.pk)
    look_for_stand_in(steward, shift.pk)
    assert refused(stop_looking, keeper, shift.pk) == "not_found"
    stop_looking(steward, shift.pk)
    stop_looking(steward, shift.pk)
    assert (wanted_stand_ins(), is_preparing(event)) == ([], False)


def test_a_meeting_called_off_frees_its_facilitators(
    event: Event, meeting: Meeting, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    (shift,) = staffed(steward, event, keeper)
    call_off_event(event.pk, words="")
    staffed(steward, meeting(), keeper)  # the same hours
    bring_back_event(event.pk)
    assert is_preparing(event)
    assert refused(bring_back_shift, steward, shift.pk) == "asked"


def test_the_roster_names_the_meeting_and_says_who_is_missing(
    event: Event, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    (shift,) = staffed(steward, event, keeper)
    (line,) = roster(DAY, 1)[0].shifts
    assert (line.rooms, line.keeper, line.is_elsewhere) == (["土曜の会"], "みどり", True)
    (gap,) = lacking(DAY, 1)
    assert (gap.room, gap.missing) == ("土曜の会", 1)
    call_off_shift(steward, shift.pk)
    assert lacking(DAY, 1)[0].missing == 2


def test_nobody_is_missed_at_the_desk_who_facilitates(
    event: Event, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    staffed(steward, event, keeper)
    (line,) = shifts_today(SATURDAY + HOUR / 2)
    assert not line.is_missing


def test_the_record_of_a_keeper_tells_of_it(
    event: Event, steward: KeeperFacts, keeper: KeeperFacts, open_room: OpenRoom
) -> None:
    assert Room.objects.count() == 0
    staffed(steward, event, keeper)
    person = Person.objects.get(pk=keeper.person_id)
    found = {section.title: section.rows for section in sections(person)}
    assert [what for _, what in found["当番の予定の集まり"]] == ["土曜の会"]
