"""A danger to a life whose keeper is not there is everybody's again, and more words are told to somebody."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from ibasho.desk.queries import desk_now
from ibasho.desk.queries.alerts import alerts_for
from ibasho.desk.queries.dangers import danger_cards
from ibasho.duty.actions import note_there
from ibasho.duty.models import Duty
from ibasho.lib import clock as house_clock
from ibasho.moderation.actions import (
    look_at_incident,
    raise_alarms,
    release_absent,
    send_calls,
    take_incident,
    tell_keepers,
)
from ibasho.moderation.models import Incident, LogEntry
from ibasho.moderation.queries import check_log
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import end_due_duties, step_out, turn_sessions
from ibasho.rooms.models import Message, Room, Seat
from tests.moderation.conftest import FIRST, SECOND, Say
from tests.moderation.mail_server import MailServer

pytestmark = pytest.mark.django_db
DANGER, MORE = "いま橋の上にいます。", "もう死にたいです。"


@pytest.fixture
def incident(room: Room, seat: Seat, regular: Person, say: Say) -> Incident:
    say(regular, room, DANGER)
    return Incident.objects.get()


def _alerts(keeper: KeeperFacts) -> list[str]:
    return [alert.text for alert in alerts_for(keeper, desk_now()) if alert.level == "life"]


def test_whoever_vanishes_has_it_no_more_and_everybody_is_alerted_anew(
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    take_incident(keeper, incident.pk)
    assert _alerts(second_keeper) == []
    clock.shift(dt.timedelta(minutes=2))
    note_there(second_keeper.keeper_id)
    raise_alarms()
    assert Incident.objects.get().taken_by_id == keeper.keeper_id
    clock.shift(dt.timedelta(minutes=1))
    for _ in range(2):
        raise_alarms()  # it runs every two seconds
    left = Incident.objects.get()
    assert (left.taken_by, left.seen_at) == (None, None)
    assert left.alerted_at > incident.alerted_at
    assert _alerts(second_keeper) == ["いますぐ見てください。命が心配な書き込みがあります。"]
    assert list(left.steps.values_list("what", flat=True)) == ["begun", "taken", "absent"]
    assert LogEntry.objects.latest("number").actor is None
    assert check_log() is None


def test_nobodys_duty_is_carried_on_for_ever_by_what_they_do_not_look_after(
    incident: Incident, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    take_incident(keeper, incident.pk)
    for _ in range(20):
        clock.shift(dt.timedelta(minutes=4))
        raise_alarms()
        end_due_duties()
        turn_sessions()
    assert not Duty.objects.filter(ended_at=None).exists()
    assert Incident.objects.get().taken_by is None


def test_a_short_break_lets_nothing_go_and_a_long_one_does(
    incident: Incident, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    take_incident(keeper, incident.pk)
    step_out(keeper)
    clock.shift(dt.timedelta(minutes=4))
    assert release_absent() == 0
    clock.shift(dt.timedelta(minutes=1))
    assert [release_absent(), release_absent()] == [1, 0]
    take_incident(keeper, incident.pk)  # and is back by that
    assert release_absent() == 0


@pytest.mark.usefixtures("contacts")
def test_who_only_looked_and_vanishes_leaves_it_as_unseen_as_before_and_the_contacts_hear_at_once(
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    server: MailServer,
    clock: time_machine.Traveller,
) -> None:
    look_at_incident(keeper, incident.pk)
    for _ in range(3):
        clock.shift(dt.timedelta(seconds=59))
        note_there(second_keeper.keeper_id)
        raise_alarms()
    assert Incident.objects.get().seen_by_id == keeper.keeper_id
    clock.shift(dt.timedelta(seconds=3))
    for _ in range(2):
        raise_alarms()
    left = Incident.objects.get()
    assert (left.seen_at, left.seen_by, left.alerted_at) == (None, None, incident.alerted_at)
    for _ in range(2):
        raise_alarms()
        send_calls()
    assert server.to == [FIRST]
    steps = list(left.steps.values_list("what", flat=True))
    assert steps == ["begun", "seen", "absent", "called", "reached"]
    assert LogEntry.objects.filter(verb="alert_again").count() == 1


@pytest.mark.usefixtures("contacts")
def test_who_takes_a_break_and_looks_again_and_again_keeps_nobody_outside_from_hearing(
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    server: MailServer,
    clock: time_machine.Traveller,
) -> None:
    step_out(keeper)
    for _ in range(4):
        look_at_incident(keeper, incident.pk)
        raise_alarms()
        send_calls()
        clock.shift(dt.timedelta(seconds=20))
    left = Incident.objects.get()
    assert (left.seen_at, left.alerted_at, server.to) == (None, incident.alerted_at, [FIRST])
    assert list(left.steps.values_list("what", flat=True)) == ["begun", "called", "reached"]
    look_at_incident(second_keeper, incident.pk)
    assert Incident.objects.get().seen_by_id == second_keeper.keeper_id


@pytest.mark.usefixtures("contacts")
def test_the_second_contact_hears_in_their_turn_whatever_begins_anew_meanwhile(
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    room: Room,
    say: Say,
    server: MailServer,
    clock: time_machine.Traveller,
) -> None:
    def turn(seconds: int) -> list[str]:
        clock.shift(dt.timedelta(seconds=seconds))
        note_there(second_keeper.keeper_id)
        for _ in range(2):
            raise_alarms()
            send_calls()
        return server.to

    assert turn(60) == [FIRST]
    look_at_incident(keeper, incident.pk)
    assert turn(30) == [FIRST]
    say(regular, room, MORE)
    assert turn(59) == [FIRST]
    assert turn(1) == [FIRST, FIRST], "of the words that came since"
    assert turn(30) == [FIRST, FIRST, SECOND], "as it was due"
    assert turn(300) == [FIRST, FIRST, SECOND]
    look_at_incident(second_keeper, incident.pk)
    step_out(second_keeper)
    assert turn(0) == [FIRST, FIRST, SECOND, FIRST], "all had heard: it begins anew"


def test_so_does_who_looked_and_takes_a_break(incident: Incident, keeper: KeeperFacts) -> None:
    look_at_incident(keeper, incident.pk)
    assert release_absent() == 0
    (before,) = alerts_for(keeper, desk_now())
    step_out(keeper)
    assert [release_absent(), release_absent()] == [1, 0]
    assert Incident.objects.get().seen_at is None
    assert before.id not in [alert.id for alert in alerts_for(keeper, desk_now())], "it rings once more"


def test_so_does_who_looked_and_whose_duty_is_over(incident: Incident, keeper: KeeperFacts) -> None:
    look_at_incident(keeper, incident.pk)
    duty = Duty.objects.filter(keeper=keeper.keeper_id)
    duty.update(ended_at=house_clock.now(), there_at=None)
    assert [release_absent(), release_absent()] == [1, 0]
    assert Incident.objects.get().seen_at is None


def test_whoever_looked_last_and_is_there_knows_of_it(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    for who in (keeper, second_keeper, second_keeper):
        look_at_incident(who, incident.pk)
    step_out(keeper)
    assert release_absent() == 0
    assert list(incident.steps.values_list("what", flat=True)) == ["begun", "seen", "seen"]
    take_incident(second_keeper, incident.pk)
    assert release_absent() == 0


def test_more_words_alert_those_who_had_only_looked(
    incident: Incident,
    keeper: KeeperFacts,
    regular: Person,
    room: Room,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    clock.shift(dt.timedelta(seconds=30))
    say(regular, room, "死にたいです。")
    assert Incident.objects.get().alerted_at == incident.alerted_at  # unseen: the first alarm goes on
    look_at_incident(keeper, incident.pk)
    clock.shift(dt.timedelta(seconds=30))
    say(regular, room, MORE)
    anew = Incident.objects.get()
    assert anew.seen_at is None
    assert anew.alerted_at > incident.alerted_at


def test_more_words_go_to_whoever_is_there_and_has_it_until_they_look(
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    room: Room,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    take_incident(keeper, incident.pk)
    assert _alerts(keeper) == []
    clock.shift(dt.timedelta(seconds=30))
    say(regular, room, MORE)
    assert Incident.objects.get().taken_by_id == keeper.keeper_id
    assert _alerts(keeper) == ["あなたが見ている方のことで、言葉がふえました。"]
    assert _alerts(second_keeper) == []
    clock.shift(dt.timedelta(seconds=10))
    look_at_incident(second_keeper, incident.pk)
    assert len(_alerts(keeper)) == 1
    look_at_incident(keeper, incident.pk)
    assert _alerts(keeper) == []


def test_more_words_do_not_wait_for_somebody_who_takes_a_break(
    incident: Incident, keeper: KeeperFacts, other_regular: Person, room: Room
) -> None:
    take_incident(keeper, incident.pk)
    step_out(keeper)
    tell_keepers(other_regular, room, Message.objects.get().pk, reason="life")
    left = Incident.objects.get()
    assert (left.taken_by, left.seen_at) == (None, None)


def test_the_card_names_who_is_really_reached(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    (card,) = danger_cards(keeper, desk_now())
    assert (list(card.told), list(card.resting)) == ([second_keeper.duty_name], [])
    step_out(second_keeper)
    (card,) = danger_cards(keeper, desk_now())
    assert (list(card.told), list(card.resting)) == ([], [second_keeper.duty_name])
    clock.shift(dt.timedelta(minutes=4))
    (card,) = danger_cards(second_keeper, desk_now())
    assert (list(card.told), list(card.resting)) == ([], [])
