"""Words about dying outside the rooms reach the contacts as an incident does, until a keeper looks at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from ibasho.desk.actions import read_note, unread_note
from ibasho.duty.actions import apply_to_help, note_there
from ibasho.house.actions import leave_note
from ibasho.house.queries import notices_for
from ibasho.moderation.actions import (
    ask_review,
    claim,
    hide,
    leave_quiet_post,
    raise_alarms,
    send_calls,
    tell_keepers,
)
from ibasho.moderation.models import EscalationCall, LifeWords, LogEntry
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import step_out
from ibasho.rooms.models import Room, Seat
from tests.conftest import KeeperClient
from tests.moderation.conftest import FIRST, RULE, SECOND, Say, on_duty
from tests.moderation.mail_server import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contacts", "room")]
DYING = "もう、死にたいです。"
Written = Callable[[str], int]
Opens = Callable[[int], int]


@pytest.fixture(params=["note", "quiet", "review", "volunteer"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def write(kind: str, room: Room, seat: Seat, regular: Person, keeper: KeeperFacts, say: Say) -> Written:
    """`write(text)`: there, to be read by staff; the number of its row."""

    def review(text: str) -> int:
        hide(keeper, room.slug, say(regular, room).pk, rule=RULE)
        return ask_review(notices_for(regular.pk)[0]["act"], text).pk

    return {
        "note": lambda text: leave_note(text).pk,
        "quiet": lambda text: leave_quiet_post(text).pk,
        "review": review,
        "volunteer": lambda text: (
            apply_to_help(call_name="くさ", contact="kusa@mail.example", why=text)[0].pk
        ),
    }[kind]


@pytest.fixture
def look(kind: str, room: Room, steward: KeeperFacts, keeper_client: KeeperClient) -> Opens:
    """`look(number)`: a keeper on duty who may read them opens the page on which they stand."""
    on_duty(room, steward)
    path = {
        "note": "/desk/notes/",
        "quiet": "/desk/quiet-box/",
        "review": "/desk/reviews/{}/",
        "volunteer": "/desk/volunteers/{}/",
    }[kind]
    browser = keeper_client(steward)
    return lambda number: browser.get(path.format(number)).status_code


def _turn(times: int = 1) -> None:
    for _ in range(times):
        raise_alarms()
        send_calls()


def test_after_a_minute_unseen_the_contacts_hear_one_after_the_other(
    kind: str, write: Written, server: MailServer, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    number = write(DYING)
    _turn()
    clock.shift(dt.timedelta(seconds=59))
    _turn(2)
    assert server.to == []
    clock.shift(dt.timedelta(seconds=1))
    _turn(2)
    assert server.to == [FIRST]
    clock.shift(dt.timedelta(minutes=2))
    note_there(keeper.keeper_id)
    _turn(2)
    assert server.to == [FIRST, SECOND]
    assert all(DYING not in letter.as_string() for letter in server.letters)
    entry = LogEntry.objects.get(verb="call_contacts")
    assert (entry.actor, entry.detail.facts) == (None, {"about": kind, "number": number})


def test_at_once_while_nobody_is_there(
    write: Written, server: MailServer, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    write(DYING)
    for who in (keeper, second_keeper):
        step_out(who)
    _turn()
    assert server.to == [FIRST]


def test_who_opens_them_stops_it_while_they_are_there(
    write: Written,
    look: Opens,
    server: MailServer,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    number = write(DYING)
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    clock.shift(dt.timedelta(minutes=1))
    note_there(keeper.keeper_id)
    _turn()
    assert server.to == [FIRST]
    assert look(number) == 200
    for _ in range(5):
        clock.shift(dt.timedelta(minutes=2))
        note_there(steward.keeper_id)
        _turn(2)
    assert server.to == [FIRST]
    clock.shift(dt.timedelta(minutes=3))
    _turn(2)
    assert server.to == [FIRST, SECOND], "they have left it, and it waits as before"


def test_who_opens_them_before_the_house_counted_a_second_stops_it_too(
    write: Written, look: Opens, server: MailServer, clock: time_machine.Traveller
) -> None:
    look(write(DYING))
    clock.shift(dt.timedelta(minutes=2))
    _turn(2)
    assert server.to == []


def test_other_words_call_nobody(
    write: Written, look: Opens, server: MailServer, clock: time_machine.Traveller
) -> None:
    look(write("お茶のことです。"))
    clock.shift(dt.timedelta(minutes=10))
    _turn()
    assert (server.to, LifeWords.objects.count()) == ([], 0)


def test_what_is_read_is_followed_no_more_and_what_is_unread_again_is(
    server: MailServer, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    note = leave_note(DYING)
    _turn()
    assert LifeWords.objects.count() == 1
    read_note(keeper, note.pk)
    _turn()
    assert LifeWords.objects.count() == 0
    unread_note(keeper, note.pk)
    _turn()
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    assert server.to == [FIRST]
    read_note(keeper, note.pk)
    _turn()
    assert not EscalationCall.objects.exists()


def test_who_is_not_on_duty_or_takes_a_break_stops_nothing_by_opening_a_page(
    server: MailServer,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    leave_note(DYING)
    step_out(keeper)
    for who in (keeper, steward):
        assert keeper_client(who).get("/desk/notes/").status_code == 200
    _turn()
    assert LifeWords.objects.get().seen_at is None
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    assert server.to == [FIRST]


def test_a_claim_of_somebody_not_on_duty_holds_it_as_long_as_it_counts(
    server: MailServer, steward: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    note = leave_note(DYING)
    _turn()
    claim(steward, f"note:{note.pk}")
    clock.shift(dt.timedelta(minutes=9))
    _turn()
    assert server.to == []
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    assert server.to == [FIRST]


def test_who_says_that_they_look_at_a_note_stops_it(
    server: MailServer, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    note = leave_note(DYING)
    _turn()
    claim(keeper, f"note:{note.pk}")
    clock.shift(dt.timedelta(minutes=2))
    _turn()
    assert server.to == []
    clock.shift(dt.timedelta(minutes=1))
    _turn()
    assert server.to == [FIRST], "of their claim nothing is left when they are gone from their duty"


def test_a_page_that_refreshes_itself_is_nobody_who_looks(
    server: MailServer, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    leave_note(DYING)
    _turn()
    browser: Client = keeper_client(keeper)
    browser.get("/desk/notes/", headers={"X-Again": "1"})
    browser.get("/desk/")
    assert LifeWords.objects.get().seen_at is None


def test_a_telling_is_an_incident_and_calls_once(
    server: MailServer,
    regular: Person,
    other_regular: Person,
    seat: Seat,
    room: Room,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    tell_keepers(other_regular, room, say(regular, room).pk, reason="life", words=DYING)
    clock.shift(dt.timedelta(minutes=1))
    _turn(2)
    assert (server.to, LifeWords.objects.count()) == ([FIRST], 0)
