"""緊急の連絡先: reached when nobody looks for a minute or nobody is there; once each, in order, without a word."""

from __future__ import annotations

import datetime as dt
import threading
from email.message import Message

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from ibasho.duty.actions import note_there
from ibasho.house.actions import leave_note
from ibasho.house.staff_here import staff_here
from ibasho.lib import clock as house_clock
from ibasho.lib import env
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import stamp_of
from ibasho.moderation.actions import (
    add_contact,
    change_contact,
    close_incident,
    escalating,
    look_at_incident,
    move_contact,
    raise_alarms,
    release_incident,
    remove_contact,
    send_calls,
    send_calls_aside,
    take_incident,
    tell_keepers,
)
from ibasho.moderation.escalation_contacts import ContactFacts
from ibasho.moderation.models import EscalationCall, EscalationContact, Incident, LogDetail
from ibasho.moderation.queries import contact_facts, contacts_listed
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import step_out
from ibasho.rooms.models import Room, Seat
from tests.conftest import OpenRoom
from tests.moderation.conftest import FIRST, SECOND, Say
from tests.moderation.mail_server import MailServer

pytestmark = pytest.mark.django_db
WORDS = "川の音がします。"


@pytest.fixture(autouse=True)
def fresh_log() -> None:
    escalating._said_at.clear()


@pytest.fixture
def incident(
    room: Room, seat: Seat, regular: Person, other_regular: Person, say: Say, contacts: object
) -> Incident:
    tell_keepers(other_regular, room, say(regular, room, WORDS).pk, reason="life")
    return Incident.objects.get()


def _turn() -> None:
    raise_alarms()
    send_calls()


def test_after_a_minute_unseen_the_first_hears_and_two_minutes_later_the_next(
    incident: Incident, server: MailServer, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(seconds=59))
    _turn()
    assert server.to == []
    clock.shift(dt.timedelta(seconds=1))
    for _ in range(2):
        _turn()
    assert server.to == [FIRST]
    clock.shift(dt.timedelta(minutes=2))
    note_there(keeper.keeper_id)
    for _ in range(2):
        _turn()
    assert server.to == [FIRST, SECOND]
    assert list(incident.steps.values_list("what", flat=True)) == ["begun", "called", "reached", "reached"]


def test_a_room_without_anybody_says_that_somebody_may_hear_only_if_a_mail_can_reach_one(
    open_room: OpenRoom, steward: KeeperFacts, settings: Settings
) -> None:
    def says_so() -> bool:
        return staff_here(f"/rooms/{left.slug}/").may_be_called

    left = open_room(keepers_needed=2)
    settings.MAIL = env.Mail("127.0.0.1", 25, "", "", "house@ibasho.example", False, False)
    assert not says_so()
    add_contact(steward, ContactFacts("かえで", "090-0000-0000", ""))
    assert not says_so()
    add_contact(steward, ContactFacts("もみじ", "", FIRST))
    assert says_so()
    settings.MAIL = None
    assert not says_so()


