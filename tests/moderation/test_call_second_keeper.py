"""もう一人をよぶ: whoever is alone in a quiet room calls the second keeper with one tap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.desk.queries.dangers import quiet_room_now
from ibasho.duty.actions import note_there
from ibasho.duty.models import Duty
from ibasho.duty.queries import is_keeper_there
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    ask_quiet_room,
    begin_by_hand,
    call_second_keeper,
    end_answered_calls,
    end_quiet_room,
    stop_calling_second_keeper,
)
from ibasho.moderation.models import Incident, LogEntry
from ibasho.moderation.queries import VERB_WORDS
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import step_in, step_out
from ibasho.rooms.actions.duties import end_duty_of
from ibasho.rooms.models import Room, RoomSession, Seat
from tests.conftest import EnterAs, KeeperClient
from tests.moderation.conftest import Say, letters_to, on_duty

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
ONE_MORE = "静かな部屋に、もう一人お願いします。"
CALLS = "みどりさんが、静かな部屋で、もう一人を待っています。"
BUTTON, UNDO = "もう一人をよぶ</button>", "よぶのをやめる</button>"


@pytest.fixture
def incident(room: Room, seat: Seat, regular: Person, keeper: KeeperFacts, say: Say) -> Incident:
    words = say(regular, room, "川の音がします。")
    return begin_by_hand(keeper, room.slug, words.pk, about_other=False)


@pytest.fixture
def alone(incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts) -> Room:
    """みどり sits there; すすき, whose desk is open, has not come."""
    return ask_quiet_room(keeper, incident.pk)


def _alerts(keeper: KeeperFacts) -> dict[str, str]:
    return {alert.id: alert.text for alert in alerts_for(keeper, desk_now())}


def _steps(incident: Incident) -> list[str]:
    return list(incident.steps.values_list("what", flat=True))


def test_one_tap_rings_at_every_other_desk_once_more(
    alone: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    before, version = _alerts(second_keeper), desk_now().version
    assert (ONE_MORE in before.values(), CALLS in before.values()) == (True, False)
    call_second_keeper(keeper, incident.pk)
    call_second_keeper(keeper, incident.pk)
    assert desk_now().version != version
    for other in (second_keeper, steward):  # on duty or not, as for every danger to a life
        assert list(_alerts(other).values()).count(CALLS) == 1
    assert before.keys() < _alerts(second_keeper).keys(), "nothing else rings again"
    assert CALLS not in _alerts(keeper).values()
    assert _steps(incident).count("quiet_called") == 1
    assert LogEntry.objects.filter(verb="call_second_keeper").count() == 1


def test_it_is_undone_with_one_tap_and_rings_nothing_by_that(
    alone: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    before = _alerts(second_keeper)
    call_second_keeper(keeper, incident.pk)
    called = _alerts(second_keeper)
    for _ in range(2):
        stop_calling_second_keeper(keeper, incident.pk)
    assert _alerts(second_keeper) == before
    assert _steps(incident)[-2:] == ["quiet_called", "call_lifted"]
    call_second_keeper(keeper, incident.pk)
    again = _alerts(second_keeper)
    assert again.keys() - before.keys() != called.keys() - before.keys(), "called anew, it rings anew"
    stop_calling_second_keeper(second_keeper, incident.pk)
    assert _alerts(second_keeper) == again, "it is not theirs to take back"
    assert {"call_second_keeper", "stop_calling_second_keeper"} <= VERB_WORDS.keys()


def test_it_ends_when_the_second_comes_and_the_room_opens(
    alone: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, regular: Person
) -> None:
    call_second_keeper(keeper, incident.pk)
    ask_quiet_room(second_keeper, incident.pk)
    assert not {ONE_MORE, CALLS} & set(_alerts(second_keeper).values())
    assert [letter["code"] for letter in letters_to(regular)] == ["quiet_room"]
    call_second_keeper(keeper, incident.pk)
    assert _steps(incident).count("quiet_called") == 1, "two are there: nobody is called"
    end_duty_of(second_keeper.keeper_id)
    assert CALLS not in _alerts(second_keeper).values()
    call_second_keeper(keeper, incident.pk)
    assert CALLS in _alerts(second_keeper).values()


def test_a_second_keeper_who_is_out_hears_it_too_and_comes_back(
    alone: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    ask_quiet_room(second_keeper, incident.pk)
    step_out(second_keeper)
    assert not {ONE_MORE, CALLS} & set(_alerts(second_keeper).values())
    call_second_keeper(keeper, incident.pk)
    for other in (second_keeper, steward):
        assert CALLS in _alerts(other).values()
    ask_quiet_room(second_keeper, incident.pk)
    assert is_keeper_there(second_keeper.keeper_id, clock.now())
    assert RoomSession.objects.get(room=alone).state == "open"
    assert CALLS not in _alerts(steward).values()
    assert _steps(incident).count("quiet_joined") == 2


def test_who_takes_a_break_and_does_not_sit_there_yet_comes_back_by_coming(
    alone: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    step_out(second_keeper)
    call_second_keeper(keeper, incident.pk)
    ask_quiet_room(second_keeper, incident.pk)
    assert RoomSession.objects.get(room=alone).state == "open"
    assert CALLS not in _alerts(steward).values()


def _lose_line(keeper: KeeperFacts) -> None:
    Duty.objects.filter(keeper=keeper.keeper_id).update(there_at=clock.now() - dt.timedelta(minutes=4))


def _has_line_again(keeper: KeeperFacts) -> None:
    assert note_there(keeper.keeper_id)


@pytest.mark.parametrize(("go", "come_back"), [(step_out, step_in), (_lose_line, _has_line_again)])
def test_one_that_was_answered_rings_no_more_by_itself_and_there_can_be_another(
    alone: Room,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    go: Callable[[KeeperFacts], None],
    come_back: Callable[[KeeperFacts], None],
) -> None:
    ask_quiet_room(second_keeper, incident.pk)
    go(second_keeper)
    call_second_keeper(keeper, incident.pk)
    before = _alerts(steward)
    assert CALLS in before.values()
    assert end_answered_calls() == 0, "nobody has come"
    come_back(second_keeper)
    assert [end_answered_calls(), end_answered_calls()] == [1, 0]
    steps = list(incident.steps.values_list("what", "keeper"))
    assert steps[-1] == ("quiet_joined", second_keeper.keeper_id)
    go(second_keeper)
    assert CALLS not in _alerts(steward).values()
    call_second_keeper(keeper, incident.pk)
    assert _alerts(steward).keys() - before.keys(), "called anew, it rings anew"


@pytest.mark.parametrize("go", [step_out, _lose_line])
def test_nobody_is_said_to_wait_there_who_is_not_there(
    alone: Room,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    go: Callable[[KeeperFacts], None],
) -> None:
    call_second_keeper(keeper, incident.pk)
    go(keeper)
    for other in (second_keeper, steward):
        assert CALLS not in _alerts(other).values()
    quiet = quiet_room_now(keeper, desk_now(), alone.pk)
    assert quiet is not None
    assert (quiet.caller, quiet.is_called, quiet.may_call) == ("", False, False)
    stop_calling_second_keeper(keeper, incident.pk)
    with pytest.raises(Refusal) as refused:
        call_second_keeper(keeper, incident.pk)
    assert refused.value.code == "malformed"
    assert _steps(incident).count("quiet_called") == 1


def test_who_is_gone_calls_nobody_any_more_and_who_is_left_there_can(
    alone: Room,
    incident: Incident,
    room: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
) -> None:
    on_duty(room, steward)
    call_second_keeper(keeper, incident.pk)
    end_duty_of(keeper.keeper_id)
    assert CALLS not in _alerts(steward).values()
    ask_quiet_room(second_keeper, incident.pk)
    call_second_keeper(second_keeper, incident.pk)
    assert CALLS.replace("みどり", "すすき") in _alerts(steward).values()
    end_quiet_room(second_keeper, incident.pk)
    assert not [text for text in _alerts(steward).values() if "もう一人を待っています" in text]


def test_only_who_sits_in_a_quiet_room_calls_into_it(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    with pytest.raises(Refusal) as refused:
        call_second_keeper(keeper, incident.pk)
    assert refused.value.code == "malformed"
    ask_quiet_room(keeper, incident.pk)
    with pytest.raises(Refusal) as refused:
        call_second_keeper(second_keeper, incident.pk)
    assert refused.value.code == "malformed"
    with pytest.raises(Refusal) as refused:
        call_second_keeper(steward, incident.pk)
    assert refused.value.code == "not_found"
    end_quiet_room(keeper, incident.pk)
    with pytest.raises(Refusal) as refused:
        call_second_keeper(keeper, incident.pk)
    assert refused.value.code == "malformed"
    assert "quiet_called" not in _steps(incident)


def test_the_buttons_stand_where_one_waits(
    alone: Room,
    incident: Incident,
    room: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    regular: Person,
    enter_as: EnterAs,
) -> None:
    mine, theirs = keeper_client(keeper), keeper_client(second_keeper)
    path, inside = f"/desk/incidents/{incident.pk}/", f"/desk/rooms/{alone.slug}/"
    call = f"{path}quiet-room/call/"
    for page in ("/desk/", path, inside):
        assert BUTTON in mine.get(page).content.decode()
    assert BUTTON not in theirs.get(path).content.decode()
    answer = mine.post(call, {"next": inside})
    assert (answer.status_code, answer["Location"]) == (303, inside)
    for page in ("/desk/", path, inside):
        shown = mine.get(page).content.decode()
        assert (BUTTON in shown, UNDO in shown) == (False, True)
        assert "みんなの机に出しました。来られないこともあります。" in shown
    for page in ("/desk/", path):
        shown = theirs.get(page).content.decode()
        assert (UNDO in shown, "みどりさん</span>が、よんでいます。" in shown) == (False, True)
    assert theirs.post(f"{path}quiet-room/").status_code == 303
    assert mine.post(f"{call}lift/").status_code == 303
    assert enter_as(Client(), regular).post(call).status_code == 404


def test_its_person_hears_nothing_of_it(
    alone: Room, incident: Incident, regular: Person, keeper: KeeperFacts, client: Client, enter_as: EnterAs
) -> None:
    browser, path = enter_as(client, regular), f"/rooms/{incident.room.slug}/messages/"
    before = browser.get(path, headers=JSON).json()
    call_second_keeper(keeper, incident.pk)
    assert letters_to(regular) == []
    assert browser.get(path, headers=JSON).json() == before
