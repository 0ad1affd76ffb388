"""静かな部屋で話す: the person asks with one tap, and every desk hears of it."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterable

import pytest
import time_machine
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.house.actions import offer_card
from ibasho.house.heeding import Heed
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import ask_quiet_room, end_quiet_room, take_incident, wish_quiet_room
from ibasho.moderation.models import Incident, LogEntry
from ibasho.moderation.queries import incidents_open
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.people.sessions import hash_key
from ibasho.rooms.actions import ledger, step_in, step_out
from ibasho.rooms.models import Room, Seat
from tests.conftest import EnterAs, KeeperClient
from tests.moderation.conftest import Say, letters_to, on_duty

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
DANGER = "いま橋の上にいます。"
BUTTON = '静かな部屋で話す<span class="keep">（スタッフは2人です）</span>'
MISSED = "話したいことは、まだ伝わっていません。"
TOLD = "スタッフに伝えました。"
WISH = "静かな部屋で話したい方がいます。"
ON_DESK = "本人が、静かな部屋で話したいと伝えました。"


@pytest.fixture
def incident(room: Room, seat: Seat, regular: Person, say: Say) -> Incident:
    say(regular, room, DANGER)
    return Incident.objects.get()


@pytest.fixture
def browser(client: Client, regular: Person, room: Room, incident: Incident, enter_as: EnterAs) -> Client:
    """Of whoever wrote, with the card."""
    inside = enter_as(client, regular)
    key = hash_key(inside.cookies["sessionid"].value)
    assert offer_card(key, f"/rooms/{room.slug}/", Heed(about_dying=True, is_urgent=True))
    return inside


def _page(browser: Client, room: Room) -> str:
    return html.unescape(browser.get(f"/rooms/{room.slug}/").content.decode())


def _tap(browser: Client, room: Room) -> None:
    answer = browser.post(f"/rooms/{room.slug}/quiet-room/")
    assert (answer.status_code, answer["Location"]) == (303, f"/rooms/{room.slug}/#talk")


def _alerts(keeper: KeeperFacts) -> list[str]:
    return [alert.text for alert in alerts_for(keeper, desk_now())]


def test_one_tap_on_the_card_rings_at_every_desk(
    browser: Client, room: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    take_incident(keeper, incident.pk)
    assert BUTTON in _page(browser, room)
    _tap(browser, room)
    page = _page(browser, room)
    assert TOLD in page
    assert BUTTON not in page
    for one in (keeper, second_keeper):
        assert WISH in _alerts(one)
    assert list(incident.steps.values_list("what", flat=True)) == ["begun", "taken", "wished"]
    assert not LogEntry.objects.filter(verb="wish_quiet_room").exists()  # no act of a keeper


def test_the_desk_says_so_where_the_room_is_opened(
    browser: Client,
    room: Room,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    regular: Person,
) -> None:
    desk = keeper_client(keeper)
    assert ON_DESK not in desk.get(f"/desk/incidents/{incident.pk}/").content.decode()
    _tap(browser, room)
    for page in ("/desk/", f"/desk/incidents/{incident.pk}/"):
        assert ON_DESK in desk.get(page).content.decode()
    ask_quiet_room(keeper, incident.pk)
    assert WISH not in _alerts(second_keeper)
    assert "静かな部屋に、もう一人お願いします。" in _alerts(second_keeper)
    ask_quiet_room(second_keeper, incident.pk)
    assert [letter["code"] for letter in letters_to(regular)] == ["quiet_room"]
    assert ON_DESK not in desk.get(f"/desk/incidents/{incident.pk}/").content.decode()


def test_who_had_only_looked_is_alerted_anew(
    browser: Client, room: Room, incident: Incident, keeper: KeeperFacts
) -> None:
    Incident.objects.update(seen_by=keeper.keeper_id, seen_at=house_clock.now())
    _tap(browser, room)
    incident.refresh_from_db()
    assert (incident.seen_by, incident.seen_at) == (None, None)


def test_a_second_tap_is_no_second_wish(browser: Client, room: Room, incident: Incident, seat: Seat) -> None:
    _tap(browser, room)
    _tap(browser, room)
    wish_quiet_room(str(seat.pk), about_other=False)
    assert incident.words.filter(origin="asked").count() == 1


def test_after_half_an_hour_in_which_nobody_came_it_can_be_asked_for_again(
    browser: Client,
    room: Room,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    _tap(browser, room)
    clock.shift(dt.timedelta(minutes=31))
    on_duty(room, keeper, second_keeper)
    assert BUTTON in _page(browser, room)
    _tap(browser, room)
    assert incident.words.filter(origin="asked").count() == 2


def test_while_a_quiet_room_goes_on_nothing_more_is_asked_and_after_it_anew(
    seat: Seat,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    ask_quiet_room(keeper, incident.pk)
    ask_quiet_room(second_keeper, incident.pk)
    wish_quiet_room(str(seat.pk), about_other=False)
    assert not incident.words.filter(origin="asked").exists()
    clock.shift(dt.timedelta(minutes=2))
    end_quiet_room(keeper, incident.pk)
    wish_quiet_room(str(seat.pk), about_other=False)
    [shown] = incidents_open()
    assert shown.wishes_talk


def test_a_wish_after_the_incident_was_closed_is_an_incident_of_its_own(
    seat: Seat, room: Room, keeper: KeeperFacts
) -> None:
    incident = wish_quiet_room(str(seat.pk), about_other=True)
    assert (incident.level, incident.about_other) == ("look", True)
    [shown] = incidents_open()
    assert shown.wishes_talk
    assert not shown.has_more


def test_with_one_keeper_the_button_is_not_there(
    browser: Client, room: Room, second_keeper: KeeperFacts
) -> None:
    step_out(second_keeper)
    assert BUTTON not in _page(browser, room)
    assert MISSED not in _page(browser, room)


def test_who_presses_it_after_a_keeper_has_gone_is_told_so_in_the_room(
    browser: Client, room: Room, incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    assert BUTTON in _page(browser, room)
    step_out(second_keeper)
    _tap(browser, room)
    page = _page(browser, room)
    assert MISSED in page
    assert TOLD not in page
    assert not incident.words.filter(origin="asked").exists()
    assert WISH not in _alerts(keeper)
    step_in(second_keeper)
    page = _page(browser, room)
    assert MISSED not in page
    assert BUTTON in page
    _tap(browser, room)
    step_out(second_keeper)
    page = _page(browser, room)
    assert TOLD in page
    assert MISSED not in page


def test_nobody_rings_without_a_card_and_nobody_sees_who_did(
    room: Room,
    incident: Incident,
    reader: Seat,
    other_regular: Person,
    browser: Client,
    enter_as: EnterAs,
    outsider: Client,
) -> None:
    other = enter_as(Client(), other_regular)
    assert other.post(f"/rooms/{room.slug}/quiet-room/").status_code == 404
    assert outsider.post(f"/rooms/{room.slug}/quiet-room/").status_code == 302
    assert browser.get(f"/rooms/{room.slug}/quiet-room/").status_code == 405
    before = other.get(f"/rooms/{room.slug}/messages/", headers=JSON).json()
    _tap(browser, room)
    assert other.get(f"/rooms/{room.slug}/messages/", headers=JSON).json() == before


def test_as_json_it_answers_with_the_card_as_it_is_now(browser: Client, room: Room) -> None:
    answer = browser.post(f"/rooms/{room.slug}/quiet-room/", headers=JSON).json()
    [notice] = answer["notices"]
    assert notice["card"]["talk"] == []
    assert notice["card"]["about_talk"].startswith(TOLD)
    assert TOLD in notice["text"]


def test_a_seat_that_nobody_sits_in_wishes_nothing(seat: Seat, regular: Person) -> None:
    erase(regular)
    with pytest.raises(Refusal) as refused:
        wish_quiet_room(str(seat.pk), about_other=False)
    assert refused.value.code == "not_found"


def test_who_is_erased_while_the_wish_waits_for_the_room_wishes_nothing(
    seat: Seat, regular: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after_the_erasure(
        ids: Iterable[int], lock: Callable[[Iterable[int]], None] = ledger.lock_rooms
    ) -> None:
        monkeypatch.undo()
        erase(Person.objects.get(pk=regular.pk))
        lock(ids)

    monkeypatch.setattr(ledger, "lock_rooms", after_the_erasure)
    with pytest.raises(Refusal) as refused:
        wish_quiet_room(str(seat.pk), about_other=False)
    assert refused.value.code == "not_found"
    assert not Incident.objects.exists()