def test_it_says_nothing_but_that_the_desk_is_to_be_looked_at(
    incident: Incident, server: MailServer, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    (letter,) = server.letters
    assert _body(letter) == (
        "みどりの家から、おしらせがあります。机を見てください。\r\nhttp://localhost:8000/desk/\r\n"
    )
    assert all(words not in letter.as_string() for words in (WORDS, "ひだまり", "なのはな"))


def test_at_once_while_nobody_is_there(
    incident: Incident, server: MailServer, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    for who in (keeper, second_keeper):
        step_out(who)
    _turn()
    assert server.to == [FIRST]


@pytest.mark.parametrize("act", [look_at_incident, take_incident])
def test_whoever_looks_stops_it(
    act: object, incident: Incident, server: MailServer, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    act(keeper, incident.pk)  # type: ignore[operator]
    clock.shift(dt.timedelta(minutes=10))
    note_there(keeper.keeper_id)
    _turn()
    assert server.to == [FIRST]


def test_one_that_was_let_go_calls_anew_and_one_that_ended_does_not(
    incident: Incident, server: MailServer, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    take_incident(keeper, incident.pk)
    release_incident(keeper, incident.pk)
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    assert server.to == [FIRST, FIRST]
    close_incident(keeper, incident.pk, outcome="no_danger")
    clock.shift(dt.timedelta(minutes=10))
    _turn()
    assert server.to == [FIRST, FIRST]


def test_many_dangers_are_one_message_and_ten_minutes_later_one_that_says_there_are_more(
    server: MailServer, contacts: object, clock: time_machine.Traveller, house: object
) -> None:
    for number in range(30):
        leave_note(f"もう、死にたいです。{number}")
        _turn()
    clock.shift(dt.timedelta(minutes=2))
    for _ in range(3):
        leave_note("いま死にたいです。")
        _turn()
    assert server.to == [FIRST, SECOND]
    clock.shift(dt.timedelta(minutes=8))
    _turn()
    _turn()
    clock.shift(dt.timedelta(minutes=2))
    _turn()
    assert server.to == [FIRST, SECOND, FIRST, SECOND]
    assert ["ふえています" in _body(letter) for letter in server.letters] == [False, False, True, True]
    clock.shift(dt.timedelta(minutes=20))
    _turn()
    assert len(server.to) == 4


def test_a_danger_of_another_room_waits_for_the_same_ten_minutes_and_what_was_let_go_does_not(
    incident: Incident,
    server: MailServer,
    keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    leave_note("もう、死にたいです。")
    _turn()
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    assert server.to == [FIRST]
    take_incident(keeper, incident.pk)
    release_incident(keeper, incident.pk)
    clock.shift(dt.timedelta(minutes=1))
    note_there(keeper.keeper_id)
    _turn()
    assert server.to == [FIRST, FIRST]


def test_an_address_stands_on_the_list_once(steward: KeeperFacts, contacts: list[EscalationContact]) -> None:
    with pytest.raises(Refusal, match="malformed") as caught:
        add_contact(steward, ContactFacts("つばき", "", FIRST.upper()))
    assert "もう、のっています" in caught.value.text
    with pytest.raises(Refusal, match="malformed"):
        change_contact(
            steward, contacts[1].pk, ContactFacts("けやき", "", FIRST), seen=_stamp(contacts[1].pk)
        )
    change_contact(steward, contacts[1].pk, ContactFacts("けやき", "1", SECOND), seen=_stamp(contacts[1].pk))
    assert EscalationContact.objects.count() == 2


def test_a_server_that_takes_nothing_is_tried_again_and_the_log_holds_no_address(
    incident: Incident,
    server: MailServer,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.is_full = True
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    _turn()
    assert (server.letters, EscalationCall.objects.earliest("due_at").tries) == ([], 1)
    assert "an alarm could not be sent" in caplog.text
    assert FIRST not in caplog.text
    server.is_full = False
    clock.shift(dt.timedelta(seconds=15))
    _turn()
    assert server.to == [FIRST]


def test_while_the_server_is_away_one_line_a_minute_says_so(
    incident: Incident,
    server: MailServer,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.is_full = True
    clock.shift(dt.timedelta(minutes=1))
    for _ in range(8):
        _turn()
        clock.shift(dt.timedelta(seconds=15))
    assert EscalationCall.objects.earliest("pk").tries > 2
    assert caplog.text.count("an alarm could not be sent") == 2


def test_one_that_another_process_is_sending_is_left_to_it(
    incident: Incident, server: MailServer, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=1))
    raise_alarms()
    EscalationCall.objects.update(claimed_until=incident.alerted_at + dt.timedelta(minutes=3))
    assert (send_calls(), server.to) == (0, [])
    clock.shift(dt.timedelta(minutes=2))  # that process died
    assert send_calls() == 2
    assert server.to == [FIRST, SECOND]


def test_who_may_not_be_reached_now_is_left_out_unless_nobody_may(
    incident: Incident,
    server: MailServer,
    steward: KeeperFacts,
    contacts: list[EscalationContact],
    clock: time_machine.Traveller,
) -> None:
    first, second = (contact.pk for contact in contacts)
    night = ContactFacts("もみじ", "", FIRST, (22 * 60, 26 * 60))  # it is 20:02
    change_contact(steward, first, night, seen=_stamp(first))
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    assert server.to == [SECOND]
    Incident.objects.update(called_for=None)
    EscalationCall.objects.all().delete()
    clock.shift(dt.timedelta(minutes=10))  # as long as nobody is told twice
    change_contact(steward, second, ContactFacts("けやき", "", SECOND, (0, 60)), seen=_stamp(second))
    _turn()
    assert server.to == [SECOND, FIRST]


def test_a_contact_that_another_secret_sealed_is_said_to_be_unreadable_and_the_others_are_called(
    incident: Incident,
    server: MailServer,
    contacts: list[EscalationContact],
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    foreign = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    clock.shift(dt.timedelta(minutes=1))
    raise_alarms()
    EscalationContact.objects.filter(pk=contacts[0].pk).update(sealed_mail=foreign)
    assert [listed.facts.name for listed in contacts_listed()] == ["読めません", "けやき"]
    send_calls()  # of the one whose turn it was by then
    clock.shift(dt.timedelta(minutes=2))
    send_calls()
    assert server.to == [SECOND]
    Incident.objects.update(alerted_at=house_clock.now() - dt.timedelta(minutes=1))
    _turn()
    assert server.to == [SECOND, SECOND]
    assert "1 escalation contacts cannot be read" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_slow_mail_server_holds_up_nobody_else(
    incident: Incident, server: MailServer, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=1))
    raise_alarms()
    server.answers.clear()
    assert [send_calls_aside(), send_calls_aside()] == [True, False]
    assert server.to == []
    server.answers.set()
    (sending,) = [thread for thread in threading.enumerate() if thread.name == "ibasho-calls"]
    sending.join(10)
    assert server.to == [FIRST]
    assert EscalationCall.objects.earliest("due_at").sent_at is not None
    assert send_calls_aside() is False


def test_without_a_mail_server_nobody_is_promised_anything(
    incident: Incident, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=5))
    _turn()
    assert not EscalationCall.objects.exists()
    assert list(incident.steps.values_list("what", flat=True)) == ["begun"]


def test_the_table_and_the_log_hold_no_name_and_no_number(contacts: list[EscalationContact]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_name, sealed_telephone, sealed_mail FROM moderation_escalationcontact")
        kept = str(cursor.fetchall()) + str(list(LogDetail.objects.values_list("body", flat=True)))
    for secret in ("もみじ", "000-0000-0000", FIRST, SECOND):
        assert secret not in kept
    assert contact_facts(contacts[0].pk) == ContactFacts("もみじ", "000-0000-0000", FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        EscalationContact.objects.update(sealed_telephone="", sealed_mail="")


def test_the_list_has_an_order_and_forgets_who_is_taken_off(
    steward: KeeperFacts, contacts: list[EscalationContact]
) -> None:
    move_contact(steward, contacts[1].pk, by=-1)
    assert [listed.facts.name for listed in contacts_listed()] == ["けやき", "もみじ"]
    remove_contact(steward, contacts[0].pk)
    assert EscalationContact.objects.count() == 1


def _body(letter: Message) -> str:
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def _stamp(contact_id: int) -> str:
    return stamp_of(contact_facts(contact_id))
