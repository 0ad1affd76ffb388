"""Nobody carries it alone: hard texts are counted by number, the sixth is for another, a break is offered."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from ibasho.desk.actions import read_note
from ibasho.duty.actions import note_there
from ibasho.house.models import Note
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation import actions
from ibasho.moderation.models import MANY_HARD_TEXTS, Claim, Concern, Incident, Strain
from ibasho.moderation.queries import (
    case_of,
    claims_now,
    had_a_hard_duty,
    should_be_offered,
    strain_of,
    wants_to_talk,
)
from ibasho.people.models import Person
from ibasho.people.my_record import sections_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, step_in, step_out
from ibasho.rooms.models import Room, Seat
from tests.moderation.conftest import Say, on_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def refs(
    room: Room,
    seat: Seat,
    reader: Seat,
    regular: Person,
    other_regular: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    say: Say,
    clock: time_machine.Traveller,
) -> list[str]:
    """Six cases that wait, and both keepers are there."""
    found = []
    for number in range(MANY_HARD_TEXTS + 1):
        clock.shift(dt.timedelta(minutes=1))
        message = say(regular, room, f"{number}番目の言葉")
        concern = actions.tell_keepers(other_regular, room, message.pk, reason="harm")[0]
        found.append(case_of(keeper, concern.pk).ref)
    for facts in (keeper, second_keeper):
        note_there(facts.keeper_id)
    return found


def _opened(keeper: KeeperFacts) -> int:
    strain = strain_of(keeper.keeper_id)
    return strain.opened if strain else 0


def _see(keeper: KeeperFacts, refs: list[str]) -> None:
    for ref in refs:
        actions.look_at(keeper, ref)


def test_what_is_looked_at_is_counted_once_and_only_as_a_number(
    refs: list[str], keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    _see(keeper, [refs[0], refs[1], refs[0]])
    clock.shift(dt.timedelta(minutes=2))
    _see(keeper, [refs[0]])
    assert _opened(keeper) == 2
    assert _opened(second_keeper) == 0
    _see(second_keeper, [refs[0]])  # the page says who looks; nothing is counted
    assert _opened(second_keeper) == 0
    assert {field.name for field in Strain._meta.concrete_fields} == {
        *("id", "duty", "opened", "hard_at", "offers_break", "asked_at", "answered_by")
    }


def test_the_sixth_is_offered_to_another_who_is_there(
    refs: list[str], keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    _see(keeper, refs[:MANY_HARD_TEXTS])
    sixth = refs[MANY_HARD_TEXTS]
    assert should_be_offered(keeper, sixth)
    _see(keeper, [sixth])
    assert sixth not in [held.ref for held in claims_now()]

    actions.ask_another(keeper, sixth)
    _see(keeper, [sixth])
    assert [(held.name, held.asks) for held in claims_now() if held.ref == sixth] == [("みどり", True)]
    _see(second_keeper, [sixth])
    assert [(held.name, held.asks) for held in claims_now() if held.ref == sixth] == [("すすき", False)]
    actions.ask_another(keeper, sixth)  # the page was old: somebody looks at it by now
    assert Claim.objects.get(key=sixth.partition(":")[2]).keeper_id == second_keeper.keeper_id
    assert (_opened(keeper), _opened(second_keeper)) == (MANY_HARD_TEXTS, 1)


def test_the_sixth_may_still_be_looked_at_oneself(
    refs: list[str], keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    _see(keeper, refs[:MANY_HARD_TEXTS])
    assert actions.claim(keeper, refs[-1]).name == keeper.duty_name
    assert _opened(keeper) == MANY_HARD_TEXTS + 1


@pytest.mark.parametrize("how", ["step_out", "leave_duty"])
def test_whoever_takes_a_break_or_left_is_offered_nothing_at_once(
    how: str, refs: list[str], keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    _see(keeper, refs[:MANY_HARD_TEXTS])
    assert should_be_offered(keeper, refs[-1])
    if how == "step_out":
        step_out(second_keeper)
    else:
        leave_duty(second_keeper)
    assert not should_be_offered(keeper, refs[-1])
    if how == "step_out":
        step_in(second_keeper)
        assert should_be_offered(keeper, refs[-1])


def test_what_one_asks_another_for_stands_in_nobodys_way(
    refs: list[str], keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    actions.ask_another(keeper, refs[0])
    number = _concern_of(refs[0])
    actions.decide_concern(second_keeper, number, outcome="kept", seen=number)
    assert not Claim.objects.exists()


def _concern_of(ref: str) -> int:
    return Concern.objects.get(message_key=ref.partition(":")[2]).pk


def test_after_a_danger_to_a_life_a_break_is_offered_and_may_be_declined(
    room: Room,
    seat: Seat,
    reader: Seat,
    other_regular: Person,
    keeper: KeeperFacts,
    say: Say,
    regular: Person,
) -> None:
    message = say(regular, room, "言葉")
    concern = actions.tell_keepers(other_regular, room, message.pk, reason="life")[0]
    actions.decide_concern(keeper, concern.pk, outcome="acted", seen=concern.pk)
    strain = strain_of(keeper.keeper_id)
    assert strain is not None
    assert strain.offers_break
    actions.decline_break(keeper)
    actions.decline_break(keeper)
    declined = Strain.objects.get()
    assert (declined.offers_break, declined.hard_at) == (False, strain.hard_at)


def test_a_danger_to_a_life_counts_when_taken_and_offers_a_break_when_it_is_over(
    room: Room, seat: Seat, keeper: KeeperFacts, say: Say, regular: Person
) -> None:
    message = say(regular, room, "言葉")
    incident = actions.begin_by_hand(keeper, room.slug, message.pk, about_other=False)
    actions.take_incident(keeper, incident.pk)
    actions.take_incident(keeper, incident.pk)
    assert _opened(keeper) == 1
    assert not had_a_hard_duty(keeper.keeper_id)
    actions.close_incident(keeper, incident.pk, outcome=Incident.Outcome.values[0])
    assert had_a_hard_duty(keeper.keeper_id)


def test_a_note_about_dying_counts_as_hard_and_another_does_not(room: Room, keeper: KeeperFacts) -> None:
    for is_hard in (False, True):
        note = Note.objects.create(text="メモ", written_on=house_clock.today(), about_dying=is_hard)
        actions.claim(keeper, f"note:{note.pk}")
        assert _opened(keeper) == int(is_hard)
        read_note(keeper, note.pk)
        assert had_a_hard_duty(keeper.keeper_id) == is_hard


def test_no_duty_right_after_a_hard_night(
    room: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    actions.note_hard_case(keeper)
    leave_duty(keeper)
    clock.shift(dt.timedelta(hours=11, minutes=59))
    actions.forget_old_strains()
    assert had_a_hard_duty(keeper.keeper_id)
    assert not had_a_hard_duty(second_keeper.keeper_id)
    clock.shift(dt.timedelta(minutes=1))
    assert not had_a_hard_duty(keeper.keeper_id)
    clock.shift(dt.timedelta(days=2))
    actions.forget_old_strains()
    assert not Strain.objects.exists()


def test_somebody_to_talk_to_is_asked_for_and_answers_once(
    room: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    on_duty(room, steward)
    actions.ask_to_talk(keeper)
    strain = strain_of(keeper.keeper_id)
    assert strain is not None
    assert wants_to_talk(strain)
    assert actions.answer_talk(keeper, strain.duty_id) is None  # not by oneself
    assert actions.answer_talk(second_keeper, strain.duty_id) is not None
    actions.answer_talk(steward, strain.duty_id)
    strain.refresh_from_db()
    assert strain.answered_by_id == second_keeper.keeper_id
    assert not wants_to_talk(strain)
    actions.end_talk(keeper)
    actions.end_talk(keeper)
    assert actions.answer_talk(steward, strain.duty_id) is None


def test_without_a_duty_nothing_is_asked_or_counted(room: Room, keeper: KeeperFacts) -> None:
    leave_duty(keeper)
    with pytest.raises(Refusal) as refused:
        actions.ask_to_talk(keeper)
    assert refused.value.code == "not_found"
    actions.note_hard_case(keeper)
    assert not Strain.objects.exists()


def test_it_stands_in_the_keepers_own_record(room: Room, keeper: KeeperFacts) -> None:
    actions.note_hard_case(keeper)
    actions.ask_to_talk(keeper)
    person = Person.objects.get(pk=keeper.person_id)
    (section,) = [section for section in sections_of(person) if section.title == "当番の重さ"]
    assert "だれかと話したいと伝えました。" in section.rows[0][1]
